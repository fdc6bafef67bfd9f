package rest

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"lenswatch/client/sse"
)

// maxMessage is the most of an error message that is retained, in bytes.
const maxMessage = 2 << 10

// RawMessage is what can be said of an answer of no known shape.
func RawMessage(status int, header http.Header, body []byte) string {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return http.StatusText(status) + ", with an empty response"
	case strings.Contains(header.Get("Content-Type"), "html"), body[0] == '<':
		_, title := webPage(header, body)
		return http.StatusText(status) + ", with a web page" + title + " instead of an API response: from a gateway before the service"
	}
	return string(body[:min(len(body), 2*maxMessage)])
}

// Wait is how long to wait where a service asks for that, and what it asked for if that is longer.
func Wait(asked time.Duration) (wait, longer time.Duration) {
	if asked > sse.MaxRetryAfter {
		return sse.MaxRetryAfter, asked
	}
	return asked, 0
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
