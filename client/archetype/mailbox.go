package archetype

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// mailboxTimeout bounds one exchange with the mailbox.
const mailboxTimeout = 30 * time.Second

// mailboxReader fetches a session's messages by session.read.
type mailboxReader struct {
	clientID string // the place in the mailbox: a new id would play it from the start
	overHTTP bool   // the WebSocket could not be had
}

// mailboxConn carries one request to a session at a time, and its one reply.
type mailboxConn interface {
	// exchange makes one exchange within a limit of time. Unless it fails, done is to be called when the reply was
	// handed over: large ones share the memory of one.
	exchange(ctx context.Context, e event) (reply []byte, done func(), err error)
	close()
}

// readMailbox polls the mailbox until ctx is done, or until the session is gone or the key refused,
// which it returns then.
func (w *watcher) readMailbox(ctx context.Context) error {
	if w.mailbox == nil {
		w.mailbox = &mailboxReader{clientID: rand.Text()}
	}
	delays := newDelays()
	for attempt := 1; ; attempt++ {
		w.notice(client.Notice{Code: client.NoticeConnecting, Attempt: attempt, Channel: client.ChannelMailbox}, client.LevelDebug, "connecting to the mailbox")
		err := w.poll(ctx)
		if ctx.Err() != nil || errors.Is(err, errStreamEnd) || errors.Is(err, client.ErrNotFound) || errors.Is(err, client.ErrRefused) ||
			errors.Is(err, client.ErrEndpoint) && !w.ever {
			return err
		}
		n, lost := client.NoticeOf(err), "mailbox read failed: "
		if !w.opened.IsZero() {
			lost = "connection lost: "
			attempt = 1
			delays.Reset()
			w.ended(&n, client.EndingCut)
			w.leave()
		}
		wait := max(delays.NextBackOff(), rest.RetryAfterOf(err))
		n.Code, n.Attempt, n.Next = client.NoticeReconnecting, attempt, time.Now().Add(wait)
		w.notice(n, client.LevelWarn, fmt.Sprintf("%s%s; retrying%s, attempt %d", lost, brief(err), inTime(wait), attempt))
		if rest.Sleep(ctx, wait) != nil {
			return ctx.Err()
		}
	}
}

// poll opens a line and reads by it until that fails. An empty mailbox is asked again after a
// pause, one that had messages at once.
func (w *watcher) poll(ctx context.Context) error {
	began := time.Now()
	line := w.openMailbox(ctx)
	defer line.close()
	request := event{Type: "session.read", Data: map[string]string{"client_id": w.mailbox.clientID}}
	for {
		n, err := w.fetch(ctx, line, request, began)
		switch {
		case err != nil:
			return err
		case n > 0:
			continue
		}
		w.sendNotices(w.dedup().quiet())
		if now := time.Now(); now.Before(w.caughtUp) {
			w.caughtUp = now
		}
		if rest.Sleep(ctx, pollInterval) != nil {
			return ctx.Err()
		}
	}
}

// fetch makes one exchange, and hands over the messages of its reply. A reply that did not come may have held messages, which
// the service will not send again.
func (w *watcher) fetch(ctx context.Context, line mailboxConn, request event, began time.Time) (n int, err error) {
	reply, done, err := line.exchange(ctx, request)
	if err != nil {
		return 0, err
	}
	defer done()
	w.received(len(reply), time.Now())
	messages, err := w.s.mailboxMessages(reply)
	if err != nil {
		return 0, err
	}
	if w.opened.IsZero() {
		w.open(time.Now(), false)
		w.notice(client.Notice{Code: client.NoticeConnected, Channel: client.ChannelMailbox}, client.LevelInfo,
			fmt.Sprintf("connected to the mailbox in %d ms", time.Since(began).Milliseconds()))
	}
	for _, m := range messages {
		if ev := w.event(m, "", ""); ev.Kind == client.KindEnd {
			w.end = &ev
			return 0, errStreamEnd
		}
	}
	return len(messages), nil
}

// Mailbox counts what a session's mailbox holds, up to what one reply does. It reads with an id of its
// own, for which the service plays the mailbox from the start: nobody's place in it is moved.
func (s *Service) Mailbox(ctx context.Context, id string) (messages int, err error) {
	reply, err := s.rpc(ctx, "read mailbox", id, event{Type: "session.read", Data: map[string]string{"client_id": rand.Text()}}, false)
	if err != nil {
		return 0, err
	}
	held, err := s.mailboxMessages(reply)
	return len(held), err
}

// openMailbox opens the session's WebSocket, or falls back to REST with a notice that says why.
func (w *watcher) openMailbox(ctx context.Context) mailboxConn {
	socket, err := w.s.dial(ctx, w.id)
	if err == nil {
		w.mailbox.overHTTP = false
		return socket
	}
	if !w.mailbox.overHTTP && ctx.Err() == nil {
		w.mailbox.overHTTP = true
		n := client.NoticeOf(err)
		n.Code, n.Channel = client.NoticeChannel, client.ChannelMailbox
		w.notice(n, client.LevelInfo, "reading the mailbox over HTTP, because the WebSocket failed: "+brief(err))
	}
	return restConn{s: w.s, id: w.id}
}

// restConn exchanges events with a session by REST.
type restConn struct {
	s  *Service
	id string
}

func (l restConn) exchange(ctx context.Context, e event) (reply []byte, done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, mailboxTimeout)
	defer cancel()
	c := eventCall("read mailbox", l.id, e, false)
	done = func() {}
	c.Turn = func(ctx context.Context) error {
		err := l.s.large.Take(ctx)
		if err == nil {
			done = l.s.large.Give
		}
		return err
	}
	if reply, err = l.s.do(ctx, c); err != nil {
		done()
	}
	return reply, done, err
}

func (restConn) close() {}

// mailboxMessages takes the messages out of a reply to session.read.
func (s *Service) mailboxMessages(reply []byte) ([][]byte, error) {
	const op = "read mailbox"
	if parseErrors(reply) != nil {
		return nil, failure(op, 0, nil, reply, s.key)
	}
	var r struct {
		Type text           `json:"type"`
		Data jsontext.Value `json:"event_data"`
	}
	if json.Unmarshal(reply, &r, rest.Lenient) != nil || r.Type != "session.read.response" {
		return nil, misunderstood(op, reply, s.key)
	}
	var data struct {
		Messages []jsontext.Value `json:"messages"`
	}
	if first := rest.First(r.Data); first == 0 || first == 'n' {
		return nil, nil
	}
	if json.Unmarshal(r.Data, &data, rest.Lenient) != nil {
		return nil, misunderstood(op, reply, s.key)
	}
	messages := make([][]byte, 0, len(data.Messages))
	for _, m := range data.Messages {
		if m.Kind() == '"' {
			messages = append(messages, inside(m)) // JSON in a string
			continue
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// socketURL is where a session's WebSocket is: as the service reported, or as its documents form it.
// It has to be of the endpoint's own origin, because the key is sent there.
func (s *Service) socketURL(session client.Session) (string, error) {
	u, err := url.Parse(cmp.Or(session.Endpoint, s.opts.Endpoint+"/lens/sessions/"+url.PathEscape(session.ID)))
	if err != nil {
		return "", &client.Error{Op: "open WebSocket", Kind: client.ErrProtocol, Message: "the session_endpoint is not a URL"}
	}
	if rest.OriginOf(u) != rest.OriginOf(s.base) || u.User != nil {
		return "", s.rest.Elsewhere("open WebSocket", "", rest.Foreign(u))
	}
	u.Scheme = s.base.Scheme
	return u.String(), nil
}
