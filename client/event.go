package client

import (
	"errors"
	"math"
	"time"
	"unsafe"
)

// Kind says what an event is to a person.
type Kind uint8

// The kinds. See Event.Wire for the type that the service gave it.
const (
	KindOther     Kind = iota // a type that lenswatch does not know, or data that is no JSON
	KindStart                 // the stream was opened: sse.stream.start
	KindHeartbeat             // the connection is alive: sse.stream.heartbeat, or an SSE comment
	KindResult                // inference.result
	KindLog                   // log.info and its like
	KindProgress              // frame.processed, session.modify.result and other steps
	KindError                 // error, error_message, inference.error
	KindEnd                   // sse.stream.end
	KindNotice                // said by lenswatch itself; Event.Notice is set
)

var kindNames = [...]string{"other", "start", "heartbeat", "result", "log", "progress", "error", "end", "notice"}

// String is the word for the screen and for JSON.
func (k Kind) String() string { return name(kindNames[:], int(k)) }

// Level is how much an event should stand out.
type Level uint8

// The levels.
const (
	LevelInfo Level = iota
	LevelDebug
	LevelWarn
	LevelError
)

// String is the word for the screen and for JSON.
func (l Level) String() string {
	return name([]string{"info", "debug", "warn", "error"}, int(l))
}

// Event is one thing that a session said, or that lenswatch has to say of it.
type Event struct {
	Service   string
	Session   string
	Kind      Kind
	Level     Level
	Wire      string     // the type on the wire: "inference.result", "comment", "notice"
	ID        string     // SSE id in force, empty if the stream has none
	Time      time.Time  // the service's time, zero if it reported none
	Received  time.Time  // when lenswatch received it
	Backlog   bool       // it had waited before lenswatch began to read: it says nothing of now
	Text      string     // what a person reads: clean, may hold line feeds
	Result    *Result    // set where an answer has more than text
	Heartbeat *Heartbeat // set on heartbeats that carry counters
	Fault     *Fault     // set on KindError where the service gave more than a message
	Notice    *Notice    // set on KindNotice, and on a KindStart that reports a reader id
	Raw       []byte     // the payload as received, but for a key echoed in it; nil on notices. Never to be changed: texts are parts of it
}

// Size is about how many bytes of memory the event takes.
func (ev *Event) Size() int64 {
	n := int64(unsafe.Sizeof(*ev)) + int64(len(ev.ID)+len(ev.Text)+len(ev.Raw))
	if r := ev.Result; r != nil {
		n += int64(unsafe.Sizeof(*r)) + 8*int64(len(r.Shape))
		for i := range r.Scores {
			n += int64(unsafe.Sizeof(r.Scores[i])) + int64(len(r.Scores[i].Label))
		}
	}
	return n
}

// Opens reports whether the event says that its session's stream is open: what arrives over it does, and where no start
// is sent, as of a mailbox, the connection.
func (ev *Event) Opens() bool {
	if ev.Kind != KindNotice {
		return ev.Kind != KindEnd
	}
	return ev.Notice.Code == NoticeConnected && (ev.Notice.Channel == ChannelMailbox || ev.Notice.Channel == ChannelPoll)
}

// Result is the part of an answer that can be drawn.
type Result struct {
	Label    string  // the class, empty for sentences
	Scores   []Score // in the order of the wire
	Unit     Unit
	Shape    []int   // of an embedding, outermost first
	Norm     float64 // Euclidean length of an embedding
	QueryID  string
	SensorID string
	// SensorTime is the sensor's own time as reported, where it is no full date that could be
	// Event.Time: a time of day, or a position in a recording ("00:01:23").
	SensorTime string
	ReadIndex  int64 // position in the source; -1 if not reported
}

// Confidence is the share of the label, or of the largest score if there is no label: 0 to 1. It reports false where
// the scores say nothing of that.
func (r *Result) Confidence() (share float64, ok bool) {
	of, total := math.NaN(), 0.0
	for _, s := range r.Scores {
		total += math.Abs(s.Value)
		if math.IsNaN(of) && s.Label == r.Label || r.Label == "" && !(s.Value <= of) {
			of = s.Value
		}
	}
	return Confidence(of, total, r.Unit)
}

// Confidence is a score as a share of what its unit counts in, where total is what the scores come to. It reports
// false where there is no such share.
func Confidence(score, total float64, u Unit) (share float64, ok bool) {
	switch u {
	case UnitFraction:
		share = score
	case UnitPercent:
		share = score / 100
	case UnitVotes:
		share = score / total
	default:
		return 0, false
	}
	return min(max(share, 0), 1), !math.IsNaN(share)
}

// Score is one class and its weight, in Result.Unit.
type Score struct {
	Label string
	Value float64
}

// Unit is what scores are counted in. The services never say it: it is inferred from the values.
type Unit uint8

// The units.
const (
	UnitNone     Unit = iota // no scores, or nothing that fits
	UnitFraction             // 0 to 1, about 1 in all
	UnitPercent              // about 100 in all
	UnitVotes                // whole numbers: votes of neighbours
)

// String is the word for JSON.
func (u Unit) String() string {
	return name([]string{"none", "fraction", "percent", "votes"}, int(u))
}

