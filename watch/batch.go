package watch

import (
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// Batch is all that arrived since the last one. What is in it belongs to the receiver.
type Batch struct {
	// Events are in order of receipt.
	Events []client.Event
	// Samples are records that arrived otherwise than by a list: from creating, destroying or asking.
	Samples []Sample
	// Lists are the answers to listing sessions, failures too.
	Lists []Listing
	// Retries are attempts to list that failed, of which each is followed by another. They are not recorded.
	Retries []ListRetry
	// Lenses are the answers to listing lenses, failures too.
	Lenses []LensListing
	// Opened are the streams that were started.
	Opened []StreamOpened
	// Ended are the streams that are over for good.
	Ended []StreamEnded
	// Probes are the outcomes of [Hub.Probe].
	Probes []ProbeOutcome
	// Usages are what accounts have used of their plans.
	Usages []UsageReport
	// Requests are those that ended, of services that remember them.
	Requests []client.Request
	// Oldest is when the first of Events was received; zero if there is none.
	Oldest time.Time
	// Delivered is when the batch was handed over.
	Delivered time.Time

	// What follows is set by a source that is a recording alone; see [Source].

	// Traffic is what arrived over the wire, by byte.
	Traffic []Traffic
	// Tick says that a second is over: it is time for [Store.Tick], by the time of Taken.
	Tick bool
	// Store, if it is set, is the store from now on: the recording jumped to another place. Nothing
	// else is in the batch then.
	Store *Store
}

// Traffic is the life of a session's connection, as [client.Connection] has it.
type Traffic struct {
	Session string
	Bytes   int64
	Last    time.Time
}

// Lag is how long the oldest event of the batch waited.
func (b *Batch) Lag() time.Duration {
	if b.Oldest.IsZero() {
		return 0
	}
	return max(0, b.Delivered.Sub(b.Oldest))
}

func (b *Batch) empty() bool {
	return len(b.Events)+len(b.Samples)+len(b.Lists)+len(b.Retries)+len(b.Lenses)+len(b.Opened)+len(b.Ended)+len(b.Probes)+len(b.Usages) == 0
}

// Sample is one record of a session.
type Sample struct {
	Session client.Session
	// CreatedHere marks a session that this run created.
	CreatedHere bool
	// Question is what the session's model is asked, where a recording's snapshot knew it.
	Question *client.Question
}

// Listing is one answer to listing a service's sessions.
type Listing struct {
	Service  string
	Sessions []client.Session
	// Continued says that this continues with the list before, More that another continues with this one: a
	// long list arrives in parts, so that taking one in takes no time that is noticed.
	Continued, More bool
	// NotWatched is how many listed sessions are not watched because so many are.
	NotWatched int
	// Unread is how many records of the list could not be read.
	Unread int
	Err    error
	At     time.Time     // when the answer arrived
	Took   time.Duration // from the request to the answer
	Next   time.Time     // when it is asked again
}

// ListRetry is an attempt to list a service's lenses or sessions that failed, before the next.
type ListRetry struct {
	Service string
	client.Retry
	At time.Time
}

// LensListing is one answer to listing a service's lenses.
type LensListing struct {
	Service string
	Lenses  []client.Lens
	Err     error
}

// StreamOpened says that a session is watched from now on.
type StreamOpened struct {
	Service, Session string
	Connection       *client.Connection
}

// StreamEnded says that a session's stream is over for good.
type StreamEnded struct {
	Session string
	Err     error // nil: the session ended, or watching was stopped
	At      time.Time
}

// ProbeOutcome is the outcome of one probe of a session.
type ProbeOutcome struct {
	Session string
	Result  health.ProbeResult
}
