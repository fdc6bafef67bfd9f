package archetype

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"gopkg.in/cenkalti/backoff.v1"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

const (
	// chooseTimeout bounds how long finding out the channel may hold the stream back.
	chooseTimeout = 3 * time.Second

	// probeTimeout bounds asking whether a session lives, attempts included.
	probeTimeout = 20 * time.Second

	// A stream that lived for lasting is opened again at once when the server ends it. One that
	// did not waits, from minReopen on, twice as long each time.
	lasting   = 10 * time.Second
	minReopen = 500 * time.Millisecond
	maxReopen = 30 * time.Second
)

// Watch hands every event of a session to sink; see [client.Service]. It reads the channel that
// the lens writes to, and reads the other one when a command says so, or when the session's own
// counters show that output goes there.
//
// When ctx ends the watch, no notice says so.
func (s *Service) Watch(ctx context.Context, id string, opts client.WatchOptions, sink func(client.Event)) error {
	w := &watcher{
		s: s, id: id, opts: opts, sink: sink,
		channel:  opts.Channel,
		forced:   opts.Channel != client.ChannelUnknown,
		dedupers: map[client.Channel]*deduper{},
	}
	return w.run(ctx)
}

// watcher is one session being watched. Its functions run on the goroutine of Watch, but for
// those of steer.
type watcher struct {
	s    *Service
	id   string
	opts client.WatchOptions
	sink func(client.Event)

	channel  client.Channel // ChannelMailbox, or any other for the SSE consumer
	forced   bool           // a person chose the channel: no evidence changes it
	switched bool           // evidence has changed the channel before, and will not again
	dedupers map[client.Channel]*deduper

	source   *sse.Source // of the SSE consumer, made once
	mailbox  *mailboxReader
	decoded  client.Event                // by event, which would allocate one for each payload
	opened   time.Time                   // when the channel answered; zero while it has not
	ever     bool                        // some channel has answered
	other    string                      // session that the events of this connection name
	fate     client.Status               // of a session that is over
	last     *client.Session             // its last record, if the service gave one
	refused  int                         // attempts in a row that something else answered
	caughtUp time.Time                   // until when what arrives may have waited before; zero until a channel has answered
	end      *client.Event               // the end that a stream said, until the session was asked
	delays   *backoff.ExponentialBackOff // of short streams in a row; nil after a lasting one
	output   atomic.Int64                // events of the lens on this channel
	claimed  atomic.Int64                // messages that the newest heartbeat claims
	lastByte atomic.Int64                // unix nanoseconds
}

func newDelays() *backoff.ExponentialBackOff {
	d := backoff.NewExponentialBackOff()
	d.InitialInterval, d.MaxElapsedTime = minReopen, 0
	d.MaxInterval = maxReopen * 2 / 3 // chance adds up to a half
	d.Multiplier = 2
	d.Reset()
	return d
}

// The reasons for which reading a channel ends, besides errors of the channel itself.
var (
	errReconnect = errors.New("reconnect requested")
	errStreamEnd = errors.New("the server closed the stream")
	errNoStream  = &client.Error{Op: "open stream", Kind: client.ErrServer, Status: http.StatusNoContent, Message: "the service has no stream for the session"}
)

// run reads one channel after the other until the watch is over.
func (w *watcher) run(ctx context.Context) error {
	if !w.forced {
		w.channel = w.s.channelOf(ctx, w.id)
	}
	for {
		reason := w.read(ctx)
		if ctx.Err() != nil {
			return nil
		}
		over, err := w.handle(ctx, reason)
		if ctx.Err() != nil {
			return nil
		}
		if over {
			w.close(err)
			return err
		}
	}
}

// read reads the current channel until there is a reason to do something else.
func (w *watcher) read(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	w.output.Store(0)
	w.end = nil
	stop := w.handleCommands(ctx, cancel)
	var err error
	if w.channel == client.ChannelMailbox {
		err = w.readMailbox(ctx)
	} else {
		err = w.readStream(ctx, cancel)
	}
	cancel(err) // the first cause counts
	stop()
	return context.Cause(ctx)
}

// leave notes that the channel, if it was open, is so no more.
func (w *watcher) leave() {
	if !w.opened.IsZero() {
		w.dedup().lose(w.lastReceived())
	}
	w.opened = time.Time{}
}

// dedup is what is known of the current channel.
func (w *watcher) dedup() *deduper {
	key := client.ChannelSSE
	if w.channel == client.ChannelMailbox {
		key = client.ChannelMailbox
	}
	if w.dedupers[key] == nil {
		w.dedupers[key] = newDeduper(dedupeWindow)
	}
	return w.dedupers[key]
}

// received notes bytes of either channel.
func (w *watcher) received(n int, at time.Time) {
	w.opts.Connection.Add(n, at)
	w.lastByte.Store(at.UnixNano())
}

