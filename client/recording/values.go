package recording

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// lax are the options for reading: a payload that is embedded may name a member twice.
var lax = jsontext.AllowDuplicateNames(true)

// valueOf finds the value that has a name, or the zero value.
func valueOf[E interface {
	~uint8
	String() string
}](name string) E {
	const most = 32 // more than any enumeration of package client has
	for e := range E(most) {
		if e.String() == name {
			return e
		}
	}
	return 0
}

// UnmarshalJSONFrom reads a string; null is the zero time.
func (s *Stamp) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	text, err := scalar(d, '"')
	if err != nil || text == "" {
		return err
	}
	s.Time, err = time.Parse(time.RFC3339Nano, text)
	return err
}

// UnmarshalJSONFrom reads a number; null is 0.
func (s *Seconds) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	text, err := scalar(d, '0')
	if err != nil || text == "" {
		return err
	}
	of, err := parseSeconds(text)
	*s = Seconds(of)
	return err
}

// parseSeconds reads a number of seconds, exact to the nanosecond.
func parseSeconds(text string) (time.Duration, error) {
	if strings.ContainsAny(text, "eE") { // as a tool that went over the file may have written it
		f, err := strconv.ParseFloat(text, 64)
		return time.Duration(f * float64(time.Second)), err
	}
	return time.ParseDuration(text + "s")
}

// scalar reads a string or number as text; null is the empty text.
func scalar(d *jsontext.Decoder, want jsontext.Kind) (string, error) {
	tok, err := d.ReadToken()
	if err != nil {
		return "", err
	}
	switch tok.Kind() {
	case want:
		return tok.String(), nil
	case 'n':
		return "", nil
	}
	return "", fmt.Errorf("got a %v, want a %v", tok.Kind(), want)
}
