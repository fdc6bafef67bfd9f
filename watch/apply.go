package watch

import (
	"slices"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// Apply takes a batch in. Where the batch brings a store, there is nothing else in it, and what
// that store knows takes the place of all that was known; views of the history are of no use any more.
func (b *Store) Apply(batch Batch) {
	if batch.Store != nil {
		b.replace(batch.Store)
		return
	}
	b.version++
	now := batch.Delivered
	b.wake(now)
	for _, l := range batch.Lenses {
		b.applyLenses(l)
	}
	for _, o := range batch.Opened {
		s := b.session(o.Session, o.Service, now)
		b.monitor(s, now)
		s.Connection, s.Watched, s.Ended, s.EndErr = o.Connection, true, false, nil
		b.noteEnd(s, now)
	}
	for _, t := range batch.Samples {
		b.AddSample(t, now)
	}
	for i, r := range batch.Retries {
		for _, st := range b.services {
			if st.Name == r.Service {
				st.Retry = &batch.Retries[i]
			}
		}
	}
	for _, l := range batch.Lists {
		b.applyList(l)
	}
	for _, u := range batch.Usages {
		for _, st := range b.services {
			if st.Name == u.Service {
				st.Usage = &u.Usage
			}
		}
	}
	b.applyEvents(batch.Events)
	for _, o := range batch.Ended {
		b.applyEnded(o)
	}
	for _, p := range batch.Probes {
		b.applyProbe(p)
	}
	b.applyTraffic(batch.Traffic)
	if !batch.Tick {
		b.applyLag(batch)
	}
	b.requests = append(b.requests, batch.Requests...)
	if over := len(b.requests) - MaxRequests; over > 0 {
		b.requests = slices.Delete(b.requests, 0, over)
	}
	b.prune()
	b.unrefer(len(batch.Events) > 0)
}

// replace puts what another store knows in the place of what this one does.
func (b *Store) replace(with *Store) {
	version, listed := b.version, b.listed
	*b = *with
	b.version, b.listed = max(b.version, version)+1, max(b.listed, listed)+1
}

// applyTraffic takes the recorded traffic of the connections in.
func (b *Store) applyTraffic(life []Traffic) {
	for _, l := range life {
		if s := b.sessions[l.Session]; s != nil && s.Connection != nil {
			before, _ := s.Connection.Received()
			s.Connection.Add(int(l.Bytes-before), l.Last)
		}
	}
}

func (b *Store) applyLag(batch Batch) {
	b.lag = b.lagOf(batch)
	for _, s := range b.known {
		if b.lag >= minReportedLag {
			s.Health.Lag(b.lag, len(batch.Events), batch.Delivered)
		}
	}
}

// minReportedLag is the lag from which the monitors are given it; below it the viewer keeps up.
const minReportedLag = 250 * time.Millisecond

// applyProbe gives a probe's outcome to the session's monitor, and what it reported to its record.
func (b *Store) applyProbe(p ProbeOutcome) {
	s := b.sessions[p.Session]
	if s == nil {
		return
	}
	b.monitor(s, p.Result.At)
	s.Health.Probe(p.Result)
	if p.Result.Kind != health.ProbeCreate { // a recording may have had another probe than this store would put
		s.LastProbe.Kind, s.LastProbe.Result = p.Result.Kind, p.Result
	}
	if p.Result.Question != nil {
		s.Question = p.Result.Question
	}
	if p.Result.Session != nil {
		b.mergeRecord(s, *p.Result.Session, p.Result.At)
	}
	b.noteEnd(s, p.Result.At)
}

// applyEnded notes the end of a stream. A stream says itself that it is closed; one that failed
// without a word, because a mistake in lenswatch ended it, is closed here, so that the reason shows.
func (b *Store) applyEnded(o StreamEnded) {
	s := b.sessions[o.Session]
	if s == nil {
		return
	}
	s.Watched, s.Ended, s.EndErr = false, true, o.Err
	b.settled = false
	b.noteEnd(s, o.At)
	if o.Err == nil || s.closed {
		return
	}
	b.applyEvents([]client.Event{{
		Service: s.Record.Service, Session: o.Session, Kind: client.KindNotice, Level: client.LevelError, Wire: "notice",
		Received: o.At, Text: client.Clean("closed: " + o.Err.Error()),
		Notice: &client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyOf(o.Err)},
	}})
}

func (b *Store) applyEvents(events []client.Event) {
	var s *Session
	for i := range events {
		ev := &events[i]
		if s == nil || s.Record.ID != ev.Session {
			s = b.session(ev.Session, ev.Service, ev.Received)
			b.monitor(s, ev.Received)
		}
		s.Health.Observe(ev)
		if ev.Kind == client.KindResult {
			s.Results++
			s.Newest, s.fresh = ev, true
		}
		if ev.Kind == client.KindNotice {
			s.closed = ev.Notice.Code == client.NoticeClosed
			if q := ev.Notice.Question; q != nil {
				s.Question = q
			}
			if last := ev.Notice.Record; last != nil && last.Over() { // the monitor has it already
				s.Record = s.Record.Merge(*last)
			}
		}
		if b.keepEvents {
			b.history.Append(*ev)
		}
	}
	b.events += int64(len(events))
}
