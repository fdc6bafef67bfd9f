package archetype

import (
	"errors"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
	"lenswatch/client/units"
)

// notice hands on something that lenswatch itself has to say.
func (w *watcher) notice(n client.Notice, level client.Level, text string) {
	w.sink(client.Event{
		Service: name, Session: w.id, Kind: client.KindNotice, Level: level, Wire: "notice",
		Received: time.Now(), Text: w.line(text), Notice: &n,
	})
}

// sendNotices hands on what the memory of a channel found.
func (w *watcher) sendNotices(notices []client.Notice) {
	for _, n := range notices {
		switch n.Code {
		case client.NoticeDuplicate:
			w.notice(n, client.LevelInfo, "dropped "+units.Plural(n.Count, "replayed event"))
		case client.NoticeResumed:
			w.notice(n, client.LevelInfo, "resumed without loss after "+units.Duration(n.Duration))
		case client.NoticeGap:
			lost := "events may have been lost"
			if n.Count > 0 {
				lost = "lost " + units.Plural(n.Count, "event") + " (by event ID)"
			}
			w.notice(n, client.LevelWarn, lost+": no data for "+units.Duration(n.Duration))
		}
	}
}

// noticeOf is the part of a notice that tells of an error.
func noticeOf(err error) client.Notice {
	n := client.Notice{Remedy: client.RemedyOf(err)}
	var e *client.Error
	if errors.As(err, &e) {
		n.Status, n.Phase = e.Status, e.Phase
	}
	return n
}

// streamError is an event source's error as one of the service.
func (s *Service) streamError(err error) error {
	const op = "open stream"
	var e *sse.Error
	if !errors.As(err, &e) {
		return &client.Error{Op: op, Kind: client.ErrNetwork, Err: s.key.MaskError(err)}
	}
	var foreign *rest.ForeignError
	switch {
	case errors.As(err, &foreign):
		return s.rest.Elsewhere(op, foreign)
	case errors.Is(err, sse.ErrStatus):
		f := failure(op, e.Status, nil, []byte(s.key.MaskCut(e.Body)), s.key)
		f.RetryAfter = max(f.RetryAfter, e.RetryAfter)
		return f
	case errors.Is(err, sse.ErrContentType):
		if parseErrors([]byte(e.Body)) != nil {
			return failure(op, e.Status, nil, []byte(s.key.MaskCut(e.Body)), s.key)
		}
		return &client.Error{Op: op, Kind: client.ErrProtocol, Status: e.Status, Message: client.Line1(s.key.Mask(e.Error()))}
	}
	// A stream that broke has its 200, which says nothing.
	return &client.Error{Op: op, Kind: client.ErrNetwork, Phase: rest.Phases[e.Phase], Err: s.key.MaskError(e.Err)}
}

// brief is what an error says, without what was tried.
func brief(err error) string {
	var e *client.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	c := *e
	c.Op = ""
	if c.Kind == client.ErrNetwork && c.Phase == client.PhaseBody && c.Err != nil {
		return c.Err.Error() // "the server ended the stream", and its like
	}
	return c.Error()[len(": "):]
}

func channelName(c client.Channel) string {
	if c == client.ChannelMailbox {
		return "mailbox"
	}
	return "SSE consumer"
}

// statusWord is a session's status for a sentence.
func statusWord(s client.Session) string {
	if s.Status == client.StatusUnknown && s.StatusText != "" {
		return s.StatusText
	}
	return s.Status.String()
}

// inTime is " in 2.5 s", or nothing for at once.
func inTime(d time.Duration) string {
	if d < 50*time.Millisecond {
		return ""
	}
	return " in " + units.Duration(d)
}
