package report

import (
	"errors"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/watch"
	"lenswatch/watch/health"
	"lenswatch/watch/history"
)

// What a report has at most. Texts and payloads are cut, and say so.
const (
	maxEvents   = 20
	maxFailures = 20
	maxRequests = 20
	maxPayload  = 2 << 10  // bytes
	maxText     = 1 << 10  // bytes
	maxLooked   = 20_000   // events: failures before those are not found
	maxMasked   = 64 << 10 // bytes: credentials are looked for in so much of a payload, before it is cut
)

// Budget is how many bytes of history a store needs that reports are made of.
const Budget = 8 << 20

// Origin is where a report comes from.
type Origin struct {
	Lenswatch string // the version of this program
	Platform  string // such as "go1.26 linux/amd64"
	Recording string // the name of the recording that it was made of, and the version that wrote it; empty if it is live
}

// Report is what is known of a session. Use [Of].
type Report struct {
	At       time.Time
	Origin   Origin
	Endpoint string // of the service
	Session  client.Session
	State    health.State
	Verdict  health.Verdict
	Chain    health.Chain
	Metrics  health.Metrics
	Timeline []health.Transition
	Failures []Failure        // the newest, oldest first
	Requests []client.Request // the newest that were about the session or about none, oldest first
	events   []client.Event   // the newest of those that are no heartbeats, oldest first
}

// Failure is something that went wrong, as the service or the connection reported it.
type Failure struct {
	At      time.Time `json:"at"`
	Request string    `json:"request"`     // "GET /lens/sessions/metadata"; empty if it was no request
	Status  int       `json:"http_status"` // of HTTP; 0 if there was none
	Codes   []string  `json:"codes"`
	UIDs    []string  `json:"error_uids"` // error_uid, which the service's support asks for
	Text    string    `json:"message"`
}

// Of makes a report of a session, as its store knows it at a moment.
func Of(store *watch.Store, s *watch.Session, now time.Time, from Origin) *Report {
	r := &Report{
		At: now, Origin: from, Session: s.Record, State: s.Health.State(now), Verdict: s.Health.Guess(now),
		Metrics: s.Health.Metrics(now), Timeline: s.Health.Timeline(),
	}
	r.Chain = s.Health.Chain(now, r.Verdict)
	for _, svc := range store.Services() {
		if svc.Name == s.Record.Service {
			r.Endpoint = svc.Endpoint
		}
	}
	r.Failures = failures(newest(store.History(), s.Record.ID, maxFailures, isFailure))
	for _, q := range store.Requests() {
		if q.Service == s.Record.Service && (q.Session == "" || q.Session == s.Record.ID) {
			r.Requests = append(r.Requests, q)
		}
	}
	r.Requests = slices.Clone(r.Requests[max(0, len(r.Requests)-maxRequests):])
	r.events = newest(store.History(), s.Record.ID, maxEvents, isMessage)
	if err := s.EndErr; err != nil {
		r.Failures = append(r.Failures, failureOf(now, err))
	}
	return r
}

// Events are the newest events but heartbeats, oldest first, without credentials, and by event how many bytes of
// its payload are left out.
func (r *Report) Events(keys ...rest.Secret) (events []client.Event, cut []int) {
	for _, ev := range r.events {
		raw := rest.MaskCredentials(ev.Raw[:min(len(ev.Raw), maxMasked)], keys...)
		shown := raw[:min(len(raw), maxPayload)]
		cut = append(cut, max(0, len(ev.Raw)-maxMasked)+len(raw)-len(shown))
		if ev.Text = shorten(masked(ev.Text, keys)); ev.Raw != nil {
			ev.Raw = shown
		}
		events = append(events, ev)
	}
	return events, cut
}

// masked is a text without credentials; one that is too long is cut, as it will be anyway.
func masked(text string, keys []rest.Secret) string {
	text = text[:min(len(text), maxMasked)]
	return string(rest.MaskCredentials([]byte(text), keys...))
}

// shorten cuts a text.
func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}

// newest are the last events of a session that fit, oldest first.
func newest(h *history.Store, session string, n int, fits func(*client.Event) bool) (out []client.Event) {
	v := h.View(history.Query{Session: session})
	for i := v.Len() - 1; i >= max(0, v.Len()-maxLooked) && len(out) < n; i-- {
		if e := v.At(i); fits(&e.Event) {
			out = append(out, e.Event)
		}
	}
	slices.Reverse(out)
	return out
}

func isMessage(ev *client.Event) bool { return ev.Kind != client.KindHeartbeat }

func isFailure(ev *client.Event) bool {
	return ev.Kind == client.KindError || ev.Fault != nil || ev.Notice != nil && ev.Notice.Remedy != client.RemedyNone
}

func failures(events []client.Event) (out []Failure) {
	for i := range events {
		ev := &events[i]
		f := Failure{At: ev.Received, Text: ev.Text}
		if ev.Notice != nil {
			f.Request, f.Status = ev.Notice.Request, ev.Notice.Status
		}
		if ev.Fault != nil {
			f.Codes, f.UIDs = ev.Fault.Codes, ev.Fault.UIDs
		}
		out = append(out, f)
	}
	return out
}

func failureOf(at time.Time, err error) Failure {
	f := Failure{At: at, Text: client.Line1(err.Error())}
	if e, ok := errors.AsType[*client.Error](err); ok {
		f.Request, f.Status, f.Codes, f.UIDs = e.Request, e.Status, e.Codes, e.UIDs
	}
	return f
}
