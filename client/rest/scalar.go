package rest

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// Lenient are the options with which everything from a service is decoded.
var Lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// The scalars below read what services write for one and the same field: strings, numbers, null.
// They never fail, so that one odd field does not cost the whole record.

// Text is a string, or a number or boolean as it is spelt. All else is empty.
type Text string

// UnmarshalJSONFrom reads one value of any kind.
func (t *Text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case '"':
		b, _ := jsontext.AppendUnquote(nil, []byte(v))
		*t = Text(b)
	case '0', 't', 'f':
		*t = Text(v)
	}
	return nil
}

// Line is t made safe to show on one line.
func (t Text) Line() string { return client.Line1(string(t)) }

// Number is a number, or a string that spells one. All else is 0.
type Number float64

// UnmarshalJSONFrom reads one value of any kind.
func (n *Number) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var t Text
	if err := t.UnmarshalJSONFrom(d); err != nil {
		return err
	}
	f, _ := ParseNumber(string(t))
	*n = Number(f)
	return nil
}

// Count is a whole number that does not overflow, whatever was reported.
func (n Number) Count() int64 {
	return wholeNumber(float64(n))
}

// Flag is a boolean. All else is true, so that only an explicit false is one.
type Flag bool

// UnmarshalJSONFrom reads one value of any kind.
func (f *Flag) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	*f = v.Kind() != 'f'
	return err
}

// Stamp is a moment: unix seconds, as a number or in a string, or RFC 3339. All else is zero.
type Stamp struct{ time.Time }

// UnmarshalJSONFrom reads one value of any kind.
func (s *Stamp) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var t Text
	if err := t.UnmarshalJSONFrom(d); err != nil {
		return err
	}
	if at, ok := ParseTime(string(t)); ok {
		s.Time = at
	}
	return nil
}