func (w *watcher) lastReceived() time.Time {
	if n := w.lastByte.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return w.opened
}

// handle acts on the reason for which reading ended. It reports whether the watch is over, and
// why; nil when the session ended.
func (w *watcher) handle(ctx context.Context, reason error) (over bool, err error) {
	var turn *switchError
	switch {
	case errors.Is(reason, errReconnect):
		// The connection may be dead, and over HTTP/2 the next stream would ride on it.
		w.s.rest.Transport().Renew(time.Now())
		n := client.Notice{Code: client.NoticeReconnecting, Attempt: 1, Next: time.Now()}
		w.ended(&n, client.EndingRequested)
		w.leave()
		w.notice(n, client.LevelInfo, "reconnecting (requested)")
		return false, nil
	case errors.As(reason, &turn):
		w.leave()
		w.channel, w.switched = turn.to, w.switched || turn.evidence
		w.notice(client.Notice{Code: client.NoticeChannel, Channel: turn.to}, client.LevelInfo, "switched to the "+channelName(turn.to)+": "+turn.why)
		return false, nil
	case errors.Is(reason, errStreamEnd), reason == errNoStream, errors.Is(reason, client.ErrNotFound), errors.Is(reason, client.ErrEndpoint):
		return w.probeService(ctx, reason)
	case errors.Is(reason, client.ErrIntermediary), errors.Is(reason, client.ErrProxy):
		return false, w.retry(ctx, reason) // it may be gone when somebody has logged in
	}
	return true, reason
}

// retry waits, longer each time, and says why.
func (w *watcher) retry(ctx context.Context, reason error) error {
	pause := max(w.nextDelay(), rest.RetryAfterOf(reason))
	w.leave()
	n := client.NoticeOf(reason)
	w.refused++
	n.Code, n.Attempt, n.Next = client.NoticeReconnecting, w.refused+1, time.Now().Add(pause)
	w.notice(n, client.LevelWarn, fmt.Sprintf("connection failed: %s; retrying%s, attempt %d", brief(reason), inTime(pause), n.Attempt))
	return w.pause(ctx, pause)
}

// nextDelay is the pause before a channel is opened again that did not last.
func (w *watcher) nextDelay() time.Duration {
	if w.delays == nil {
		w.delays = newDelays()
	}
	return w.delays.NextBackOff()
}

// ended notes in a notice how the connection ended and how long it had been open, if it was.
func (w *watcher) ended(n *client.Notice, how client.Ending) {
	if !w.opened.IsZero() {
		n.Ending, n.Lasted = how, time.Since(w.opened)
	}
}

// probeService believes neither the end of a stream nor a missing one before the session itself was asked.
// A session that lives is read on, after a pause that grows while streams are short.
func (w *watcher) probeService(ctx context.Context, reason error) (over bool, err error) {
	ended := errors.Is(reason, errStreamEnd)
	session, err := w.s.probeSession(ctx, w.id)
	if ctx.Err() != nil {
		return false, nil
	}
	gone := errors.Is(err, client.ErrNotFound)
	switch {
	case errors.Is(err, client.ErrRefused):
		return true, err
	case errors.Is(err, client.ErrEndpoint) && !w.ever:
		return true, err
	case gone && !ended && !w.ever:
		if errors.Is(reason, client.ErrNotFound) {
			err = reason
		}
		return true, err // it may never have existed: the id may be misspelt
	case gone:
		w.fate = client.StatusDestroyed // a session that the service no longer knows
		return true, nil
	case err == nil && session.Status.Final():
		w.fate, w.last = session.Status, &session
		return true, nil
	}
	return false, w.reopen(ctx, reason, session, err)
}

// reopen opens a stream again that has ended, or that was not there, though the session is. err says why the session
// could not be asked.
func (w *watcher) reopen(ctx context.Context, reason error, session client.Session, err error) error {
	var pause time.Duration
	if w.opened.IsZero() || time.Since(w.opened) < lasting {
		pause = w.nextDelay()
	} else {
		w.delays = nil
	}
	n, state := client.NoticeOf(reason), "couldn't check its state"
	if err == nil {
		n.Session, state = session.Status, "the session is "+statusWord(session)
	}
	if errors.Is(reason, errStreamEnd) {
		n = client.Notice{Code: client.NoticeIdleClose, Remedy: client.RemedyOf(err), Session: n.Session}
		w.ended(&n, client.EndingEOF)
		if w.end != nil && n.Ending != "" {
			n.Ending = client.EndingAnnounced
		}
		n.Next = time.Now().Add(pause)
		w.leave()
		w.notice(n, client.LevelInfo, "the server closed the stream, but "+state+"; reopening it"+inTime(pause))
		return w.pause(ctx, pause)
	}
	if err == nil {
		n.Remedy = client.RemedyNotFound // of the stream alone: the service answers
	}
	w.ended(&n, client.EndingCut)
	w.leave()
	n.Code, n.Attempt, n.Next = client.NoticeReconnecting, 1, time.Now().Add(pause)
	w.notice(n, client.LevelWarn, "no stream"+httpStatus(n.Status)+", but "+state+"; retrying"+inTime(pause))
	return w.pause(ctx, pause)
}

