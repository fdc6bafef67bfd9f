package rest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/sse"
	"lenswatch/client/units"
)

// RecordField says how a member of a session's record is shown, and in which group.
type RecordField struct {
	Group, Name string
	Show        func(jsontext.Value) string
}

// RecordFields puts the members of a record into the order of fields. Those without a place follow under "other", by name.
func RecordFields(members map[string]jsontext.Value, fields []RecordField) (out []client.RecordField) {
	for _, f := range fields {
		if value, ok := members[f.Name]; ok {
			out = append(out, client.RecordField{Group: f.Group, Name: f.Name, Value: f.Show(value)})
			delete(members, f.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		out = append(out, client.RecordField{Group: "other", Name: client.Line1(name), Value: ShowPlain(members[name])})
	}
	return out
}

const (
	// Nothing stands for a value that is null or empty.
	Nothing = "–"
	// maxShown bounds the text of one member, in bytes.
	maxShown = 4 << 10
)

// ShowPlain is a text as it is, and anything else as JSON, on one line.
func ShowPlain(v jsontext.Value) string {
	text := string(v)
	switch First(v) {
	case '"':
		var t Text
		if json.Unmarshal(v, &t, Lenient) == nil {
			text = string(t)
		}
	case 'n':
		text = ""
	}
	if len(text) > maxShown {
		text = text[:maxShown] + "…"
	}
	if text = strings.TrimSpace(client.Line1(text)); text == "" {
		return Nothing
	}
	return text
}

// ShowCount is a whole number with separators.
func ShowCount(v jsontext.Value) string {
	text := ShowPlain(v)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return units.Count(n)
	}
	return text
}

// ShowTime is a moment in UTC.
func ShowTime(v jsontext.Value) string {
	var s Stamp
	if json.Unmarshal(v, &s, Lenient) != nil || s.IsZero() {
		return ShowPlain(v)
	}
	return s.UTC().Format("2006-01-02 15:04:05.000 UTC")
}

// ShowSeconds is a number of seconds as a duration.
func ShowSeconds(v jsontext.Value) string {
	text := ShowPlain(v)
	if n, ok := ParseNumber(text); ok {
		return units.Duration(sse.Seconds(n).Round(time.Millisecond))
	}
	return text
}
