package rest

import (
	"math"
	"strconv"
	"strings"
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
	*n = Number(ParseFloat(string(t)))
	return nil
}

// Count is a whole number that does not overflow, whatever was told.
func (n Number) Count() int64 {
	switch {
	case n >= math.MaxInt64:
		return math.MaxInt64
	case n <= math.MinInt64:
		return math.MinInt64
	}
	return int64(n)
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

// ParseFloat reads a number, 0 for what is none. It looks before it parses, because the errors of
// strconv are allocated and times of day are common.
func ParseFloat(s string) float64 {
	s = strings.TrimSpace(s)
	if s == "" || s[0] > '9' || strings.IndexByte(s, ':') >= 0 {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// oldest and newest bound what is taken for unix seconds: 1973 to 5138. A number outside is a
// position in a recording, or no time at all.
const (
	oldest = 1e8
	newest = 1e11
)

// dateLayouts are the full dates that are read; a date without a zone is UTC.
var dateLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"}

// ParseTime reads a moment, and reports false for what is none, such as a time of day.
func ParseTime(s string) (time.Time, bool) {
	if f := ParseFloat(s); f != 0 {
		return UnixTime(f), f >= oldest && f < newest
	}
	if len(s) < len("2006-01-02T15:04:05") || s[4] != '-' {
		return time.Time{}, false
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// UnixTime converts unix seconds. A float64 of today's dates is exact to about a microsecond, so
// digits below that are noise.
func UnixTime(f float64) time.Time {
	whole, fraction := math.Modf(f)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000)
}
