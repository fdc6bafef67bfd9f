package recorder

import (
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// snapshot is what a book knows, as batches that tell it: first the lenses and sessions, in their
// order, then what is going on with them. It is empty where the book knows nothing yet.
func snapshot(book *watch.Book, now time.Time) (out []recording.Item) {
	known, live := watch.Batch{Taken: now}, watch.Batch{Taken: now}
	for _, s := range book.Services() {
		if l := lensesOf(book, s); len(l.Lenses) > 0 || l.Err != nil {
			known.Lenses = append(known.Lenses, l)
		}
		if !s.List.At.IsZero() {
			live.Lists = append(live.Lists, s.List)
		}
	}
	for _, s := range book.Sessions() {
		known.Told = append(known.Told, watch.Told{Session: s.Record, Mine: s.Mine})
		if s.Watched {
			live.Opened = append(live.Opened, watch.Opened{Service: s.Record.Service, Session: s.Record.ID})
		}
		if notice, ok := connection(s, now); ok {
			live.Events = append(live.Events, notice)
		}
		if s.Over {
			live.Over = append(live.Over, watch.Over{Session: s.Record.ID, Err: s.OverErr, At: now})
		}
	}
	if len(known.Lenses)+len(known.Told) > 0 {
		out = append(out, items(known, true)...)
	}
	if len(live.Opened)+len(live.Lists)+len(live.Events)+len(live.Over) > 0 {
		out = append(out, items(live, true)...)
	}
	return out
}

func lensesOf(book *watch.Book, s *watch.ServiceState) watch.LensListing {
	out := watch.LensListing{Service: s.Name, Err: s.LensErr}
	for _, l := range book.Lenses() {
		if l.Service == s.Name {
			out.Lenses = append(out.Lenses, l)
		}
	}
	return out
}

// connection is a notice of how a watched session's connection stands, which the stream itself told
// before the recording began.
func connection(s *watch.Session, now time.Time) (client.Event, bool) {
	if !s.Watched {
		return client.Event{}, false
	}
	ev := client.Event{
		Service: s.Record.Service, Session: s.Record.ID, Kind: client.KindNotice, Level: client.LevelDebug, Wire: "notice", Received: now,
	}
	f, st := s.Health.Figures(now), s.Health.State(now)
	switch {
	case f.OpenFor != health.Never:
		ev.Text = "connected since before this recording began"
		ev.Notice = &client.Notice{Code: client.NoticeConnected, Channel: f.Channel, Timing: f.Timing}
	case st.Code == health.Reconnecting:
		ev.Text = "the connection was lost before this recording began"
		ev.Notice = &client.Notice{Code: client.NoticeReconnecting, Attempt: st.Attempt, Next: st.NextAt}
	default:
		return client.Event{}, false
	}
	return ev, true
}
