package recording

import (
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// Stamp is a moment: RFC 3339 in UTC, with nine digits of nanoseconds.
type Stamp struct{ time.Time }

// MarshalJSONTo writes a string; null for a moment that is not reported.
func (s Stamp) MarshalJSONTo(e *jsontext.Encoder) error {
	if !stampable(s.Time) {
		return e.WriteToken(jsontext.Null)
	}
	return e.WriteValue(appendTime(nil, s.Time))
}

// Seconds is a duration in seconds, exact to the nanosecond.
type Seconds time.Duration

// MarshalJSONTo writes a number.
func (s Seconds) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteValue(appendSeconds(nil, time.Duration(s)))
}

// Timing is how long the steps of opening a connection took.
type Timing struct {
	DNS       Seconds `json:"dns"`
	Connect   Seconds `json:"connect"`
	TLS       Seconds `json:"tls"`
	FirstByte Seconds `json:"first_byte"`
	Reused    bool    `json:"reused"`
}

// TimingOf is a timing for a line.
func TimingOf(t client.Timing) Timing {
	return Timing{Seconds(t.DNS), Seconds(t.Connect), Seconds(t.TLS), Seconds(t.FirstByte), t.Reused}
}

// Timing is what TimingOf was given.
func (t Timing) Timing() client.Timing {
	return client.Timing{
		DNS: time.Duration(t.DNS), Connect: time.Duration(t.Connect), TLS: time.Duration(t.TLS),
		FirstByte: time.Duration(t.FirstByte), Reused: t.Reused,
	}
}

// Failure is an error, so that it can be reported again with its remedy.
type Failure struct {
	Text            string  `json:"text"`
	Remedy          string  `json:"remedy"`
	Op              string  `json:"op,omitzero"`
	Message         string  `json:"message,omitzero"`
	HTTPStatus      int     `json:"http_status,omitzero"`
	Phase           string  `json:"phase,omitzero"`
	RetryAfter      Seconds `json:"retry_after,omitzero"`
	AskedRetryAfter Seconds `json:"asked,omitzero"`

	Request    string   `json:"request,omitzero"`
	Codes      []string `json:"codes,omitempty"`
	UIDs       []string `json:"error_uids,omitempty"`
	Suggestion string   `json:"suggestion,omitzero"`
}

// FailureOf is an error for a line; nil for nil.
func FailureOf(err error) *Failure {
	if err == nil {
		return nil
	}
	f := &Failure{Text: client.Line1(err.Error()), Remedy: client.RemedyOf(err).String()}
	var e *client.Error
	if errors.As(err, &e) {
		f.Op, f.Message, f.HTTPStatus, f.Phase, f.RetryAfter = e.Op, e.Message, e.Status, e.Phase.String(), Seconds(e.RetryAfter)
		f.AskedRetryAfter, f.Request, f.Codes, f.UIDs, f.Suggestion = Seconds(e.AskedRetryAfter), e.Request, e.Codes, e.UIDs, e.Suggestion
		if f.Message == "" && e.Err != nil {
			f.Message = client.Line1(e.Err.Error())
		}
	}
	return f
}

// Err is an error with the text and the remedy of the one that FailureOf was given; nil for nil.
func (f *Failure) Err() error {
	if f == nil {
		return nil
	}
	remedy := valueOf[client.Remedy](f.Remedy)
	if f.Op == "" || remedy == client.RemedyNone {
		return recorded{client.Line1(f.Text), remedy.Err()}
	}
	return &client.Error{
		Op: client.Line1(f.Op), Kind: remedy.Err(), Status: f.HTTPStatus, Message: client.Line1(f.Message),
		RetryAfter: time.Duration(f.RetryAfter), AskedRetryAfter: time.Duration(f.AskedRetryAfter), Phase: valueOf[client.Phase](f.Phase),
		Request: client.Line1(f.Request), Codes: lines(f.Codes), UIDs: lines(f.UIDs), Suggestion: client.Line1(f.Suggestion),
	}
}

// recorded is an error of which the text and the sentinel are known.
type recorded struct {
	text string
	kind error
}

