package archetype

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

// apiErrors is what an answer says of a failure, whichever of the API's shapes it has.
type apiErrors struct {
	messages    []string
	codes       []string
	uids        []string
	suggestions []string
	retryAfter  time.Duration
}

// envelope holds the members by which an answer says that something failed.
type envelope struct {
	Type          text           `json:"type"`
	Message       text           `json:"message"`
	Errors        jsontext.Value `json:"errors"`         // [{code, message, suggestion, error_uid}] or ["..."]
	Detail        jsontext.Value `json:"detail"`         // "..." or [{msg, ...}]
	Error         jsontext.Value `json:"error"`          // {code, message, details{retry_after}} or "..."
	IsValid       *flag          `json:"is_valid"`       // false is a failure
	ErrorMessages jsontext.Value `json:"error_messages"` // besides is_valid
	EventData     jsontext.Value `json:"event_data"`     // may hold the two above
}

// parseErrors looks for a failure in an answer, of whatever status. It knows all shapes that the
// API's documents, SDK and logs show, and returns nil if there is none of them.
func parseErrors(body []byte) *apiErrors {
	var e envelope
	if rest.First(body) != '{' || beyond(body) || json.Unmarshal(body, &e, rest.Lenient) != nil {
		return nil
	}
	c := &apiErrors{}
	found := c.add(e.Errors)
	found = c.add(e.Detail) || found
	found = c.add(e.Error) || found
	found = c.invalid(e) || found
	var inner envelope
	if rest.First(e.EventData) == '{' && json.Unmarshal(e.EventData, &inner, rest.Lenient) == nil {
		found = c.invalid(inner) || found
	}
	if e.Type == "error" || strings.HasSuffix(string(e.Type), ".response") && e.Message != "" && e.EventData == nil {
		found = true
		if e.Type == "error" {
			c.add(e.EventData)
		}
	}
	if !found {
		return nil
	}
	if e.Message != "" {
		c.messages = append(c.messages, string(e.Message))
	}
	return c
}

// invalid takes the messages of an answer that says is_valid: false.
func (c *apiErrors) invalid(e envelope) bool {
	if e.IsValid == nil || bool(*e.IsValid) {
		return false
	}
	c.add(e.ErrorMessages)
	return true
}

// maxErrors is how many of the errors of one answer are read.
const maxErrors = 16

// add takes one error or a list of them, each a string or an object, and reports whether there
// was any.
func (c *apiErrors) add(v jsontext.Value) bool {
	switch rest.First(v) {
	case '"':
		var s text
		if json.Unmarshal(v, &s, rest.Lenient) != nil || s == "" {
			return false
		}
		c.messages = append(c.messages, string(s))
		return true
	case '[':
		var list []jsontext.Value
		if json.Unmarshal(v, &list, rest.Lenient) != nil {
			return false
		}
		found := false
		for _, item := range list[:min(len(list), maxErrors)] {
			found = c.add(item) || found
		}
		return found
	case '{':
		return c.addObject(v)
	}
	return false
}

// detail is what an error says besides its message. The codes are strings, or numbers.
type detail struct {
	Code       text           `json:"code"`
	ErrorCode  text           `json:"error_code"`
	UID        text           `json:"error_uid"`
	Suggestion text           `json:"suggestion"`
	Details    jsontext.Value `json:"details"`
}

// note takes in what an error says besides its message.
func (c *apiErrors) note(d detail) {
	c.codes = appendNew(c.codes, string(d.Code), string(d.ErrorCode))
	c.uids = appendNew(c.uids, string(d.UID))
	c.suggestions = appendNew(c.suggestions, string(d.Suggestion))
}

