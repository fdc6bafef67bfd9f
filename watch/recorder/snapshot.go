package recorder

import (
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// snapshot is what a store knows, as batches that report it: first the lenses and sessions, in their
// order, then what is going on with them. It is empty where the store knows nothing yet.
func snapshot(store *watch.Store, now time.Time) (out []recording.Item) {
	known, live := watch.Batch{Delivered: now}, watch.Batch{Delivered: now}
	for _, s := range store.Services() {
		if l := lensesOf(store, s); len(l.Lenses) > 0 || l.Err != nil {
			known.Lenses = append(known.Lenses, l)
		}
		if !s.List.At.IsZero() {
			live.Lists = append(live.Lists, s.List)
		}
		if s.Usage != nil {
			live.Usages = append(live.Usages, watch.UsageReport{Service: s.Name, Usage: *s.Usage})
		}
	}
	for _, s := range store.Sessions() {
		known.Samples = append(known.Samples, watch.Sample{Session: s.Record, CreatedHere: s.CreatedHere, Question: s.Question})
		if s.Watched {
			live.Opened = append(live.Opened, watch.StreamOpened{Service: s.Record.Service, Session: s.Record.ID})
		}
		if notice, ok := connection(s, now); ok {
			live.Events = append(live.Events, notice)
		}
		if s.Ended {
			live.Ended = append(live.Ended, watch.StreamEnded{Session: s.Record.ID, Err: s.EndErr, At: now})
		}
	}
	if len(known.Lenses)+len(known.Samples) > 0 {
		out = append(out, items(known, true)...)
	}
	if len(live.Opened)+len(live.Lists)+len(live.Events)+len(live.Ended)+len(live.Usages) > 0 {
		out = append(out, items(live, true)...)
	}
	return out
}

func lensesOf(store *watch.Store, s *watch.ServiceState) watch.LensListing {
	out := watch.LensListing{Service: s.Name, Err: s.LensErr}
	for _, l := range store.Lenses() {
		if l.Service == s.Name {
			out.Lenses = append(out.Lenses, l)
		}
	}
	return out
}

// connection is a notice of how a watched session's connection stands, which the stream itself reported
// before the recording began.
func connection(s *watch.Session, now time.Time) (client.Event, bool) {
	if !s.Watched {
		return client.Event{}, false
	}
	ev := client.Event{
		Service: s.Record.Service, Session: s.Record.ID, Kind: client.KindNotice, Level: client.LevelDebug, Wire: "notice", Received: now,
	}
	f, st := s.Health.Metrics(now), s.Health.State(now)
	switch {
	case f.OpenFor != health.Never:
		ev.Text = "connected before this recording started"
		ev.Notice = &client.Notice{Code: client.NoticeConnected, Channel: f.Channel, Timing: f.Timing}
	case st.Code == health.Reconnecting:
		ev.Text = "connection lost before this recording started"
		ev.Notice = &client.Notice{Code: client.NoticeReconnecting, Attempt: st.Attempt, Next: st.NextAt}
	default:
		return client.Event{}, false
	}
	return ev, true
}
