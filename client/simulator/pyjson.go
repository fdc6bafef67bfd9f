package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object whose members stay in order, as those of the service's samples do.
type object []member

type member struct {
	key   string
	value any
}

// rawJSON is JSON already; what is not becomes a string.
type rawJSON []byte

// encode writes v as Python's json.dumps does, which made the samples: a space after each colon
// and comma, and floats that show that they are floats. Text is UTF-8.
func encode(v any) []byte { return appendJSON(nil, v) }

func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return appendString(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return appendFloat(b, v)
	case json.Number:
		return append(b, v...)
	case object:
		b = append(b, '{')
		for i, m := range v {
			b = appendKey(b, i, m.key)
			b = appendJSON(b, m.value)
		}
		return append(b, '}')
	case map[string]any:
		b = append(b, '{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			b = appendKey(b, i, k)
			b = appendJSON(b, v[k])
		}
		return append(b, '}')
	case rawJSON:
		if !json.Valid(v) {
			return appendString(b, string(v))
		}
		return append(b, v...)
	case []any:
		return appendArray(b, v)
	case []object:
		return appendArray(b, v)
	case []string:
		return appendArray(b, v)
	case []int:
		return appendArray(b, v)
	case []float64:
		return appendArray(b, v)
	case [][]float64:
		return appendArray(b, v)
	}
	// The types above are all that the simulator builds.
	return append(b, "null"...)
}

func appendKey(b []byte, i int, key string) []byte {
	if i > 0 {
		b = append(b, ", "...)
	}
	return append(appendString(b, key), ": "...)
}

func appendArray[T any](b []byte, list []T) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendJSON(b, v)
	}
	return append(b, ']')
}

func appendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	n := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	if !bytes.ContainsRune(b[n:], '.') {
		b = append(b, ".0"...)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		return append(append(append(b, '"'), s...), '"')
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return append(b, `""`...)
	}
	return append(b, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...)
}

// unix is a time as the API reports it: seconds with microseconds, null if there is none.
func unix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return float64(t.UnixMicro()) / 1e6
}

// seconds is a duration as the API reports it.
func seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }

// decode reads JSON, numbers as they are written.
func decode(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more after the JSON value")
	}
	return nil
}
