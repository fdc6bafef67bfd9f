package recording

import (
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// AppendEvent appends an event as one JSON object, without a line end, and returns the longer
// slice. docs/recording.md describes its fields. Fields that say nothing are left out, but for
// service, session, kind, level, wire and text.
//
// The payload is embedded as the value of raw where it is JSON: line ends in it become spaces, and
// control characters in its strings are escaped. It is the string raw_text where it is other text,
// and raw_base64 where it is no text at all.
func AppendEvent(dst []byte, ev *client.Event) []byte {
	start := len(dst)
	dst = append(dst, '{')
	dst = appendEventMembers(dst, ev)
	dst = append(dst, '}')
	return escapeControls(dst, start)
}

// appendEventMembers appends the members of an event, without braces.
func appendEventMembers(dst []byte, ev *client.Event) []byte {
	if stampable(ev.Received) {
		dst = append(appendTime(append(dst, `"time":`...), ev.Received), ',')
	}
	dst = appendText(append(dst, `"service":`...), ev.Service)
	dst = appendText(append(dst, `,"session":`...), ev.Session)
	dst = appendText(append(dst, `,"kind":`...), ev.Kind.String())
	dst = appendText(append(dst, `,"level":`...), ev.Level.String())
	dst = appendText(append(dst, `,"wire":`...), ev.Wire)
	dst = appendOptional(dst, `,"id":`, ev.ID)
	if stampable(ev.Time) {
		dst = appendTime(append(dst, `,"service_time":`...), ev.Time)
	}
	if ev.Backlog {
		dst = append(dst, `,"backlog":true`...)
	}
	dst = appendText(append(dst, `,"text":`...), ev.Text)
	if ev.Result != nil {
		dst = appendResult(append(dst, `,"result":`...), ev.Result)
	}
	if ev.Heartbeat != nil {
		dst = appendHeartbeat(append(dst, `,"beat":`...), ev.Heartbeat)
	}
	if ev.Fault != nil {
		dst = appendValue(append(dst, `,"fault":`...), ev.Fault)
	}
	if ev.Notice != nil {
		dst = appendValue(append(dst, `,"notice":`...), ev.Notice)
	}
	if ev.Raw != nil {
		dst = appendRaw(dst, ev.Raw)
	}
	return dst
}

func appendResult(dst []byte, r *client.Result) []byte {
	dst = appendText(append(dst, `{"unit":`...), r.Unit.String())
	dst = appendOptional(dst, `,"label":`, r.Label)
	if r.Scores != nil {
		dst = append(dst, `,"scores":[`...)
		for i := range r.Scores {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendText(append(dst, `{"label":`...), r.Scores[i].Label)
			dst = append(appendFloat(append(dst, `,"value":`...), r.Scores[i].Value), '}')
		}
		dst = append(dst, ']')
	}
	if r.Shape != nil {
		dst = append(dst, `,"shape":[`...)
		for i, n := range r.Shape {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, int64(n), 10)
		}
		dst = append(dst, ']')
	}
	if r.Norm != 0 {
		dst = appendFloat(append(dst, `,"norm":`...), r.Norm)
	}
	dst = appendOptional(dst, `,"query_id":`, r.QueryID)
	dst = appendOptional(dst, `,"sensor_id":`, r.SensorID)
	dst = appendOptional(dst, `,"sensor_time":`, r.SensorTime)
	if r.ReadIndex != -1 {
		dst = strconv.AppendInt(append(dst, `,"read_index":`...), r.ReadIndex, 10)
	}
	return append(dst, '}')
}

func appendHeartbeat(dst []byte, b *client.Heartbeat) []byte {
	dst = appendText(append(dst, `{"status":`...), b.Status.String())
	dst = appendOptional(dst, `,"status_text":`, b.StatusText)
	if b.HasMessages {
		dst = strconv.AppendInt(append(dst, `,"messages":`...), b.Messages, 10)
	}
	if b.HasBytes {
		dst = strconv.AppendInt(append(dst, `,"bytes":`...), b.Bytes, 10)
	}
	if b.HasTimeout {
		dst = appendSeconds(append(dst, `,"message_timeout":`...), b.MessageTimeout)
	}
	return append(dst, '}')
}

// appendValue appends what few events have.
func appendValue(dst []byte, v any) []byte {
	value, err := JSON(v)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, value...)
}

// appendRaw appends the payload in the form that keeps it. A payload of the normal types was read
// as JSON already, but not by rules as strict as those of whoever reads the line.
func appendRaw(dst, raw []byte) []byte {
	switch {
	case growing(raw):
	case jsontext.Value(raw).IsValid(jsontext.AllowDuplicateNames(true)) && !client.DeeperThan(raw, maxDepth):
		return append(append(dst, `,"raw":`...), raw...)
	case utf8.Valid(raw):
		dst, _ = jsontext.AppendQuote(append(dst, `,"raw_text":`...), raw) // it fails on invalid UTF-8 alone
		return dst
	}
	dst = append(dst, `,"raw_base64":"`...)
	return append(base64.StdEncoding.AppendEncode(dst, raw), '"')
}

// growing reports whether so much of a large payload would have to be escaped that it takes less room as
// base64, which adds a third.
func growing(raw []byte) bool {
	if len(raw) < 64<<10 {
		return false
	}
	escaped := 0
	for _, c := range raw {
		if c == 0x7f || c == 0xc2 || c < 0x20 && c != '\n' && c != '\r' && c != '\t' { // what makes six bytes of one or two
			escaped++
		}
	}
	return escaped > len(raw)/8
}

// maxDepth is how deep a payload that is embedded may be nested. Readers have limits of their own:
// jq 1.6 stops at 256.
const maxDepth = 200

// appendText appends a string. Invalid UTF-8, which no clean text has, becomes U+FFFD.
func appendText(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}

// appendOptional appends a name and a string, unless the string is empty.
func appendOptional(dst []byte, name, s string) []byte {
	if s == "" {
		return dst
	}
	return appendText(append(dst, name...), s)
}

// stampable reports whether a moment is reported, and has a year that RFC 3339 can write.
func stampable(t time.Time) bool {
	return !t.IsZero() && t.UTC().Year() >= 0 && t.UTC().Year() <= 9999
}

// appendTime appends a moment as RFC 3339 in UTC with all nine digits of its nanoseconds, so that
// the texts sort as the moments do.
func appendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	dst = t.AppendFormat(append(dst, '"'), time.RFC3339)
	return append(appendNano(dst[:len(dst)-len("Z")], t.Nanosecond()), `Z"`...)
}

func appendNano(dst []byte, ns int) []byte {
	dst = append(dst, ".000000000"...)
	for i := len(dst) - 1; ns > 0; i-- {
		dst[i] = byte('0' + ns%10)
		ns /= 10
	}
	return dst
}

// appendSeconds appends a duration as seconds, exact to the nanosecond.
func appendSeconds(dst []byte, d time.Duration) []byte {
	s, ns := int64(d/time.Second), int(d%time.Second)
	if d < 0 {
		dst, s, ns = append(dst, '-'), -s, -ns
	}
	dst = strconv.AppendInt(dst, s, 10)
	if ns == 0 {
		return dst
	}
	dst = appendNano(dst, ns)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}
