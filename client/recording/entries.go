package recording

import (
	"time"

	"lenswatch/client"
)

// The format of a file, as its header names it.
const (
	// Format is what a header calls the format.
	Format = "lenswatch-recording"
	// Version is the one that is written. It grows when older readers would misread a file; a reader
	// takes its own version and those before it.
	Version = 1
)

// Entry is what one line of a recording reports. The types below are all there are.
type Entry interface {
	// Type is the word in the line's type field.
	Type() string
}

// Header is the first line of every file.
type Header struct {
	Format    string    `json:"format"`
	Version   int       `json:"version"`
	Lenswatch string    `json:"lenswatch"`         // the version of the program
	Zone      string    `json:"zone"`              // of the host, as it is called
	UTCOffset int       `json:"utc_offset"`        // of the host, in seconds east of UTC
	Services  []Service `json:"services,omitzero"` // that were watched
	Part      int       `json:"part"`              // which file of a recording this is, from 1
}

// Service is where sessions came from.
type Service struct {
	Name     string `json:"name"`
	Endpoint string `json:"endpoint"` // without credentials
}

// Batch stands before what was handed over together. The lines that follow it, up to the next Batch
// or Tick, are in the order in which they were taken in.
type Batch struct {
	Events int `json:"events"` // how many of them follow
	// Lag is how long the oldest of them had waited.
	Lag time.Duration `json:"lag,omitzero"`
	// Snapshot marks what was known before the recording began.
	Snapshot bool `json:"snapshot,omitzero"`
}

// Event is an event, or a notice. Its t is when it was received.
type Event struct{ client.Event }

// Sample is one record of a session, reported otherwise than by a list.
type Sample struct {
	Record      client.Session `json:"record"`
	CreatedHere bool           `json:"mine,omitzero"` // created by the run that was recorded
	// Question is what the session's model is asked, where a snapshot knew it.
	Question *client.Question `json:"question,omitzero"`
}

// List is an answer to listing the sessions of a service. Its t is when the answer arrived.
type List struct {
	Service  string           `json:"service"`
	Sessions []client.Session `json:"sessions"`
	Took     time.Duration    `json:"took"`
	Next     time.Time        `json:"next,omitzero"`
	Err      error            `json:"error,omitzero"`
	// A long list is in several lines: all but the first continue it, all but the last have more after them.
	Continued  bool `json:"continued,omitzero"`
	More       bool `json:"more,omitzero"`
	NotWatched int  `json:"not_watched,omitzero"`
	Unread     int  `json:"unread,omitzero"` // records that could not be read
}

// Lenses is an answer to listing the lenses of a service.
type Lenses struct {
	Service string        `json:"service"`
	Lenses  []client.Lens `json:"lenses"`
	Err     error         `json:"error,omitzero"`
}

// StreamOpened says that a session was watched from then on.
type StreamOpened struct {
	Service string `json:"service"`
	Session string `json:"session"`
}

// StreamEnded says that a session's stream was over for good; without an error the session had ended, or
// watching was stopped.
type StreamEnded struct {
	Session string `json:"session"`
	Err     error  `json:"error,omitzero"`
}

// Probe is the outcome of a question about a session that was not live. Its t is when it was known.
type Probe struct {
	Session    string          `json:"session"`
	Probe      string          `json:"probe"` // "session", "metadata", "network", "mailbox" or "create"
	Took       time.Duration   `json:"took"`
	Timing     client.Timing   `json:"timing,omitzero"`
	Remedy     client.Remedy   `json:"remedy,omitzero"`
	HTTPStatus int             `json:"http_status,omitzero"`
	Phase      client.Phase    `json:"phase,omitzero"`
	Message    string          `json:"message,omitzero"`
	Messages   int64           `json:"messages,omitzero"` // that the mailbox holds
	Record     *client.Session `json:"record,omitzero"`
	// Question is what the session's model is asked, as the session said.
	Question *client.Question `json:"question,omitzero"`
}

// Usage is what an account has used of its plan. Its t is when the answer arrived. A number that was not reported is
// negative, and so is one without a limit.
type Usage struct {
	Service string `json:"service"`
	client.Usage
}

// Request is an attempt to ask a service something, and what came of it. Its t is when it was begun.
type Request struct{ client.Request }

// Connection is the life of a session's connection by byte, at most once a second.
type Connection struct {
	Session  string    `json:"session"`
	Bytes    int64     `json:"bytes"`     // received since the stream was opened
	LastByte time.Time `json:"last_byte"` // when the newest came
}

// Tick is a second of the clock by which health was judged.
type Tick struct{}

// State is a change of a session's state. Its t is since when.
type State struct {
	Session string `json:"session"`
	From    string `json:"from"`
	To      string `json:"to"`
	Cause   string `json:"cause"`
}

// Verdict is a change of the verdict about a session.
type Verdict struct {
	Session    string `json:"session"`
	Verdict    string `json:"verdict"` // the code
	Severity   string `json:"severity"`
	Confidence string `json:"confidence"`
	Sentence   string `json:"sentence"`
}

// Lost says that the disk was too slow, and how much was left out before this line.
type Lost struct {
	Events  int64 `json:"events"`
	Entries int64 `json:"entries"` // of other types
}

// End is the last line of a file that was closed in good order.
type End struct {
	Events    int64 `json:"events"`           // in this file
	Lost      int64 `json:"lost"`             // events left out of this file
	Continues bool  `json:"goes_on,omitzero"` // another file follows
}

// The words in type fields.

func (Header) Type() string       { return "header" }
func (Batch) Type() string        { return "batch" }
func (Event) Type() string        { return "event" }
func (Sample) Type() string       { return "session" }
func (List) Type() string         { return "list" }
func (Lenses) Type() string       { return "lenses" }
func (StreamOpened) Type() string { return "opened" }
func (StreamEnded) Type() string  { return "over" }
func (Probe) Type() string        { return "probe" }
func (Usage) Type() string        { return "usage" }
func (Request) Type() string      { return "request" }
func (Connection) Type() string   { return "line" }
func (Tick) Type() string         { return "tick" }
func (State) Type() string        { return "state" }
func (Verdict) Type() string      { return "verdict" }
func (Lost) Type() string         { return "lost" }
func (End) Type() string          { return "end" }