func (r recorded) Error() string { return r.text }
func (r recorded) Unwrap() error { return r.kind }

// RequestOf is a request for a line.
func RequestOf(r client.Request) Request {
	return Request{
		Service: r.Service, Session: r.Session, Op: r.Op, Request: r.Request, HTTPStatus: r.Status, Took: Seconds(r.Took), Codes: r.Codes, UIDs: r.UIDs, Message: r.Err,
	}
}

// Made is what RequestOf was given, which was begun at a time.
func (r Request) Made(at time.Time) client.Request {
	return client.Request{
		At: at, Service: line(r.Service), Session: line(r.Session), Op: line(r.Op), Request: line(r.Request), Status: r.HTTPStatus, Took: time.Duration(r.Took),
		Codes: lines(r.Codes), UIDs: lines(r.UIDs), Err: line(r.Message),
	}
}

// Record is what a service reported about a session.
type Record client.Session

type recordFields struct {
	Service    string          `json:"service,omitzero"`
	ID         string          `json:"session"`
	LensID     string          `json:"lens_id,omitzero"`
	LensName   string          `json:"lens_name,omitzero"`
	Status     string          `json:"status"`
	StatusText string          `json:"status_text,omitzero"`
	Channel    string          `json:"channel"`
	Registered Stamp           `json:"registered,omitzero"`
	Started    Stamp           `json:"started,omitzero"`
	Ended      Stamp           `json:"ended,omitzero"`
	EndKnown   Stamp           `json:"end_known,omitzero"`
	LastEvent  Stamp           `json:"last_event,omitzero"`
	LastUpdate Stamp           `json:"last_update,omitzero"`
	Expires    Stamp           `json:"expires,omitzero"`
	Duration   Seconds         `json:"duration,omitzero"`
	TTL        Seconds         `json:"ttl,omitzero"`
	Endpoint   string          `json:"endpoint,omitzero"`
	Runner     string          `json:"runner,omitzero"`
	Node       string          `json:"node,omitzero"`
	Input      string          `json:"input_stream,omitzero"`
	NoInput    bool            `json:"no_input_stream,omitzero"`
	Output     string          `json:"output_stream,omitzero"`
	Counters   *countersFields `json:"counters,omitzero"`
	Fetched    Stamp           `json:"fetched,omitzero"`
	Answered   Stamp           `json:"answered,omitzero"`
}

// countersFields leaves out what the service did not report.
type countersFields struct {
	Connections *int64 `json:"connections,omitzero"`
	Updates     int64  `json:"updates"`
	Inputs      *int64 `json:"inputs,omitzero"`
	Outputs     *int64 `json:"outputs,omitzero"`
	Events      int64  `json:"events"`
}

func countersOf(c *client.Counters) *countersFields {
	reported := func(n *int64, absent bool) *int64 {
		if absent {
			return nil
		}
		return n
	}
	return &countersFields{
		Connections: reported(&c.Connections, c.NoConnections), Updates: c.Updates, Events: c.Events,
		Inputs: reported(&c.Inputs, c.NoInputs), Outputs: reported(&c.Outputs, c.NoOutputs),
	}
}

func (f *countersFields) counters() client.Counters {
	value := func(n *int64) (int64, bool) {
		if n == nil {
			return 0, true
		}
		return *n, false
	}
	c := client.Counters{Updates: f.Updates, Events: f.Events}
	c.Connections, c.NoConnections = value(f.Connections)
	c.Inputs, c.NoInputs = value(f.Inputs)
	c.Outputs, c.NoOutputs = value(f.Outputs)
	return c
}

// MarshalJSONTo writes an object.
func (r Record) MarshalJSONTo(e *jsontext.Encoder) error {
	f := recordFields{
		Service: r.Service, ID: r.ID, LensID: r.LensID, LensName: r.LensName, Status: r.Status.String(), StatusText: r.StatusText,
		Channel: r.Channel.String(), Registered: Stamp{r.Registered}, Started: Stamp{r.Started}, Ended: Stamp{r.Ended}, EndKnown: Stamp{r.EndKnown},
		LastEvent: Stamp{r.LastEvent}, LastUpdate: Stamp{r.LastUpdate}, Expires: Stamp{r.Expires},
		Duration: Seconds(r.Duration), TTL: Seconds(r.TTL), Endpoint: r.Endpoint, Runner: r.Runner, Fetched: Stamp{r.Fetched}, Answered: Stamp{r.Answered},
		Node: r.Node, Input: r.InputStream, NoInput: r.NoInputStream, Output: r.OutputStream,
	}
	if r.HasCounters {
		f.Counters = countersOf(&r.Counters)
	}
	return json.MarshalEncode(e, &f)
}

