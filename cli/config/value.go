package config

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// word is a value of the environment or of a flag. Unlike a string of TOML it may stand for a
// number or for true and false.
type word string

// set puts a value into the setting's field of c. The value is of TOML, or a word. The error says
// what is allowed.
func (s setting) set(c *Config, value any) error {
	text, isText := value.(string)
	if w, ok := value.(word); ok {
		text, isText = string(w), true
	}
	switch field := s.field(c).(type) {
	case *string:
		if !isText || s.choice != nil && !slices.Contains(s.choice, text) {
			return s.refuse(value)
		}
		*field = text
	case *bool:
		on, err := truth(value)
		if err != nil {
			return s.refuse(value)
		}
		*field = on
	case *int:
		n, err := number(value)
		if err != nil || !s.within(n) || n > math.MaxInt32 {
			return s.refuse(value)
		}
		*field = int(n)
	case *float64:
		n, isFloat := value.(float64)
		if whole, ok := value.(int64); ok {
			n, isFloat = float64(whole), true
		}
		if !isFloat || n <= 0 || n > 1 {
			return s.refuse(value)
		}
		*field = n
	case *[]string:
		list, ok := texts(value)
		if !ok {
			return s.refuse(value)
		}
		*field = list
	case *Bytes:
		n, err := size(value, text)
		if err != nil || !s.within(n) {
			return s.refuse(value)
		}
		*field = Bytes(n)
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil || !s.within(int64(d)) {
			return s.refuse(value)
		}
		*field = d
	}
	return nil
}

func (s setting) within(n int64) bool { return n >= s.min && (s.max == 0 || n <= s.max) }

// refuse says what is allowed. What may hold a secret is not quoted.
func (s setting) refuse(value any) error {
	if s.secret {
		return fmt.Errorf("%s must be %s", s.name, s.Allowed())
	}
	return fmt.Errorf("%s must be %s, not %s", s.name, s.Allowed(), literal(value))
}

// Allowed says what values a setting takes.
func (s setting) Allowed() string {
	switch s.field(&Config{}).(type) {
	case *bool:
		return "true or false"
	case *int:
		if s.max > 0 {
			return fmt.Sprintf("a number from %d to %d", s.min, s.max)
		}
		return fmt.Sprintf("a number of at least %d", s.min)
	case *float64:
		return "a number above 0 and at most 1, such as 0.6"
	case *[]string:
		return "a string or a list of strings"
	case *Bytes:
		if s.min > 0 {
			return fmt.Sprintf("a size of at least %s, such as \"256MiB\"", Bytes(s.min))
		}
		return `a size such as "256MiB"`
	case *time.Duration:
		if s.min > int64(time.Millisecond) {
			return fmt.Sprintf("a duration of at least %s, such as \"90s\"", short(time.Duration(s.min)))
		}
		return `a duration such as "90s" or "10m"`
	}
	if s.choice != nil {
		last := len(s.choice) - 1
		return `"` + strings.Join(s.choice[:last], `", "`) + `" or "` + s.choice[last] + `"`
	}
	return "a string"
}

// text is the value of c as it stands in a file.
func (s setting) text(c *Config) string {
	switch field := s.field(c).(type) {
	case *string:
		return strconv.Quote(*field)
	case *bool:
		return strconv.FormatBool(*field)
	case *int:
		return strconv.Itoa(*field)
	case *float64:
		return strconv.FormatFloat(*field, 'g', -1, 64)
	case *[]string:
		return list(*field)
	case *Bytes:
		return strconv.Quote(field.String())
	case *time.Duration:
		return strconv.Quote(short(*field))
	}
	return ""
}

// Set implements [pflag.Value]: a number, or one with a unit such as MiB.
func (b *Bytes) Set(text string) (err error) {
	n, err := size(nil, text)
	*b = Bytes(n)
	return err
}

// Type implements [pflag.Value].
func (Bytes) Type() string { return "size" }

// String is the amount with the largest unit that keeps it exact.
func (b Bytes) String() string {
	unit := [...]string{"", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for b != 0 && b%1024 == 0 && i < len(unit)-1 {
		b, i = b/1024, i+1
	}
	return strconv.FormatInt(int64(b), 10) + unit[i]
}

// short is a duration without the zero parts at its end: "10m", not "10m0s".
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// literal is a value of a file or of the environment, for an error.
func literal(value any) string {
	switch v := value.(type) {
	case string:
		return strconv.Quote(v)
	case word:
		return strconv.Quote(string(v))
	case []any:
		return "a list"
	case map[string]any:
		return "a section"
	}
	return fmt.Sprint(value)
}

var errKind = errors.New("of another type")

func truth(value any) (bool, error) {
	switch v := value.(type) {
	case bool:
		return v, nil
	case word:
		return strconv.ParseBool(string(v))
	}
	return false, errKind
}

func number(value any) (int64, error) {
	switch v := value.(type) {
	case int64:
		return v, nil
	case word:
		return strconv.ParseInt(string(v), 10, 64)
	}
	return 0, errKind
}

// size reads an amount of bytes: a number, or a text with a unit.
func size(value any, text string) (int64, error) {
	if n, ok := value.(int64); ok {
		return n, nil
	}
	n, err := humanize.ParseBytes(text)
	if err == nil && n > math.MaxInt64 {
		err = errKind
	}
	return int64(n), err
}
