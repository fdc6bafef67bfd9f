package client

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Status is where a session stands in its life.
type Status uint8

// The statuses, in the order in which a session may pass them. StatusFailed, StatusDestroyed and
// StatusStale are final. The services publish no full enumeration: whatever else they say is
// StatusUnknown, and Session.StatusText keeps it verbatim.
const (
	StatusUnknown Status = iota
	StatusCreated
	StatusRegistered
	StatusRunning
	StatusFailed
	StatusDestroyed
	StatusStale
)

var statusNames = [...]string{"unknown", "created", "registered", "running", "failed", "destroyed", "stale"}

// String is the word for the screen.
func (s Status) String() string { return name(statusNames[:], int(s)) }

// Final reports whether the session can never run again.
func (s Status) Final() bool { return s == StatusFailed || s == StatusDestroyed || s == StatusStale }

// ParseStatus reads every form that was seen: "LensSessionStatus.SESSION_STATUS_RUNNING",
// "SESSION_STATUS_RUNNING", "RUNNING", the numbers "3" (running) and "6" (failed), and
// AgentHuman's "started", "active" and "ended"; and "EXPIRED", which says what became of it though no document has it.
func ParseStatus(s string) Status {
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		s = s[i+1:]
	}
	s = strings.ToLower(strings.TrimPrefix(strings.ToUpper(s), "SESSION_STATUS_"))
	switch s {
	case "3", "started", "active":
		return StatusRunning
	case "6":
		return StatusFailed
	case "ended", "expired":
		return StatusDestroyed
	}
	if i := slices.Index(statusNames[:], s); i > 0 {
		return Status(i)
	}
	return StatusUnknown
}

// Channel is the way that a session's output takes. A session uses one, never two.
type Channel uint8

// The channels.
const (
	// ChannelUnknown: nothing is known of the lens's outputs.
	ChannelUnknown Channel = iota
	// ChannelSSE: the lens has a server_sent_events_writer; output comes by the SSE consumer.
	ChannelSSE
	// ChannelMailbox: output waits to be fetched by session.read.
	ChannelMailbox
	// ChannelNone: the lens has no output stream; only heartbeats will come.
	ChannelNone
	// ChannelPoll: the service has no stream; lenswatch asks again and again.
	ChannelPoll
)

// String is the word for the screen.
func (c Channel) String() string {
	return name([]string{"unknown", "sse", "mailbox", "none", "poll"}, int(c))
}

// Session is what a service reports about one session. Records are partial: a field that was not reported
// is zero, and [Session.Merge] puts two records together.
type Session struct {
	Service    string  `json:"service,omitzero"` // Service.Name of its origin
	ID         string  `json:"session"`
	LensID     string  `json:"lens_id,omitzero"`
	LensName   string  `json:"lens_name,omitzero"`
	Status     Status  `json:"status"`
	StatusText string  `json:"status_text,omitzero"` // the status as the service spelt it, cleaned
	Channel    Channel `json:"channel"`

	Registered  time.Time     `json:"registered,omitzero"`  // when the record was made
	Started     time.Time     `json:"started,omitzero"`     // when it began running
	Ended       time.Time     `json:"ended,omitzero"`       // when it was destroyed or ended
	EndKnown    time.Time     `json:"end_known,omitzero"`   // when lenswatch learnt that it is over, by the service's clock as far as that is known; no service says it
	LastEvent   time.Time     `json:"last_event,omitzero"`  // newest event, by the service's clock
	LastUpdate  time.Time     `json:"last_update,omitzero"` // newest change of the record, by the service's clock
	Expires     time.Time     `json:"expires,omitzero"`     // when the service will end it by itself, if it says so
	Duration    time.Duration `json:"duration,omitzero"`
	TTL         time.Duration `json:"ttl,omitzero"`      // as reported; the documents call it both a lifetime and an idle limit
	Endpoint    string        `json:"endpoint,omitzero"` // WebSocket URL of the session
	Runner      string        `json:"runner,omitzero"`
	Node        string        `json:"node,omitzero"`         // the node tag of its runner
	InputStream string        `json:"input_stream,omitzero"` // id of its input data stream; empty if it has none, or none was reported
	// NoInputStream says that the record reports that it has none.
	NoInputStream bool `json:"no_input_stream,omitzero"`
	// InputType is the type of its first input stream that has no end, else of the first one, such as "csv_file_reader"; empty
	// if its own configuration names none. A file that is read again and again has none.
	InputType string `json:"input_type,omitzero"`
	// OutputStream is the id of its output data stream, likewise.
	OutputStream string   `json:"output_stream,omitzero"`
	Counters     Counters `json:"-"`
	HasCounters  bool     `json:"-"`
	// Fetched is when lenswatch received this record, by its own clock.
	Fetched time.Time `json:"fetched,omitzero"`
	// Answered is the same time by the service's clock, as the Date of its answer has it; zero if it had none.
	Answered time.Time `json:"answered,omitzero"`
}

// Counters are a session's own counters, as the service reports them. A service may report some of them
// only: a counter that it reports as 0 is not one that it leaves out.
type Counters struct {
	Connections, Updates, Inputs, Outputs, Events int64
	// NoConnections, NoInputs and NoOutputs say which of the counters that a diagnosis goes by are left out.
	NoConnections, NoInputs, NoOutputs bool
}

