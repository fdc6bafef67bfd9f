package stats

import (
	"time"

	"lenswatch/client/recording"
	"lenswatch/watch"
)

// Live counts what a store takes in. Use [NewLive]; it belongs to the goroutine of the store.
type Live struct {
	*Collector
	changes map[string]int // of the state, by session, that were counted
	began   time.Time      // what is reported late of the time before is of this moment; zero: of its own
}

// NewLive makes a Live that has counted nothing.
func NewLive() *Live { return &Live{Collector: New(), changes: map[string]int{}} }

// NewLiveFrom makes a Live that counts from a moment on, of which a store already knows what was before.
func NewLiveFrom(now time.Time, store *watch.Store) *Live {
	l := NewLive()
	l.began = now
	for _, s := range store.Known() {
		if s.Connection == nil {
			continue
		}
		state := s.Health.State(now).Code.String()
		l.changes[s.Record.ID] = s.Health.TimelineLen()
		l.Entry(recording.Item{At: now, Entry: recording.State{Session: s.Record.ID, From: state, To: state}})
	}
	return l
}

// Batch counts a batch that the store has taken in.
func (l *Live) Batch(b *watch.Batch) {
	for i := range b.Events {
		ev := Event{Brief: recording.BriefOf(&b.Events[i])}
		Prepare(&ev)
		l.Add(b.Events[i].Received.UnixNano(), &ev)
	}
}

// Second counts changes of state and the bytes of connections. It is to be called once a second, and at the end.
func (l *Live) Second(now time.Time, store *watch.Store) {
	for _, s := range store.Known() {
		if s.Connection == nil {
			continue
		}
		s.Health.State(now) // settles what the passing of time has changed
		id := s.Record.ID
		changes, total := s.Health.TimelineAfter(l.changes[id])
		l.changes[id] = total
		for _, x := range changes {
			at := x.At
			if at.Before(l.began) {
				at = l.began
			}
			l.Entry(recording.Item{At: at, Entry: recording.State{Session: id, From: x.From.String(), To: x.To.String()}})
		}
		bytes, _ := s.Connection.Received()
		l.Entry(recording.Item{At: now, Entry: recording.Connection{Session: id, Bytes: bytes}})
	}
	for id := range l.changes {
		if store.Session(id) == nil {
			delete(l.changes, id)
		}
	}
	l.Entry(recording.Item{At: now, Entry: recording.Tick{}})
}
