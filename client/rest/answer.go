package rest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"lenswatch/client"
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
		return http.StatusText(status) + ", with a web page" + title + " instead of an API response (from a gateway?)"
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

const (
	// smallBody is what each answer may take without waiting for others. Larger ones are read one at a
	// time: many requests may be under way, and each might bring MaxBody.
	smallBody = 256 << 10
	// maxFailure is how much is read of an answer that is a failure.
	maxFailure = 64 << 10
)

// deepBody stands for an answer that is nested deeper than anything that is decoded.
var deepBody = fmt.Appendf(nil, "an answer that is nested deeper than %d levels, which is not decoded", client.MaxDepth)

// read reads an answer, up to MaxBody and a byte, and returns what gives its memory back once it was
// looked at. A list for call.Records is handed over, and the body is nil then.
func (c *Client) read(ctx context.Context, call Call, resp *http.Response) (body []byte, done func(), err error) {
	done = func() {}
	limit := int64(MaxBody + 1)
	if resp.StatusCode/100 != 2 {
		limit = maxFailure
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, min(limit, smallBody)))
	if err == nil && call.Records != nil && resp.StatusCode/100 == 2 && First(body) == '[' && (len(body) == smallBody || isJSON(body)) {
		return nil, done, c.stream(call, resp, body)
	}
	if err == nil && len(body) == smallBody {
		if done, err = c.takeTurn(ctx, call); err != nil {
			return nil, done, err
		}
		whole := bytes.NewBuffer(append(make([]byte, 0, min(max(resp.ContentLength+bytes.MinRead, 2*smallBody), limit)), body...))
		_, err = whole.ReadFrom(io.LimitReader(resp.Body, limit-smallBody))
		body = whole.Bytes()
	}
	if client.DeeperThan(body, client.MaxDepth) {
		body = deepBody
	}
	return body, done, err
}

// takeTurn waits for the memory of a large answer.
func (c *Client) takeTurn(ctx context.Context, call Call) (done func(), err error) {
	if call.Turn != nil {
		return func() {}, call.Turn(ctx)
	}
	select {
	case c.large <- struct{}{}:
		return func() { <-c.large }, nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}
