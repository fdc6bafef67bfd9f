package eventline

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/ui/draw"
)

// How much JSON is read as a sentence: texts of more bytes are shown as they are, and members
// beyond so many are counted. The inspector has all of them.
const (
	sentenceBytes   = 4 << 10
	sentenceMembers = 8
)

// sentence is the text of an event. Where the service sent an object in place of a text, such as
// {"frame_id":12,"processing_time_sec":0.041}, its members are read out: "frame 12, took 41 ms".
func sentence(ev *client.Event) string {
	if len(ev.Text) > sentenceBytes || !strings.HasPrefix(ev.Text, "{") {
		return ev.Text
	}
	dec := jsontext.NewDecoder(strings.NewReader(ev.Text), jsontext.AllowDuplicateNames(true))
	if _, err := dec.ReadToken(); err != nil {
		return ev.Text
	}
	var parts []string
	more := 0
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return ev.Text
		}
		key := name.String()
		value, err := dec.ReadValue()
		switch {
		case err != nil:
			return ev.Text
		case key == "type" || key == "kind": // Event.Wire is that
		case len(parts) == sentenceMembers:
			more++
		default:
			parts = append(parts, member(key, value))
		}
	}
	if _, err := dec.ReadToken(); err != nil || len(parts) == 0 {
		return ev.Text
	}
	if more > 0 {
		parts = append(parts, "and "+draw.Count(more)+" more")
	}
	text := strings.Join(parts, ", ")
	if ev.Kind == client.KindProgress {
		text = progressWord(ev.Wire) + text
	}
	return text
}

// progressWord says what a step was, where the members alone do not.
func progressWord(wire string) string {
	if wire == "frame.processed" {
		return "processed "
	}
	return client.Line1(wire) + ": "
}

// memberText is a member whose meaning and unit are known from the services' own examples; ok is false
// for the others.
func memberText(key, v string) (text string, ok bool) {
	switch key {
	case "frame_id":
		return "frame " + v, true
	case "fps":
		return v + " fps", true
	case "processing_time_sec", "query_time_sec":
		return durationMember(v)
	}
	return "", false
}

func durationMember(v string) (string, bool) {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || f < 0 || f > 1e6 {
		return "", false
	}
	return "took " + draw.Exact(time.Duration(f*float64(time.Second))), true
}

// member reads out a member of an object. What is nested is only counted.
func member(key string, value jsontext.Value) string {
	v := string(value)
	switch value.Kind() {
	case '{':
		v = "{…}"
	case '[':
		v = "[…]"
	case '"':
		out, _ := jsontext.AppendUnquote(nil, value) // its error is about U+FFFD, which shows
		v = string(out)
	}
	if text, ok := memberText(key, v); ok {
		return client.Line1(text)
	}
	return client.Line1(strings.ReplaceAll(key, "_", " ") + " " + v)
}
