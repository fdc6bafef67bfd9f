package sse

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// maxErrorBody is how much of an answer that is no stream goes into Error.Body.
	maxErrorBody = 4 << 10
	// errorBodyTime is how long such an answer may take to come: what it says is a help only.
	errorBodyTime = 2 * time.Second
)

// check says what is wrong with an answer, nil if it is an event stream.
func check(resp *http.Response) *Error {
	e := &Error{Phase: PhaseRequest, Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type")}
	if resp.StatusCode != http.StatusOK {
		e.Err = ErrStatus
		e.Final = !transient(resp.StatusCode)
		if !e.Final {
			e.RetryAfter = RetryAfter(resp.Header)
		}
		return e
	}
	if mediaType, _, _ := strings.Cut(e.ContentType, ";"); !strings.EqualFold(strings.TrimSpace(mediaType), "text/event-stream") {
		if e.ContentType == "" {
			e.ContentType = "no content type"
		}
		e.Err, e.Final = ErrContentType, true
		return e
	}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") && !gzipped(resp) {
		e.Err, e.Final = fmt.Errorf("%w: it is compressed, which was not requested", ErrContentType), true
		e.ContentType += ", " + coding
		return e
	}
	return nil
}

// transient reports whether a status may be another one by the next attempt. The WHATWG text ends
// with every status other than 200; a client that watches for hours has to outlive a restart or a
// rate limit. 409, 423 and 425 are said by servers that still hold the connection that broke.
func transient(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusLocked, http.StatusTooEarly,
		http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// readError reads the beginning of an answer that is no stream, and closes it.
func readError(body io.ReadCloser) string {
	late := time.AfterFunc(errorBodyTime, func() { body.Close() })
	defer late.Stop()
	defer body.Close()
	text, _ := io.ReadAll(io.LimitReader(body, maxErrorBody)) // what came before an error is a help too
	return strings.ToValidUTF8(string(text), "\uFFFD")
}
