package archetype

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/sse"
)

// consumerPath is the path of a session's SSE consumer, but for the id.
const consumerPath = "/lens/sessions/consumer/"

// readStream reads the SSE consumer until ctx is done or the source gives up, whose reason it
// returns then.
func (w *watcher) readStream(ctx context.Context, cancel context.CancelCauseFunc) error {
	if err := w.makeSource(); err != nil {
		return err
	}
	err := w.source.Run(ctx, sse.Handler{
		Event: func(e sse.Event) {
			if ev := w.event(e.Data, w.cleanLine(e.Type), w.cleanLine(e.ID)); ev.Kind == client.KindEnd {
				w.end = &ev
				cancel(errStreamEnd)
			}
		},
		Comment: func(text string) {
			w.sendNotices(w.dedup().quiet())
			w.sink(client.Event{
				Service: name, Session: w.id, Kind: client.KindHeartbeat, Level: client.LevelDebug, Wire: "comment",
				Received: time.Now(), Text: w.cleanLine(strings.TrimSpace(text)),
			})
		},
		Bare: func(eventType string) {
			if rules[eventType].kind == client.KindError { // an error without a word is an error still
				w.event(nil, w.cleanLine(eventType), "")
			}
		},
		State: func(s sse.State) { w.streamState(s, cancel) },
		Bytes: w.received,
	})
	var e *sse.Error
	switch {
	case err == nil:
		return ctx.Err()
	case errors.As(err, &e) && e.Status == http.StatusNoContent:
		return errNoStream // the SSE text's way to say that there will be no more; the session is asked whether that is so
	}
	return w.s.streamError(w.id, err)
}

// makeSource makes the source with the first stream, so that the last event id is retained however often it runs.
func (w *watcher) makeSource() (err error) {
	if w.source != nil {
		return nil
	}
	w.source, err = sse.New(sse.Options{
		URL:           w.s.opts.Endpoint + streamCall(w.id).Path,
		LastEventID:   w.opts.Since,
		InitialDelay:  w.s.opts.ReconnectDelay, // the source knows the default
		ReadTimeout:   streamTimeout,
		MaxEventBytes: w.s.opts.MaxEventBytes,
		Large:         w.s.large,
		Transport:     w.s.rest.Transport(),
	})
	if err != nil {
		return &client.Error{Op: "open stream", Kind: client.ErrRequest, Err: w.s.key.MaskError(err)}
	}
	return nil
}

// cleanLine makes text of the wire safe to show on one line.
func (w *watcher) cleanLine(text string) string { return client.Line1(w.s.key.Mask(text)) }

// streamState turns a change in the life of the connection into a notice.
func (w *watcher) streamState(s sse.State, cancel context.CancelCauseFunc) {
	switch s.Code {
	case sse.Connecting:
		w.notice(client.Notice{Code: client.NoticeConnecting, Attempt: s.Attempt, Channel: client.ChannelSSE}, client.LevelDebug, "connecting to the SSE stream")
	case sse.Open:
		w.open(s.At, s.Resumed)
		w.notice(client.Notice{
			Code: client.NoticeConnected, Channel: client.ChannelSSE, Status: 200, Timing: client.Timing(s.Timing),
		}, client.LevelInfo, "connected to the SSE stream"+timingText(s.Timing))
	case sse.Waiting:
		w.waiting(s, cancel)
	case sse.Skipped:
		w.dedup().skip()
		w.notice(client.Notice{Code: client.NoticeSkipped, Count: s.Size}, client.LevelWarn,
			skippedText(s, w.s.opts.MaxEventBytes))
	}
}

func skippedText(s sse.State, limit int) string {
	if s.Err != nil {
		return "skipped an event: " + s.Err.Error()
	}
	return fmt.Sprintf("skipped an event of %d bytes: the limit is %d", s.Size, limit)
}

// open notes that a channel answered.
func (w *watcher) open(at time.Time, resumed bool) {
	if !w.ever {
		w.caughtUp = at.Add(replayFor)
		if w.channel == client.ChannelMailbox {
			w.caughtUp = at.Add(mailboxFor)
		}
	}
	w.opened, w.ever, w.refused, w.other = at, true, 0, ""
	w.dedup().reopen(at, resumed)
	w.lastByte.Store(at.UnixNano())
}

// waiting says that the connection failed and another will be made.
func (w *watcher) waiting(s sse.State, cancel context.CancelCauseFunc) {
	err := w.s.streamError(w.id, s.Err)
	n := client.NoticeOf(err)
	if n.Remedy == client.RemedyEndpoint && !w.ever {
		cancel(err) // it will be wrong the next time, too
		return
	}
	lost := "connection failed: "
	if !w.opened.IsZero() {
		lost = "connection lost: "
		w.ended(&n, endingOf(s.Err))
		w.leave()
	}
	n.Code, n.Attempt, n.Next = client.NoticeReconnecting, s.Attempt, s.Until
	w.notice(n, client.LevelWarn, fmt.Sprintf("%s%s; retrying%s, attempt %d", lost, brief(err), inTime(s.Delay), s.Attempt))
}

// endingOf is how a connection ended that was open.
func endingOf(err error) client.Ending {
	switch {
	case errors.Is(err, sse.ErrEOF):
		return client.EndingEOF
	case errors.Is(err, sse.ErrReadTimeout):
		return client.EndingTimeout
	}
	return client.EndingCut
}

func timingText(t sse.Timing) string {
	total := t.DNS + t.Connect + t.TLS + t.FirstByte
	if total < time.Millisecond {
		return ""
	}
	return fmt.Sprintf(" in %d ms", total.Milliseconds())
}
