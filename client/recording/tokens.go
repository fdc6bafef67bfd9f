package recording

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// What an eventReader reads next. After an error nothing is read, and all is zero. What is returned as
// bytes is good until the next call.

// note keeps the first error.
func (r *eventReader) note(err error) {
	if r.err == nil && err != nil {
		r.err = fmt.Errorf("%s: %w", r.dec.StackPointer(), err)
	}
}

// object reads an object: member is called with each name, and reads the value. It reports false for
// null, and for what is no object.
func (r *eventReader) object(member func(r *eventReader, name []byte)) bool {
	if !r.begin('{') {
		return false
	}
	for r.err == nil && r.dec.PeekKind() != '}' {
		name, err := r.dec.ReadValue()
		if err != nil {
			r.note(err)
			return false
		}
		member(r, inside(name))
	}
	return r.end()
}

// list reads an array; nil for null.
func list[E any](r *eventReader, element func() E) []E {
	if !r.begin('[') {
		return nil
	}
	out := []E{}
	for r.err == nil && r.dec.PeekKind() != ']' {
		out = append(out, element())
	}
	r.end()
	return out
}

// begin reads the bracket of an object or array. It reports false for null, and for anything else.
func (r *eventReader) begin(bracket jsontext.Kind) bool {
	if r.err != nil {
		return false
	}
	tok, err := r.dec.ReadToken()
	if err == nil && tok.Kind() != bracket && tok.Kind() != 'n' {
		err = fmt.Errorf("got a %v, want a %v", tok.Kind(), bracket)
	}
	r.note(err)
	return err == nil && tok.Kind() == bracket
}

// end reads the closing bracket.
func (r *eventReader) end() bool {
	if r.err == nil {
		_, err := r.dec.ReadToken()
		r.note(err)
	}
	return r.err == nil
}

// value reads any value.
func (r *eventReader) value() []byte {
	if r.err != nil {
		return nil
	}
	v, err := r.dec.ReadValue()
	r.note(err)
	return v
}

// scalar reads a value of a kind; nil for null.
func (r *eventReader) scalar(want jsontext.Kind) []byte {
	v := jsontext.Value(r.value())
	if r.err != nil || v.Kind() == 'n' {
		return nil
	}
	if v.Kind() != want {
		r.note(fmt.Errorf("got a %v, want a %v", v.Kind(), want))
		return nil
	}
	return v
}

// text reads a string.
func (r *eventReader) text() []byte { return inside(r.scalar('"')) }

// line reads a string, made safe to show on one line.
func (r *eventReader) line() string { return client.Line1(string(r.text())) }

// again is line for a string that is mostly the same as last time.
func (r *eventReader) again(last *string) string {
	if b := r.text(); string(b) != *last {
		*last = client.Line1(string(b))
	}
	return *last
}

// word reads the name of a value.
func word[E enum](r *eventReader) E {
	return valueOf[E](string(r.text()))
}

// pointer reads what few events have; nil for null.
func pointer[T any](r *eventReader) (v *T) {
	if r.err == nil {
		r.note(json.UnmarshalDecode(&r.dec, &v, reading))
	}
	return v
}

// stamp reads a moment.
func (r *eventReader) stamp() (t time.Time) {
	if b := r.text(); len(b) > 0 {
		r.note(t.UnmarshalText(b))
	}
	return t
}

// integer reads a number; 0 for null.
func (r *eventReader) integer() int64 { return r.integerOr(0) }

// integerOr reads a number; none for null.
func (r *eventReader) integerOr(none int64) int64 {
	b := r.scalar('0')
	if b == nil {
		return none
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	r.note(err)
	return n
}

// float reads a number that may be none: null is NaN.
func (r *eventReader) float() float64 {
	b := r.scalar('0')
	if b == nil {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(string(b), 64)
	r.note(err)
	return f
}

func (r *eventReader) seconds() (d time.Duration) {
	if b := r.scalar('0'); b != nil {
		var err error
		d, err = parseSeconds(string(b))
		r.note(err)
	}
	return d
}

// inside is the text of a JSON string without its quotes and escapes; nil for nil.
func inside(v []byte) []byte {
	if v == nil {
		return nil
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	b, _ := jsontext.AppendUnquote(nil, v) // it was read as a string
	return b
}
