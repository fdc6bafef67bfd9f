package agenthuman

import (
	"context"
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// Watch hands what becomes known of a session to sink; see [client.Service]. There is one list a few
// seconds for all sessions that are watched; what differs from the list before becomes an event, and a
// list without news a heartbeat. The command WebSocket is not opened.
//
// When ctx ends the watch, no notice says so.
func (s *Service) Watch(ctx context.Context, id string, opts client.WatchOptions, sink func(client.Event)) error {
	w := &watcher{s: s, id: id, opts: opts, sink: sink, inbox: newInbox(), expiry: len(expirySteps), minutes: len(minuteSteps)}
	w.notice(client.Notice{Code: client.NoticeConnecting, Attempt: 1, Channel: client.ChannelPoll}, client.LevelDebug, "checking the session")
	s.poller.add(w)
	defer s.poller.remove(w)
	return w.run(ctx)
}

// watcher is one session being watched. Its functions run on the goroutine of Watch; the inbox alone
// is filled by others.
type watcher struct {
	s     *Service
	id    string
	opts  client.WatchOptions
	sink  func(client.Event)
	inbox inbox

	open          bool // the newest poll succeeded
	seenBefore    bool
	rec           client.Session
	lastHeartbeat time.Time // newest heartbeat
	status        client.Status
	expiry        int // the step of expirySteps that was reported last; its length for none
	minutes       int // of minuteSteps
}

// minHeartbeatInterval is the shortest time between two heartbeats: lists that somebody asked for in between are no
// pulse.
const minHeartbeatInterval = time.Second

func (w *watcher) run(ctx context.Context) error {
	defer w.opts.Commands.Listen(func(c client.Command) bool {
		if c == client.CommandReconnect {
			w.s.poller.refresh()
		}
		return true
	})()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.inbox.wake:
			p := w.inbox.takePost()
			if over, err := w.handlePost(p); over {
				return err
			}
		}
	}
}

// handlePost reports what an inbox held. It reports whether the watch is over, and why; nil when the session
// ended.
func (w *watcher) handlePost(p post) (over bool, err error) {
	if p.failed != nil && !p.failedAfterSample {
		if over, err = w.handleOutage(*p.failed); over {
			return over, err
		}
	}
	if p.sample != nil {
		if w.handleSample(*p.sample) {
			return true, nil
		}
	}
	if p.failed != nil && p.failedAfterSample {
		if over, err = w.handleOutage(*p.failed); over {
			return over, err
		}
	}
	if p.notFound != nil {
		return true, w.handleNotFound(p.notFound)
	}
	if p.minutes != nil {
		w.announceMinutes(*p.minutes)
	}
	return false, nil
}

// handleSample takes a record of the session. It reports whether the session is over.
func (w *watcher) handleSample(t sample) (over bool) {
	now := time.Now()
	if !w.open {
		w.open, w.seenBefore = true, true
		w.notice(client.Notice{Code: client.NoticeConnected, Channel: client.ChannelPoll, Status: 200}, client.LevelInfo,
			fmt.Sprintf("polling every %s (no event stream)", units.Duration(pollInterval)))
	}
	w.opts.Connection.Add(len(t.raw), now)
	w.rec = w.rec.Merge(t.session)
	if w.rec.Status.Final() {
		w.end(t.raw)
		return true
	}
	if w.rec.Status != w.status {
		w.status = w.rec.Status
		w.event(client.KindProgress, client.LevelInfo, "session."+statusWord(w.rec), statusText(w.rec), t.raw)
	} else if now.Sub(w.lastHeartbeat) >= minHeartbeatInterval {
		w.event(client.KindHeartbeat, client.LevelDebug, "poll", heartbeatText(w.rec, now), t.raw)
		w.lastHeartbeat = now
	}
	w.announceExpiry(now)
	return false
}

// handleOutage reports on a failed poll. One that no later poll can mend ends the watch.
func (w *watcher) handleOutage(o outage) (over bool, err error) {
	w.open = false
	n := client.NoticeOf(o.err)
	switch n.Remedy {
	case client.RemedyRefused, client.RemedyNoKey, client.RemedyRequest:
		w.close(n, client.LevelError, "closed: "+o.err.Error())
		return true, o.err
	}
	n.Code, n.Attempt, n.Next = client.NoticeReconnecting, o.attempt, o.next
	w.notice(n, client.LevelWarn, fmt.Sprintf("polling failed: %s; retrying in %s, attempt %d", client.Cause(o.err), units.Duration(time.Until(o.next)), o.attempt))
	return false, nil
}

// handleNotFound takes the news that the service knows no such session. One that was never heard of may be
// misspelt.
func (w *watcher) handleNotFound(err error) error {
	n := client.NoticeOf(err)
	if !w.seenBefore {
		w.close(n, client.LevelError, "closed: "+err.Error())
		return err
	}
	n = client.Notice{Session: client.StatusDestroyed, Record: w.record()}
	w.close(n, client.LevelWarn, "the service no longer knows the session")
	return nil
}

// end says that the session has ended, and by whom.
func (w *watcher) end(raw []byte) {
	text, level := w.endText()
	w.sink(client.Event{
		Service: name, Session: w.id, Kind: client.KindEnd, Level: level, Wire: "session.ended",
		Time: w.rec.Ended, Received: time.Now(), Text: text, Raw: raw,
	})
	w.close(client.Notice{Session: w.rec.Status, Record: w.record()}, client.LevelInfo, "session ended")
}

// record is the newest that is known of the session.
func (w *watcher) record() *client.Session {
	rec := w.rec
	return &rec
}

func (w *watcher) close(n client.Notice, level client.Level, text string) {
	n.Code = client.NoticeClosed
	w.notice(n, level, text)
}

func (w *watcher) event(kind client.Kind, level client.Level, wire, text string, raw []byte) {
	w.sink(client.Event{
		Service: name, Session: w.id, Kind: kind, Level: level, Wire: wire, Received: time.Now(), Text: client.Clean(text), Raw: raw,
	})
}

// notice hands on something that lenswatch itself has to say.
func (w *watcher) notice(n client.Notice, level client.Level, text string) {
	w.sink(client.Event{
		Service: name, Session: w.id, Kind: client.KindNotice, Level: level, Wire: "notice",
		Received: time.Now(), Text: client.Line1(text), Notice: &n,
	})
}
