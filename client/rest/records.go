package rest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"lenswatch/client"
)

// maxRecord is the longest record of a list that is handed over, in bytes: configurations may be in it. A longer one is
// handed over as nil.
const maxRecord = 1 << 20

// maxList is how much of a list is read, in bytes: a record or blanks without an end would be read for ever.
const maxList = 1 << 30

// errNoList: what arrives is no JSON array.
var errNoList = errors.New("the list is not a JSON array")

// errLongList: more than maxList arrives.
var errLongList = fmt.Errorf("the list is longer than %d GiB and was not read", maxList>>30)

// stream hands over the records of an answer that is a list, as they arrive: what is held of it is one record, however long the
// list is. The body begins with head.
func (c *Client) stream(call Call, resp *http.Response, head []byte) error {
	if e := c.NotTheService(call, resp.StatusCode, resp.Header, []byte("[]")); e != nil {
		return e
	}
	return eachRecord(io.MultiReader(bytes.NewReader(head), resp.Body), maxList, c.clean(call, call.Records()))
}

// parts calls each for every 64 KiB that were read.
type parts struct {
	io.ReadCloser
	each func()
	n    int
}

func (p *parts) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.n += n; p.n >= 64<<10 {
		p.n = 0
		p.each()
	}
	return n, err
}

// clean hands records over without secrets, and as JSON, if Python wrote them.
func (c *Client) clean(call Call, f func(record []byte) error) func(record []byte) error {
	return func(record []byte) error {
		if client.DeeperThan(record, client.MaxDepth) {
			record = nil
		}
		record, _ = Repair(call.mask(c.opts.Key.MaskPayload(record)))
		return f(record)
	}
}

// eachRecord splits a JSON array of at most limit bytes into its elements, which f may read until it returns. Whether they are JSON
// is left to f.
func eachRecord(r io.Reader, limit int64, f func(record []byte) error) error {
	var s splitter
	chunk := make([]byte, 64<<10)
	for {
		n, err := r.Read(chunk)
		if limit -= int64(n); limit < 0 {
			return errLongList
		}
		if err := s.split(chunk[:n], f); err != nil {
			return err
		}
		switch {
		case errors.Is(err, io.EOF) && s.at != behind:
			return fmt.Errorf("%w: it ends within", errNoList)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// A splitter finds the elements of an array in a text that arrives in chunks.
type splitter struct {
	at              place
	depth           int  // within the element
	quoted, escaped bool // within a string; behind its backslash
	more            bool // a comma was the last
	record          []byte
	long            bool // the record is longer than maxRecord
}

// place is where in the array a splitter is.
type place uint8

const (
	before  place = iota // of the array
	between              // of its elements
	within               // of an element
	behind               // of the array
)

func (s *splitter) split(text []byte, f func(record []byte) error) error {
	start := 0 // of what the record has of this text
	for i, c := range text {
		switch {
		case s.at == within && s.inside(c):
		case s.at == within: // a comma or bracket of the array
			s.add(text[start:i])
			if err := s.end(c, f); err != nil {
				return err
			}
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case s.at == before && c == '[':
			s.at = between
		case s.at == between && c == ']' && !s.more:
			s.at = behind
		case s.at == between && c != ',' && c != ']':
			s.at, s.more, start = within, false, i
			s.inside(c)
		default:
			return fmt.Errorf("%w: an unexpected %q", errNoList, c)
		}
	}
	if s.at == within {
		s.add(text[start:])
	}
	return nil
}

// inside notes a character, and reports whether it is one of the element.
func (s *splitter) inside(c byte) bool {
	switch {
	case s.escaped:
		s.escaped = false
	case s.quoted:
		s.quoted, s.escaped = c != '"', c == '\\'
	case c == '"':
		s.quoted = true
	case c == '{' || c == '[':
		s.depth++
	case s.depth == 0 && (c == ',' || c == ']'):
		return false
	case c == '}' || c == ']':
		s.depth--
	}
	return true
}

func (s *splitter) add(text []byte) {
	if s.long = s.long || len(s.record)+len(text) > maxRecord; !s.long {
		s.record = append(s.record, text...)
	}
}

// end hands the element over before which c is.
func (s *splitter) end(c byte, f func(record []byte) error) error {
	record := bytes.TrimRight(s.record, " \t\r\n")
	if s.long {
		record = nil
	}
	s.record, s.long = s.record[:0], false
	s.at, s.more = between, c == ','
	if c == ']' {
		s.at = behind
	}
	return f(record)
}
