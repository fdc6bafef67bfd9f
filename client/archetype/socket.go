package archetype

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/coder/websocket"
	"github.com/go-json-experiment/json"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

// dialTimeout bounds opening a WebSocket, asking for its address included.
const dialTimeout = 15 * time.Second

// socketConn exchanges events with a session over its WebSocket. The service answers each request
// by one reply and says nothing by itself, so that after a failed exchange the line is not used
// again: a late reply would be taken for the next one.
type socketConn struct {
	conn  *websocket.Conn
	key   Secret
	large *sse.Large
}

// dial opens a session's WebSocket. The key goes with it by way of the transport.
func (s *Service) dial(ctx context.Context, id string) (mailboxConn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	session, err := s.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	session.ID = id
	target, err := s.socketURL(session)
	if err != nil {
		return nil, err
	}
	// The response's body is the connection, which conn closes, or was read already.
	conn, resp, err := websocket.Dial(ctx, target, &websocket.DialOptions{HTTPClient: s.rest.HTTP()})
	if err != nil {
		return nil, s.socketError(id, resp, err)
	}
	conn.SetReadLimit(rest.MaxBody)
	return &socketConn{conn: conn, key: s.key, large: s.large}, nil
}

// socketError says why a session's WebSocket was not opened. The answer, if there was one, has the start of its body.
func (s *Service) socketError(id string, resp *http.Response, err error) error {
	c := call{Op: "open WebSocket", Session: id, Method: http.MethodGet, Path: "/lens/sessions/" + url.PathEscape(id), Object: true}
	request := c.Method + " " + client.Line1(c.Path)
	var foreign *rest.ForeignError
	switch {
	case errors.As(err, &foreign):
		return s.rest.Elsewhere(c.Op, request, foreign)
	case resp == nil || resp.StatusCode == http.StatusSwitchingProtocols:
		return s.rest.NetworkError(c.Op, request, client.PhaseNone, err)
	}
	body, _ := io.ReadAll(resp.Body) // websocket.Dial has read what there is
	body = []byte(s.key.MaskCut(string(body)))
	if e := s.rest.NotTheService(c, resp.StatusCode, resp.Header, body); e != nil {
		return e
	}
	e := failure(c.Op, resp.StatusCode, resp.Header, body, s.key)
	e.Request = request
	return e
}

func (l *socketConn) exchange(parent context.Context, e event) (reply []byte, done func(), err error) {
	request, err := json.Marshal(e)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	limit := time.AfterFunc(mailboxTimeout, func() { cancel(context.DeadlineExceeded) })
	defer limit.Stop()
	if err := l.conn.Write(ctx, websocket.MessageBinary, request); err != nil {
		return nil, nil, l.failed(ctx, err)
	}
	_, r, err := l.conn.Reader(ctx)
	if err != nil {
		return nil, nil, l.failed(ctx, err)
	}
	if reply, err = io.ReadAll(io.LimitReader(r, smallReply)); err != nil {
		return nil, nil, l.failed(ctx, err)
	}
	if len(reply) < smallReply {
		return reply, func() {}, nil
	}
	limit.Stop() // that others are large is no delay of the service
	if err := l.large.Take(parent); err != nil {
		return nil, nil, err
	}
	limit.Reset(mailboxTimeout)
	rest, err := io.ReadAll(r)
	if err != nil {
		l.large.Give()
		return nil, nil, l.failed(ctx, err)
	}
	return append(reply, rest...), l.large.Give, nil
}

// smallReply is how much of a reply each mailbox reads by itself, in bytes. Larger ones take the turn of large events, of
// which one at a time is received.
const smallReply = 64 << 10

func (l *socketConn) failed(ctx context.Context, err error) error {
	if websocket.CloseStatus(err) == websocket.StatusNormalClosure {
		return errStreamEnd // nothing failed: the service is done with the session, or with this socket
	}
	e := &client.Error{Op: "read mailbox", Kind: client.ErrNetwork, Phase: client.PhaseBody, Err: l.key.MaskError(err)}
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		e.Err = context.DeadlineExceeded
		e.Message = "no reply within " + mailboxTimeout.String()
	}
	return e
}

func (l *socketConn) close() { _ = l.conn.CloseNow() }
