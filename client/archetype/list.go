package archetype

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/units"
)

const (
	// maxRecords is how many records a list may have, and maxListText how much text they may have in all, in bytes.
	maxRecords  = 100_000
	maxListText = 32 << 20
	// listPart is how many records of a list share a piece of memory: a long one is not copied as it grows.
	listPart = 2000
)

// list is what was decoded of a list so far.
type list[T any] struct {
	parts [][]T
	n     int
	text  int // bytes
	left  int // out, because they could not be read
}

// add adds a record that has so many bytes of text.
func (l *list[T]) add(op string, item T, text int) error {
	l.n++
	l.text += text
	if l.n > maxRecords || l.text > maxListText {
		return &client.Error{Op: op, Kind: client.ErrProtocol, Message: fmt.Sprintf("the list is longer than %d records or %d MiB and was not read", maxRecords, maxListText>>20)}
	}
	last := len(l.parts) - 1
	if last < 0 || len(l.parts[last]) == listPart {
		l.parts = append(l.parts, nil)
		last++
	}
	l.parts[last] = append(l.parts[last], item)
	return nil
}

// listOf asks for a list: an array, an object that holds one, or one record. Anything else is an error. The records are
// decoded as they arrive, so that a long list takes no more memory than what keep wants of it is worth. Items without an id, and those that
// are too long or nested too deep, cannot be shown or asked for, and are left out, which [client.OnUnread] gets to know; if there are no others, that is an error.
func listOf[T any](ctx context.Context, s *Service, c call, decode func(record []byte) (T, bool), keep func(*T) bool, textOf func(*T) int) (*list[T], error) {
	var out *list[T]
	begin := func() func([]byte) error {
		out = &list[T]{}
		return func(record []byte) error {
			item, ok := decode(record)
			if !ok {
				out.left++
				return nil
			}
			if !keep(&item) {
				return nil
			}
			return out.add(c.Op, item, textOf(&item))
		}
	}
	c.Records = begin
	body, err := s.do(ctx, c)
	if err == nil && body != nil {
		err = recordsIn(body, begin())
	}
	if errors.Is(err, errOther) {
		err = misunderstood(c.Op, body, s.key)
	}
	if err != nil {
		return nil, err
	}
	s.rest.Proven()
	if out.n == 0 && out.left > 0 { // else it would look as if there was nothing
		return nil, &client.Error{Op: c.Op, Kind: client.ErrProtocol, Answered: true,
			Message: fmt.Sprintf("the list has %s, and none could be read: %s", units.Plural(int64(out.left), "record"), client.WhyUnread)}
	}
	client.Unread(ctx, out.left)
	return out, nil
}

// errOther: an answer is none of the forms that a list has.
var errOther = errors.New("not a list")

// recordsIn hands over the records of an object that holds a list of them, or is one.
func recordsIn(body []byte, f func(record []byte) error) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(body), lenientTokens...)
	if dec.PeekKind() != '{' {
		return errOther
	}
	record := false
	for _, err := dec.ReadToken(); dec.PeekKind() != '}'; {
		var name jsontext.Value
		if err == nil {
			name, err = dec.ReadValue()
		}
		if err != nil {
			return errOther
		}
		switch string(inside(name)) {
		case "lenses", "sessions", "entries":
			if dec.PeekKind() == '[' {
				return itemsOf(dec, f)
			}
		case "lens_id", "session_id":
			record = true
		}
		err = dec.SkipValue()
	}
	if !record {
		return errOther
	}
	return f(body)
}

// itemsOf hands over the elements of the array that follows.
func itemsOf(dec *jsontext.Decoder, f func(record []byte) error) error {
	_, err := dec.ReadToken()
	for err == nil && dec.PeekKind() != ']' {
		var v jsontext.Value
		if v, err = dec.ReadValue(); err == nil {
			if err := f(v); err != nil {
				return err
			}
		}
	}
	if err == nil {
		_, err = dec.ReadToken()
	}
	if err != nil {
		return errOther
	}
	return nil
}

// What is decoded of one payload or answer. All readers go over a text a fixed number of times, whatever
// it holds.
const (
	// An answer that says what failed is no longer than maxFailure, in bytes, and nested no deeper than
	// failureDepth. Anything else is shown as it arrived.
	maxFailure   = 64 << 10
	failureDepth = 16
	// maxRecord is the longest record of a session or lens, in bytes: configurations may be in it.
	maxRecord = 1 << 20
	// maxParts is how many texts of an answer in parts are shown.
	maxParts = 1 << 10
	// maxClip is how much of a JSON text is made fit to be shown, in bytes. It is more than an event's text may have.
	maxClip = 64 << 10
)

// beyond reports whether an answer is no report of a failure, for its size or depth.
func beyond(body []byte) bool { return len(body) > maxFailure || client.DeeperThan(body, failureDepth) }

// decodeShallow is decode for a payload that may be nested to any depth. What is nested too deep is stored
// and shown as it arrived.
func decodeShallow(payload []byte, ev *client.Event) {
	if !client.DeeperThan(payload, client.MaxDepth) {
		decode(payload, ev)
		return
	}
	ev.Raw = bytes.Clone(payload)
	ev.Kind, ev.Level = client.KindOther, client.LevelWarn
	ev.Text = client.Clean(fmt.Sprintf("nested deeper than %d levels, and not decoded: %s", client.MaxDepth, payload[:min(len(payload), maxClip)]))
}

// clip shortens a JSON string to what may be shown of it.
func clip(v []byte) []byte {
	if len(v) <= maxClip {
		return v
	}
	i := 1
	for i < maxClip {
		switch {
		case v[i] == '\\' && v[i+1] == 'u':
			i += len(`\u0000`)
		case v[i] == '\\':
			i += 2
		default:
			i++
		}
	}
	return append(bytes.Clone(v[:i]), '"')
}