// UnmarshalJSONFrom reads an object.
func (r *Record) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var f recordFields
	if err := json.UnmarshalDecode(d, &f, lax); err != nil {
		return err
	}
	*r = Record{
		Service: line(f.Service), ID: line(f.ID), LensID: line(f.LensID), LensName: line(f.LensName),
		Status: valueOf[client.Status](f.Status), StatusText: line(f.StatusText), Channel: valueOf[client.Channel](f.Channel),
		Registered: f.Registered.Time, Started: f.Started.Time, Ended: f.Ended.Time, EndKnown: f.EndKnown.Time, LastEvent: f.LastEvent.Time,
		LastUpdate: f.LastUpdate.Time, Expires: f.Expires.Time, Duration: time.Duration(f.Duration), TTL: time.Duration(f.TTL),
		Endpoint: line(f.Endpoint), Runner: line(f.Runner), Fetched: f.Fetched.Time, Answered: f.Answered.Time,
		Node: line(f.Node), InputStream: line(f.Input), NoInputStream: f.NoInput, OutputStream: line(f.Output),
	}
	if f.Counters != nil {
		r.Counters, r.HasCounters = f.Counters.counters(), true
	}
	return nil
}

// Lens is what a service reported about a lens. What is secret about its fields is not in it.
type Lens client.Lens

type lensFields struct {
	Service    string       `json:"service,omitzero"`
	ID         string       `json:"lens_id"`
	Name       string       `json:"lens_name,omitzero"`
	Status     string       `json:"status,omitzero"`
	Model      string       `json:"model,omitzero"`
	Processors []string     `json:"processors,omitzero"`
	Inputs     []string     `json:"inputs,omitzero"`
	Outputs    []string     `json:"outputs,omitzero"`
	Channel    string       `json:"channel"`
	Fields     []fieldNames `json:"fields,omitzero"`
}

type fieldNames struct {
	Name     string `json:"name"`
	Label    string `json:"label,omitzero"`
	Required bool   `json:"required,omitzero"`
	Secret   bool   `json:"secret,omitzero"`
}

// MarshalJSONTo writes an object.
func (l Lens) MarshalJSONTo(e *jsontext.Encoder) error {
	f := lensFields{
		Service: l.Service, ID: l.ID, Name: l.Name, Status: l.Status, Model: l.Model, Processors: l.Processors,
		Inputs: l.Inputs, Outputs: l.Outputs, Channel: l.Channel.String(),
	}
	for _, x := range l.Fields {
		f.Fields = append(f.Fields, fieldNames{x.Name, x.Label, x.Required, x.Secret})
	}
	return json.MarshalEncode(e, &f)
}

// UnmarshalJSONFrom reads an object.
func (l *Lens) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var f lensFields
	if err := json.UnmarshalDecode(d, &f, lax); err != nil {
		return err
	}
	*l = Lens{
		Service: line(f.Service), ID: line(f.ID), Name: line(f.Name), Status: line(f.Status), Model: line(f.Model),
		Processors: lines(f.Processors), Inputs: lines(f.Inputs), Outputs: lines(f.Outputs), Channel: valueOf[client.Channel](f.Channel),
	}
	for _, x := range f.Fields {
		l.Fields = append(l.Fields, client.Field{Name: line(x.Name), Label: line(x.Label), Required: x.Required, Secret: x.Secret})
	}
	return nil
}

// line makes text of a file safe to show: a file may come from anyone.
func line(s string) string { return client.Line1(s) }

func lines(of []string) []string {
	for i := range of {
		of[i] = line(of[i])
	}
	return of
}
