package archetype

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// The scalars below read what the API's vintages write for one and the same field: strings,
// numbers, null. They never fail, so that one odd field does not cost the whole record.

// text is a string, or a number or boolean as it is spelt. All else is empty.
type text string

// UnmarshalJSONFrom reads one value of any kind.
func (t *text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case '"':
		b, _ := jsontext.AppendUnquote(nil, []byte(v))
		*t = text(b)
	case '0', 't', 'f':
		*t = text(v)
	}
	return nil
}

// number is a number, or a string that spells one. All else is 0.
type number float64

// UnmarshalJSONFrom reads one value of any kind.
func (n *number) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var t text
	if err := t.UnmarshalJSONFrom(d); err != nil {
		return err
	}
	*n = number(parseFloat(string(t)))
	return nil
}

// count is a whole number that does not overflow, whatever was told.
func (n number) count() int64 {
	switch {
	case n >= math.MaxInt64:
		return math.MaxInt64
	case n <= math.MinInt64:
		return math.MinInt64
	}
	return int64(n)
}

// flag is a boolean. All else is true, so that only an explicit false is one.
type flag bool

// UnmarshalJSONFrom reads one value of any kind.
func (f *flag) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	*f = v.Kind() != 'f'
	return err
}

// stamp is a moment: unix seconds, as a number or in a string, or RFC 3339. All else is zero.
type stamp struct{ time.Time }

// UnmarshalJSONFrom reads one value of any kind.
func (s *stamp) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var t text
	if err := t.UnmarshalJSONFrom(d); err != nil {
		return err
	}
	if at, ok := parseTime(string(t)); ok {
		s.Time = at
	}
	return nil
}

// parseFloat reads a number, 0 for what is none. It looks before it parses, because the errors of
// strconv are allocated and times of day are common.
func parseFloat(s string) float64 {
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

// parseTime reads a moment, and reports false for what is none, such as a time of day.
func parseTime(s string) (time.Time, bool) {
	if f := parseFloat(s); f != 0 {
		return unixTime(f), f >= oldest && f < newest
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

// unixTime converts unix seconds. A float64 of today's dates is exact to about a microsecond, so
// digits below that are noise.
func unixTime(f float64) time.Time {
	whole, fraction := math.Modf(f)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000)
}