// httpStatus is a status for a sentence, if there is one.
func httpStatus(status int) string {
	if status == 0 {
		return ""
	}
	return fmt.Sprintf(" (HTTP %d)", status)
}

// close says that the watch is over, and what may have been missed before.
func (w *watcher) close(err error) {
	w.sendNotices(w.dedup().finish(time.Now()))
	if w.end != nil {
		w.sink(*w.end)
	}
	n, level, text := client.Notice{Code: client.NoticeClosed, Session: w.fate, Record: w.last}, client.LevelInfo, "session ended"
	if err != nil {
		n, level, text = client.NoticeOf(err), client.LevelError, "closed: "+err.Error()
		n.Code = client.NoticeClosed
	}
	w.notice(n, level, text)
}

// event decodes a payload and hands it on, unless it was handed on before. It returns the event
// that was made of it.
func (w *watcher) event(payload []byte, wire, id string) client.Event {
	ev := &w.decoded
	*ev = client.Event{Service: name, Session: w.id, Wire: wire, ID: id, Received: time.Now()}
	decodeShallow(w.s.key.MaskPayload(payload), ev)
	w.noteOther(ev)
	ev.Backlog = w.waited(ev)
	switch ev.Kind {
	case client.KindEnd:
		// Not handed on before the session was asked.
	case client.KindHeartbeat:
		if ev.Heartbeat != nil {
			w.claimed.Store(ev.Heartbeat.Messages)
		}
		w.sendNotices(w.dedup().beat(ev.ID))
		w.sendNotices(w.dedup().quiet())
		w.sink(*ev)
	case client.KindStart:
		w.sink(*ev)
	default:
		w.output.Add(1)
		fresh, notices := w.dedup().admit(ev)
		w.sendNotices(notices)
		if fresh {
			w.sink(*ev)
		}
	}
	made := *ev
	*ev = client.Event{} // a stream that goes quiet must not hold on to its newest payload
	return made
}

const (
	// replayFor is for how long a stream may replay at its beginning, and mailboxFor for how long a mailbox may be emptied,
	// though some of what arrives is new.
	replayFor  = 2 * time.Second
	mailboxFor = 10 * time.Second
	// oldAge is how old an event was made before lenswatch read it that had waited.
	oldAge = 5 * time.Second
)

// waited reports whether an event had waited before the first channel was read: what a mailbox holds, or what a stream
// replays to a new reader, by the service's clock.
func (w *watcher) waited(ev *client.Event) bool {
	if !ev.Received.Before(w.caughtUp) || ev.Kind == client.KindHeartbeat || ev.Kind == client.KindStart || ev.Kind == client.KindEnd {
		return false
	}
	if now := w.s.ServiceTime(); !now.IsZero() && !ev.Time.IsZero() {
		return now.Sub(ev.Time) > oldAge
	}
	return w.channel == client.ChannelMailbox
}

// noteOther says once on each connection that its events name another session.
func (w *watcher) noteOther(ev *client.Event) {
	if ev.Notice == nil || ev.Notice.Other == "" {
		return
	}
	if other := ev.Notice.Other; w.other != other {
		w.other = other
		w.notice(client.Notice{Code: client.NoticeForeign, Other: other}, client.LevelError, "the stream carries events of another session, "+other)
	}
	if ev.Kind != client.KindStart {
		ev.Notice = nil
	}
}

// channelOf finds out by which channel a session's output arrives: from what was reported about it before,
// or else by asking for it and its lens, briefly. ChannelUnknown if that fails.
func (s *Service) channelOf(ctx context.Context, id string) client.Channel {
	ctx, cancel := context.WithTimeout(ctx, chooseTimeout)
	defer cancel()
	session := s.lensCache.session(id)
	if session.LensID == "" && session.Channel == client.ChannelUnknown {
		session, _ = s.findSession(ctx, id) // which completes it, as far as its lens is known
	}
	if session.Channel != client.ChannelUnknown || session.LensID == "" {
		return session.Channel
	}
	if _, err := s.lensMetadata(ctx, session.LensID); err != nil {
		return client.ChannelUnknown
	}
	s.lensCache.complete(&session)
	return session.Channel
}

// probeSession asks for the session, within a limit of time.
func (s *Service) probeSession(ctx context.Context, id string) (client.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	session, err := s.Session(ctx, id)
	if err != nil {
		return session, fmt.Errorf("checking the session: %w", err)
	}
	return session, nil
}
