package rest

import (
	"bytes"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxMessage is the most of an error message that is kept, in bytes.
const maxMessage = 2 << 10

// RawMessage is what can be said of an answer of no known shape.
func RawMessage(status int, header http.Header, body []byte) string {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return http.StatusText(status) + ", with an empty answer"
	case strings.Contains(header.Get("Content-Type"), "html"), body[0] == '<':
		return http.StatusText(status) + ", with a web page instead of an API's answer; a proxy may stand between"
	}
	return string(body[:min(len(body), 2*maxMessage)])
}

// RetryAfter reads the header of that name: seconds, or a date.
func RetryAfter(value string, now time.Time) time.Duration {
	if n, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
		return Seconds(n)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// Seconds converts a number of seconds from outside, which may be anything.
func Seconds(n float64) time.Duration {
	const most = float64(math.MaxInt64 / int64(time.Second))
	if math.IsNaN(n) || n <= 0 {
		return 0
	}
	return time.Duration(min(n, most-1) * float64(time.Second))
}

// Shorten cuts a message that is too long for a line of text, at a character.
func Shorten(s string) string {
	if len(s) <= maxMessage {
		return s
	}
	return strings.ToValidUTF8(s[:maxMessage], "") + "…"
}

// First is the first byte of a JSON text that is no white space, 0 if there is none.
func First(v []byte) byte {
	for _, c := range v {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}
