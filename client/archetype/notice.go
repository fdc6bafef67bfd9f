package archetype

import (
	"errors"
	"net/http"
	"net/url"
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
		Received: time.Now(), Text: w.cleanLine(text), Notice: &n,
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
			lost, when := "events may have been lost", ": no data for "+units.Duration(n.Duration)
			if n.Count > 0 {
				lost = "lost " + units.Plural(n.Count, "event") + " (by event ID)"
			}
			if n.Duration == 0 {
				when = " although the connection lasted"
			}
			w.notice(n, client.LevelWarn, lost+when)
		}
	}
}

// streamCall is the request for a session's stream, for errors.
func streamCall(id string) call {
	return call{Op: "open stream", Session: id, Method: http.MethodGet, Path: consumerPath + url.PathEscape(id), Object: true}
}

// streamError is the error of a session's event source as one of the service.
func (s *Service) streamError(id string, err error) error {
	c := streamCall(id)
	request := c.Method + " " + client.Line1(c.Path)
	var e *sse.Error
	if !errors.As(err, &e) {
		return s.rest.NetworkError(c.Op, request, client.PhaseNone, err)
	}
	var foreign *rest.ForeignError
	switch {
	case errors.As(err, &foreign):
		return s.rest.Elsewhere(c.Op, request, foreign)
	case errors.Is(err, sse.ErrStatus), errors.Is(err, sse.ErrContentType):
		return s.refusedStream(c, request, e)
	}
	// A stream that broke has its 200, which says nothing.
	return s.rest.NetworkError(c.Op, request, rest.Phases[e.Phase], e.Err)
}

// refusedStream is the error for an answer that is no event stream.
func (s *Service) refusedStream(c call, request string, e *sse.Error) error {
	body := []byte(s.key.MaskCut(e.Body))
	header := http.Header{"Content-Type": {e.ContentType}}
	if f := s.rest.NotTheService(c, e.Status, header, body); f != nil {
		return f
	}
	f := &client.Error{Op: c.Op, Kind: client.ErrProtocol, Status: e.Status, Message: client.Line1(s.key.Mask(e.Error()))}
	if errors.Is(e, sse.ErrStatus) || parseErrors(body) != nil {
		f = failure(c.Op, e.Status, header, body, s.key)
		asked := max(f.RetryAfter, f.AskedRetryAfter, e.RetryAfter)
		f.RetryAfter, f.AskedRetryAfter = rest.Wait(asked)
	}
	f.Request = request
	return f
}

// brief is what an error says, without what was tried.
func brief(err error) string {
	var e *client.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	c := *e
	c.Op = ""
	if c.AskedRetryAfter == 0 {
		c.RetryAfter = 0 // the sentence continues with when it is tried again
	}
	if c.Kind == client.ErrNetwork && c.Phase == client.PhaseBody && c.Err != nil {
		return c.Err.Error() // "the server closed the stream", and its like
	}
	return c.Error()[len(": "):]
}

func channelName(c client.Channel) string {
	if c == client.ChannelMailbox {
		return "mailbox"
	}
	return "SSE stream"
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
