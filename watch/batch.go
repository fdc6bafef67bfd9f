package watch

import (
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// Batch is all that came since the last one. What is in it belongs to the receiver.
type Batch struct {
	// Events are in order of receipt.
	Events []client.Event
	// Told are records that came otherwise than by a list: from creating, destroying or asking.
	Told []Told
	// Lists are the answers to listing sessions, failures too.
	Lists []Listing
	// Lenses are the answers to listing lenses, failures too.
	Lenses []LensListing
	// Opened are the streams that were started.
	Opened []Opened
	// Over are the streams that are over for good.
	Over []Over
	// Probes are the outcomes of [Hub.Probe].
	Probes []ProbeDone
	// Oldest is when the first of Events was received; zero if there is none.
	Oldest time.Time
	// Taken is when the batch was handed over.
	Taken time.Time

	// What follows is set by a source that is a recording alone; see [Source].

	// Life is what came over the wire, by byte.
	Life []Life
	// Tick says that a second is over: it is time for [Book.Tick], by the time of Taken.
	Tick bool
	// Book, if it is set, is the book from now on: the recording was wound to another place. Nothing
	// else is in the batch then.
	Book *Book
}

// Life is the life of a session's connection, as [client.Line] has it.
type Life struct {
	Session string
	Bytes   int64
	Last    time.Time
}

// Lag is how long the oldest event of the batch waited.
func (b *Batch) Lag() time.Duration {
	if b.Oldest.IsZero() {
		return 0
	}
	return max(0, b.Taken.Sub(b.Oldest))
}

func (b *Batch) empty() bool {
	return len(b.Events)+len(b.Told)+len(b.Lists)+len(b.Lenses)+len(b.Opened)+len(b.Over)+len(b.Probes) == 0
}

// Told is one record of a session.
type Told struct {
	Session client.Session
	// Mine marks a session that this run created.
	Mine bool
}

// Listing is one answer to listing a service's sessions.
type Listing struct {
	Service  string
	Sessions []client.Session
	Err      error
	At       time.Time     // when the answer came
	Took     time.Duration // from the request to the answer
	Next     time.Time     // when it is asked again
}

// LensListing is one answer to listing a service's lenses.
type LensListing struct {
	Service string
	Lenses  []client.Lens
	Err     error
}

// Opened says that a session is watched from now on.
type Opened struct {
	Service, Session string
	Line             *client.Line
}

// Over says that a session's stream is over for good.
type Over struct {
	Session string
	Err     error // nil: the session ended, or watching was stopped
	At      time.Time
}

// ProbeDone is the outcome of one probe of a session.
type ProbeDone struct {
	Session string
	Result  health.ProbeResult
}
