package sse

import (
	"fmt"
	"strings"
)

// This file is a second reading of the WHATWG text, as short and plain as can be, for whole
// streams. It shares nothing with the parser.

// decodeUTF8 is the UTF-8 decoder of the Encoding Standard, with replacement.
func decodeUTF8(in string) string {
	var out strings.Builder
	point, seen, needed := rune(0), 0, 0
	lower, upper := byte(0x80), byte(0xBF)
	for i := 0; i < len(in); {
		b := in[i]
		if needed > 0 {
			if b < lower || b > upper { // the byte is read again
				point, seen, needed, lower, upper = 0, 0, 0, 0x80, 0xBF
				out.WriteRune('\uFFFD')
				continue
			}
			lower, upper = 0x80, 0xBF
			point = point<<6 | rune(b&0x3F)
			i++
			if seen++; seen == needed {
				out.WriteRune(point)
				point, seen, needed = 0, 0, 0
			}
			continue
		}
		i++
		switch {
		case b <= 0x7F:
			out.WriteByte(b)
		case b >= 0xC2 && b <= 0xDF:
			needed, point = 1, rune(b&0x1F)
		case b >= 0xE0 && b <= 0xEF:
			if b == 0xE0 {
				lower = 0xA0
			}
			if b == 0xED {
				upper = 0x9F
			}
			needed, point = 2, rune(b&0xF)
		case b >= 0xF0 && b <= 0xF4:
			if b == 0xF0 {
				lower = 0x90
			}
			if b == 0xF4 {
				upper = 0x8F
			}
			needed, point = 3, rune(b&0x7)
		default:
			out.WriteRune('\uFFFD')
		}
	}
	if needed > 0 {
		out.WriteRune('\uFFFD')
	}
	return out.String()
}

// splitLines divides a stream into its lines; the last has no end.
func splitLines(stream string) []string {
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream), "\n")
}

// reference is what a Source that was asked to resume after lastID says about a whole stream, one
// entry an event, comment or skip, and the id in force at its end.
func reference(stream, lastID string, limit int) (said []string, id string) {
	stream = strings.TrimPrefix(stream, "\xEF\xBB\xBF")
	lines := splitLines(stream)
	data, eventType, buffer := "", "", lastID
	tooBig := false
	for _, raw := range lines[:len(lines)-1] { // the last has no end: "discard the pending data"
		line := decodeUTF8(raw)
		if line == "" {
			lastID = buffer
			if length := len(data) - 1; length > limit || tooBig {
				said = append(said, fmt.Sprintf("skipped %d", max(length, 0)))
			} else if data != "" {
				if eventType == "" {
					eventType = "message"
				}
				said = append(said, fmt.Sprintf("%s %q id %q", eventType, data[:length], lastID))
			}
			data, eventType, tooBig = "", "", false
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		if field == "" {
			said = append(said, fmt.Sprintf("comment %q", value))
			continue
		}
		value = strings.TrimPrefix(value, " ")
		switch {
		case (field == "event" || field == "id" && !strings.Contains(value, "\x00")) && len(raw) > maxLine:
			tooBig = true // our own rule: too long to keep
		case field == "data":
			data += value + "\n"
		case field == "event":
			eventType = value
		case field == "id" && !strings.Contains(value, "\x00"):
			buffer = value
		}
	}
	return said, lastID
}