// merge returns c with every counter that newer reports.
func (c Counters) merge(newer Counters) Counters {
	if newer.NoConnections {
		newer.Connections, newer.NoConnections = c.Connections, c.NoConnections
	}
	if newer.NoInputs {
		newer.Inputs, newer.NoInputs = c.Inputs, c.NoInputs
	}
	if newer.NoOutputs {
		newer.Outputs, newer.NoOutputs = c.Outputs, c.NoOutputs
	}
	return newer
}

// Over reports whether the session is known to be over.
func (s Session) Over() bool { return s.Status.Final() || !s.Ended.IsZero() || !s.EndKnown.IsZero() }

// Whole reports whether the record has all members: then an id of a stream that it does not name is one that there is
// not. Lists leave members out.
func (s Session) Whole() bool { return s.TTL > 0 }

// Age is how long the session has existed, zero if nothing that was reported says so. It stops when the session ends: the
// service's own duration counts then, or the end, or the last change of its record, or when the end became known.
func (s Session) Age(now time.Time) time.Duration {
	end, stated := now, s.Status.Final() || !s.Ended.IsZero()
	switch {
	case stated && s.Duration > 0:
		return s.Duration
	case stated:
		end = cmp.Or(s.Ended, s.EndKnown, s.LastUpdate)
	case s.Over():
		end = s.EndKnown
	}
	for _, t := range []time.Time{s.Registered, s.Started} {
		if !t.IsZero() && !end.IsZero() {
			return max(0, end.Sub(t))
		}
	}
	if s.Duration == 0 || s.Fetched.IsZero() || stated {
		return s.Duration
	}
	if s.Over() {
		return max(0, s.Duration+end.Sub(cmp.Or(s.Answered, s.Fetched)))
	}
	return max(0, s.Duration+now.Sub(s.Fetched))
}

// Merge returns s with everything that the newer record knows put over it.
func (s Session) Merge(newer Session) Session {
	out := newer
	keepText := func(dst *string, old string) { *dst = cmp.Or(*dst, old) }
	keepTime := func(dst *time.Time, old time.Time) {
		if dst.IsZero() {
			*dst = old
		}
	}
	keepText(&out.Service, s.Service)
	keepText(&out.ID, s.ID)
	keepText(&out.LensID, s.LensID)
	keepText(&out.LensName, s.LensName)
	keepText(&out.Endpoint, s.Endpoint)
	keepText(&out.Runner, s.Runner)
	keepText(&out.Node, s.Node)
	if !newer.NoInputStream {
		keepText(&out.InputStream, s.InputStream)
		out.NoInputStream = s.NoInputStream && out.InputStream == ""
	}
	keepText(&out.OutputStream, s.OutputStream)
	keepText(&out.InputType, s.InputType)
	if out.StatusText == "" {
		out.Status, out.StatusText = s.Status, s.StatusText
	}
	out.Channel = cmp.Or(out.Channel, s.Channel)
	keepTime(&out.Registered, s.Registered)
	keepTime(&out.Started, s.Started)
	keepTime(&out.Ended, s.Ended)
	keepTime(&out.EndKnown, s.EndKnown)
	keepTime(&out.LastEvent, s.LastEvent)
	keepTime(&out.LastUpdate, s.LastUpdate)
	keepTime(&out.Expires, s.Expires)
	if out.Fetched.IsZero() { // the two times of one answer stay together
		out.Fetched, out.Answered = s.Fetched, s.Answered
	}
	if out.Duration == 0 && newer.Ended.IsZero() { // how long it ran until then is not how long it ran in all
		out.Duration = s.Duration
	}
	if out.TTL == 0 {
		out.TTL = s.TTL
	}
	switch {
	case !out.HasCounters:
		out.Counters, out.HasCounters = s.Counters, s.HasCounters
	case s.HasCounters:
		out.Counters = s.Counters.merge(out.Counters)
	}
	return out
}

// Lens is something that a session can run.
type Lens struct {
	Service    string   `json:"service,omitzero"`
	ID         string   `json:"lens_id"`
	Name       string   `json:"lens_name,omitzero"`
	Status     string   `json:"status,omitzero"`     // as reported, cleaned
	Model      string   `json:"model,omitzero"`      // model name and version, if reported
	Processors []string `json:"processors,omitzero"` // the model pipeline, in order
	Inputs     []string `json:"inputs,omitzero"`     // input stream types
	Outputs    []string `json:"outputs,omitzero"`    // output stream types
	Channel    Channel  `json:"channel"`             // derived from pipeline and outputs
	Fields     []Field  `json:"fields,omitzero"`     // what is required to create a session of it; mostly none
}

// Looped is what the type of an input has at its end that is a file which begins anew.
const Looped = " (loop)"

// EndsByItself reports whether an input of a type comes to an end, as a file does.
func EndsByItself(inputType string) bool {
	return (strings.Contains(inputType, "file") || strings.Contains(inputType, "csv")) && !strings.HasSuffix(inputType, Looped)
}

// name returns names[i], or "unknown" where a value has no name.
func name(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return "unknown"
	}
	return names[i]
}