// Heartbeat is what a heartbeat claims. The source document says to ignore its contents: these are
// hints, never truth.
type Heartbeat struct {
	Status         Status
	StatusText     string // the status as the service spelt it, cleaned
	Messages       int64
	Bytes          int64
	MessageTimeout time.Duration
	// HasMessages, HasBytes and HasTimeout distinguish a reported 0 from one that was not reported.
	HasMessages, HasBytes, HasTimeout bool
}

// Fault is what a service says of an error besides its message. All of it is clean.
type Fault struct {
	Codes      []string `json:"codes"`                // machine codes, such as "internal_logic_error"
	UIDs       []string `json:"error_uids,omitempty"` // error_uid, which the service's support asks for
	Suggestion string   `json:"suggestion,omitzero"`
}

// Notice is what lenswatch itself has to say of a stream.
type Notice struct {
	Code     NoticeCode    `json:"code"`
	Attempt  int           `json:"attempt,omitzero"`        // NoticeReconnecting: which one is next, from 1
	Next     time.Time     `json:"next,omitzero"`           // NoticeReconnecting: when it is made
	Remedy   Remedy        `json:"remedy,omitzero"`         // of the error behind it, RemedyNone if there is none
	Status   int           `json:"http_status,omitzero"`    // HTTP status, 0 if none was received
	Phase    Phase         `json:"phase,omitzero"`          // where the connection failed
	Count    int64         `json:"count,omitzero"`          // duplicates dropped, bytes skipped; NoticeGap: events missing by their ids, 0 if not known
	Duration time.Duration `json:"duration,omitzero"`       // NoticeGap: how long nothing could be received
	Other    string        `json:"other,omitzero"`          // NoticeForeign: the id of the session that events name
	ReaderID string        `json:"reader_id,omitzero"`      // on the KindStart event: the id that the server gave this reader
	Channel  Channel       `json:"channel,omitzero"`        // NoticeConnected, NoticeChannel: the channel now read
	Timing   Timing        `json:"timing,omitzero"`         // NoticeConnected: how long opening took
	Session  Status        `json:"session_status,omitzero"` // NoticeClosed: what became of the session, as far as the service said; NoticeReconnecting, NoticeIdleClose: its status, where the service was asked
	Record   *Session      `json:"record,omitzero"`         // NoticeClosed: the last record of the session, nil if the service gave none
	Request  string        `json:"request,omitzero"`        // which request failed, such as "GET /lens/sessions/metadata"; empty if none did
	Ending   Ending        `json:"ending,omitzero"`         // NoticeReconnecting, NoticeIdleClose: how an open connection ended, empty if none was open
	Lasted   time.Duration `json:"lasted,omitzero"`         // for how long that connection had been open
	Question *Question     `json:"question,omitzero"`       // NoticeAction: what the session's model is asked to do from now on; nil if that was not changed
}

// NoticeOf is the part of a notice that reports an error.
func NoticeOf(err error) Notice {
	n := Notice{Remedy: RemedyOf(err)}
	if e, ok := errors.AsType[*Error](err); ok {
		n.Status, n.Phase, n.Request = e.Status, e.Phase, e.Request
	}
	return n
}

// Ending is how an open connection ended.
type Ending string

// The endings.
const (
	EndingAnnounced Ending = "announced" // by an event that says so
	EndingEOF       Ending = "eof"       // the server ended the answer without a word
	EndingCut       Ending = "cut"       // in the middle of the answer: reset, or closed by something on the way
	EndingTimeout   Ending = "timeout"   // nothing was received within the read timeout
	EndingRequested Ending = "requested" // a person asked for another one, or another channel is read
)

// NoticeCode names a notice. Texts may change; codes are for code and recordings.
type NoticeCode string

// The notices.
const (
	NoticeConnecting   NoticeCode = "connecting"   // a request is being made
	NoticeConnected    NoticeCode = "connected"    // the stream answered with 200
	NoticeReconnecting NoticeCode = "reconnecting" // the connection is lost; another will be made at Next
	NoticeResumed      NoticeCode = "resumed"      // a reconnect continued without loss
	NoticeGap          NoticeCode = "gap"          // events may have been lost
	NoticeDuplicate    NoticeCode = "duplicate"    // replayed events were dropped
	NoticeChannel      NoticeCode = "channel"      // another output channel is read from now on
	NoticeIdleClose    NoticeCode = "idle-close"   // the server closed the stream, the session lives on
	NoticeSkipped      NoticeCode = "skipped"      // an event above the size limit was not read
	NoticeClosed       NoticeCode = "closed"       // the stream is over for good
	NoticeForeign      NoticeCode = "foreign"      // the events of this connection name another session, Other
	NoticeAction       NoticeCode = "action"       // a person changed the session through lenswatch, or tried to
)

// Phase is a step of opening a connection.
type Phase uint8

// The phases, in order.
const (
	PhaseNone Phase = iota
	PhaseDNS
	PhaseConnect
	PhaseTLS
	PhaseRequest // written, no answer yet
	PhaseBody    // answered; the body broke off or fell silent
)

// String is the word for the screen and for JSON.
func (p Phase) String() string {
	return name([]string{"", "DNS", "connect", "TLS", "request", "body"}, int(p))
}

// Timing is how long the steps of opening a connection took. A step that did not happen is 0.
type Timing struct {
	DNS       time.Duration `json:"dns"`
	Connect   time.Duration `json:"connect"`
	TLS       time.Duration `json:"tls"`
	FirstByte time.Duration `json:"first_byte"`
	Reused    bool          `json:"reused"` // an open connection was used again
}