func appendNew(list []string, values ...string) []string {
	for _, v := range values {
		if v != "" && len(list) < maxErrors && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// addDetail takes in what an event itself, or the object that is its body, says besides a message.
func (c *apiErrors) addDetail(v jsontext.Value) {
	var e struct {
		detail
		EventData jsontext.Value `json:"event_data"`
		Data      jsontext.Value `json:"data"`
		Payload   jsontext.Value `json:"payload"`
	}
	if rest.First(v) != '{' || json.Unmarshal(v, &e, rest.Lenient) != nil {
		return
	}
	c.note(e.detail)
	for _, body := range []jsontext.Value{e.EventData, e.Data, e.Payload} {
		var d struct {
			detail
			Errors jsontext.Value `json:"errors"`
			Error  jsontext.Value `json:"error"`
		}
		if rest.First(body) == '{' && json.Unmarshal(body, &d, rest.Lenient) == nil {
			c.note(d.detail)
			c.add(d.Errors)
			c.add(d.Error)
		}
	}
}

func (c *apiErrors) addObject(v jsontext.Value) bool {
	var item struct {
		detail
		Message text `json:"message"`
		Msg     text `json:"msg"`
	}
	if json.Unmarshal(v, &item, rest.Lenient) != nil {
		return false
	}
	var details struct {
		Field      text   `json:"field"`
		RetryAfter number `json:"retry_after"`
	}
	if rest.First(item.Details) == '{' && json.Unmarshal(item.Details, &details, rest.Lenient) == nil {
		c.retryAfter = max(c.retryAfter, sse.Seconds(float64(details.RetryAfter)))
	}
	c.note(item.detail)
	message := cmp.Or(string(item.Message+item.Msg), string(item.Code))
	if details.Field != "" {
		message += " (" + string(details.Field) + ")"
	}
	if len(c.messages) < maxErrors {
		c.messages = append(c.messages, cmp.Or(message, string(v)))
	}
	return true
}

// failure turns an answer that failed into an error. It keeps the raw text for the message where
// the body has none of the known shapes.
func failure(op string, status int, header http.Header, body []byte, key Secret) *client.Error {
	body = key.MaskPayload(body) // before anything is cut, which could leave half a key
	c := parseErrors(body)
	if c == nil {
		c = &apiErrors{}
	}
	message := strings.Join(c.messages, "; ")
	if message == "" {
		message = rest.RawMessage(status, header, body)
	}
	e := &client.Error{
		Op: op, Kind: kindOf(status, message, c.codes), Status: status, Message: rest.Shorten(client.Line1(message)),
		Codes: cleanLines(c.codes), UIDs: cleanLines(c.uids), Suggestion: rest.Shorten(client.Line1(strings.Join(c.suggestions, "; "))),
	}
	e.RetryAfter, e.AskedRetryAfter = rest.Wait(max(c.retryAfter, sse.RetryAfter(header)))
	return e
}

// phrases recognise a failure by what the service says, in lower case, where the status says too
// little. The quota has no status of its own, and answers inside HTTP 200 have no telltale one.
var phrases = []struct {
	kind    error
	phrases []string
}{
	{client.ErrQuota, []string{"failed to allocate lens runner", "stopping an older session", "capacity_reached", "quota"}},
	{client.ErrNotFound, []string{"unknown session", "unknown lens", "session_not_found", "lens_not_found", "session not found", "lens not found"}},
	{client.ErrRefused, []string{"invalid api key", "invalid_api_key", "unauthorized", "not authenticated", "forbidden"}},
	{client.ErrRateLimited, []string{"rate limit", "rate_limit", "too many requests"}},
	{client.ErrServer, []string{"timed out", "failed to fetch session_runner", "internal"}},
}

// speaksOf reports whether the service's words are those of a kind of failure.
func speaksOf(kind error, message string, codes []string) bool {
	said := strings.ToLower(message + " " + strings.Join(codes, " "))
	for _, p := range phrases {
		if p.kind == kind {
			return slices.ContainsFunc(p.phrases, func(s string) bool { return strings.Contains(said, s) })
		}
	}
	return false
}

// kindOf chooses the sentinel. A status that is unambiguous decides; for others, words do.
func kindOf(status int, message string, codes []string) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return client.ErrRefused
	}
	spoke := func(kind error) bool { return speaksOf(kind, message, codes) }
	switch {
	case spoke(client.ErrQuota):
		return client.ErrQuota
	case status == http.StatusNotFound, status == http.StatusGone:
		return client.ErrNotFound
	case status == http.StatusTooManyRequests:
		return client.ErrRateLimited
	case status >= 500, status == http.StatusRequestTimeout:
		return client.ErrServer
	case status >= 300 && status < 400:
		return client.ErrProtocol
	}
	for _, p := range phrases {
		if spoke(p.kind) {
			return p.kind
		}
	}
	return client.ErrRequest
}

// describeError shows the message, wherever it stands, and what the service says besides it.
func describeError(s *scan, ev *client.Event) {
	src := s.src
	if repaired, ok := rest.Repair(src); ok {
		src = repaired
	}
	c := parseErrors(src)
	switch {
	case s.rank < noAnswer && s.rank != nullAnswer:
		ev.Text = s.answerText()
	case c != nil && len(c.messages) > 0:
		ev.Text = client.Clean(strings.Join(c.messages, "\n"))
	default:
		describeAnswer(s, ev)
	}
	if ev.Fault = faultOf(src, c); ev.Fault != nil {
		ev.Text = client.Clean(ev.Text + faultText(ev.Fault, ev.Text))
	}
}

// faultOf is what an error event says besides its message: in its errors, or in the event itself or its body.
func faultOf(src []byte, c *apiErrors) *client.Fault {
	if c == nil {
		c = &apiErrors{}
	}
	c.addDetail(src)
	f := &client.Fault{Codes: cleanLines(c.codes), UIDs: cleanLines(c.uids), Suggestion: client.Line1(strings.Join(c.suggestions, "; "))}
	if len(f.Codes) == 0 && len(f.UIDs) == 0 && f.Suggestion == "" {
		return nil
	}
	return f
}

// faultText is what a fault has that a text does not say already.
func faultText(f *client.Fault, text string) string {
	var b strings.Builder
	if f.Suggestion != "" && !strings.Contains(text, f.Suggestion) {
		b.WriteString(" (" + f.Suggestion + ")")
	}
	for _, id := range slices.Concat(f.Codes, f.UIDs) {
		if !strings.Contains(text, id) {
			b.WriteString(" [" + id + "]")
		}
	}
	return b.String()
}

// cleanLines makes texts of a service safe to show, each once and none too long.
func cleanLines(texts []string) (out []string) {
	for _, t := range texts {
		if t = rest.Shorten(client.Line1(t)); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
