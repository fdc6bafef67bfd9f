package rest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"lenswatch/client"
)

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
