package agenthuman

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

// The operations, for errors.
const (
	opList   = "list sessions"
	opFind   = "get session"
	opCreate = "create session"
	opEnd    = "end session"
	opUsage  = "get usage"
)

// envelope holds the members by which an answer says that something failed. Errors of
// authentication have no success.
type envelope struct {
	Success *rest.Flag     `json:"success"`
	Error   jsontext.Value `json:"error"` // "..." or {message, suggestion, code, details}
	Message rest.Text      `json:"message"`
}

// apiError is what an answer says of a failure.
type apiError struct {
	message    string
	suggestion string
	code       string
}

// parseErrors looks for a failure in an answer, of whatever status, and returns nil if there is none.
func parseError(body []byte) *apiError {
	var e envelope
	if rest.First(body) != '{' || json.Unmarshal(body, &e, rest.Lenient) != nil {
		return nil
	}
	c := &apiError{}
	switch rest.First(e.Error) {
	case '"':
		var said rest.Text
		if json.Unmarshal(e.Error, &said, rest.Lenient) == nil {
			c.message = string(said)
		}
	case '{':
		c.readObject(e.Error)
	default:
		if e.Success == nil || bool(*e.Success) {
			return nil
		}
	}
	c.message = cmp.Or(c.message, string(e.Message))
	return c
}

func (c *apiError) readObject(v jsontext.Value) {
	var e struct {
		Message    rest.Text      `json:"message"`
		Suggestion rest.Text      `json:"suggestion"`
		Code       rest.Text      `json:"code"`
		Details    jsontext.Value `json:"details"`
	}
	if json.Unmarshal(v, &e, rest.Lenient) != nil {
		return
	}
	c.message, c.code, c.suggestion = string(cmp.Or(e.Message, e.Code)), string(e.Code), string(e.Suggestion)
	if metrics := numbersOf(e.Details); metrics != "" {
		c.message += " (" + metrics + ")"
	}
}

// numbersOf is the numbers of an error's details, a breakdown of minutes or sessions.
func numbersOf(v jsontext.Value) string {
	const most = 6
	var details map[string]jsontext.Value
	if rest.First(v) != '{' || json.Unmarshal(v, &details, rest.Lenient) != nil {
		return ""
	}
	var out []string
	for key, value := range details {
		if value.Kind() == '0' {
			out = append(out, strings.ReplaceAll(key, "_", " ")+" "+string(value))
		}
	}
	slices.Sort(out)
	return strings.Join(out[:min(len(out), most)], ", ")
}

// failed makes an error of an answer that is a failure, nil of one that is none. The key is masked
// in the body.
func failed(op string, status int, header http.Header, body []byte) *client.Error {
	c := parseError(body)
	if status/100 == 2 && c == nil {
		return nil
	}
	if c == nil {
		c = &apiError{}
	}
	if c.message == "" {
		if scrubbed := scrub(body); scrubbed != nil {
			body = scrubbed
		}
		c.message = rest.RawMessage(status, header, body)
	}
	e := &client.Error{
		Op: op, Status: status, Message: rest.Shorten(client.Line1(c.message)), Suggestion: rest.Shorten(client.Line1(c.suggestion)),
		Kind: kindOf(op, status, c),
	}
	if c.code != "" {
		e.Codes = []string{rest.Shorten(client.Line1(c.code))}
	}
	asked := sse.RetryAfter(header)
	if e.Kind == client.ErrRateLimited {
		asked = max(asked, resetIn(header, time.Now(), true))
	}
	e.RetryAfter, e.AskedRetryAfter = rest.Wait(asked)
	return e
}

// kindOf chooses the sentinel. What the plan forbids has no status of its own in the documents, and is
// known by its code or its words. A 403 of a create is about what was asked for, such as somebody
// else's avatar, rather than about the key.
func kindOf(op string, status int, c *apiError) error {
	said := strings.ToLower(c.code + " " + c.message)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
	}
	spent := has("insufficient_minutes", "concurren", "no minutes", "out of minutes", "minutes left", "session limit")
	switch {
	case status == http.StatusUnauthorized:
		return client.ErrRefused
	case status == http.StatusPaymentRequired, spent && status < 500:
		return client.ErrQuota
	case status == http.StatusForbidden && op == opCreate && !has("api key"):
		return client.ErrRequest
	case status == http.StatusForbidden:
		return client.ErrRefused
	case status == http.StatusNotFound && op == opList, status >= 300 && status < 400:
		return client.ErrProtocol // there is no list where the endpoint points to
	case status == http.StatusNotFound, status == http.StatusGone:
		return client.ErrNotFound
	case status == http.StatusTooManyRequests, has("too many requests", "rate limit"):
		return client.ErrRateLimited
	case status >= 500, status == http.StatusRequestTimeout:
		return client.ErrServer
	case has("api key required", "invalid api key", "unauthorized"):
		return client.ErrRefused
	case has("session not found"):
		return client.ErrNotFound
	}
	return client.ErrRequest
}

// misunderstood is the error for an answer that is not what the API promises. It repeats nothing of
// it, which may hold a token.
func misunderstood(op string) *client.Error {
	return &client.Error{Op: op, Kind: client.ErrProtocol, Message: "the response has none of the documented fields"}
}
