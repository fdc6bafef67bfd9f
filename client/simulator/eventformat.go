package simulator

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// eventName is the event field of every frame, as the documents have it.
const eventName = "message"

// style is how frames are written.
type style struct {
	event    string
	crlf     bool
	comments bool
	lines    bool // JSON over several data lines
}

// plain reports whether frames are written in the normal way.
func (st style) plain() bool { return st == style{event: eventName} }

// appendEvent writes one SSE record; id is left out if it is empty.
func appendEvent(b []byte, st style, id string, payload []byte) []byte {
	nl := "\n"
	if st.crlf {
		nl = "\r\n"
	}
	if st.comments {
		b = append(append(b, ": a comment by itself"+nl...), nl...)
	}
	b = append(append(append(b, "event: "...), st.event...), nl...)
	if st.comments {
		b = append(b, ": a comment inside a record"+nl...)
	}
	if id != "" {
		b = append(append(append(b, "id: "...), id...), nl...)
	}
	if st.lines {
		var indented bytes.Buffer
		if json.Indent(&indented, payload, "", "  ") == nil {
			payload = indented.Bytes()
		}
	}
	for more := true; more; {
		var line []byte
		line, payload, more = cutLine(payload)
		b = append(append(append(b, "data: "...), line...), nl...)
	}
	return append(b, nl...)
}

// cutLine cuts the first line off b. A CR, an LF or both end a line.
func cutLine(b []byte) (line, rest []byte, more bool) {
	i := bytes.IndexAny(b, "\r\n")
	if i < 0 {
		return b, nil, false
	}
	end := i + 1
	if b[i] == '\r' && end < len(b) && b[end] == '\n' {
		end++
	}
	return b[:i], b[end:], true
}

// The damage that faults do to payloads.

// cutJSON leaves two thirds of a payload.
func cutJSON(payload []byte) []byte { return payload[:len(payload)*2/3] }

const typeStart = `{"type": "`

// retype gives a payload another type, or none if it is empty. A payload that does not begin with
// its type, as those of this package do, stays as it is.
func retype(payload []byte, typ string) []byte {
	rest, found := bytes.CutPrefix(payload, []byte(typeStart))
	end := bytes.IndexByte(rest, '"')
	if !found || end < 0 {
		return payload
	}
	rest = rest[end+1:]
	if typ == "" {
		return append([]byte("{"), bytes.TrimPrefix(rest, []byte(", "))...)
	}
	return append([]byte(typeStart+typ+`"`), rest...)
}

// enlarge makes an object's JSON at least size long, with one more member.
func enlarge(payload []byte, size int) []byte {
	body, found := bytes.CutSuffix(payload, []byte("}"))
	if !found || len(payload) >= size {
		return payload
	}
	b := append(bytes.Clone(body), `, "padding": "`...)
	b = append(b, bytes.Repeat([]byte("x"), max(0, size-len(b)-2))...)
	return append(b, `"}`...)
}

// splitPoint is an offset between the bytes of a character, or the middle if all are ASCII.
func splitPoint(frame []byte) int {
	for i, c := range frame {
		if c >= utf8.RuneSelf {
			return i + 1
		}
	}
	return len(frame) / 2
}
