package archetype

import (
	"context"
	"errors"
	"time"

	"github.com/coder/websocket"
	"github.com/go-json-experiment/json"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// dialTimeout bounds opening a WebSocket, asking for its address included.
const dialTimeout = 15 * time.Second

// socketConn exchanges events with a session over its WebSocket. The service answers each request
// by one reply and says nothing by itself, so that after a failed exchange the line is not used
// again: a late reply would be taken for the next one.
type socketConn struct {
	conn *websocket.Conn
	key  Secret
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
		e := &client.Error{Op: "open WebSocket", Kind: client.ErrNetwork, Err: s.key.MaskError(err)}
		if resp != nil && resp.StatusCode != 101 {
			e.Status, e.Kind = resp.StatusCode, kindOf(resp.StatusCode, "", nil)
		}
		return nil, e
	}
	conn.SetReadLimit(rest.MaxBody)
	return &socketConn{conn: conn, key: s.key}, nil
}

func (l *socketConn) exchange(ctx context.Context, e event) ([]byte, error) {
	request, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	if err := l.conn.Write(ctx, websocket.MessageBinary, request); err != nil {
		return nil, l.failed(ctx, err)
	}
	_, reply, err := l.conn.Read(ctx)
	if err != nil {
		return nil, l.failed(ctx, err)
	}
	return reply, nil
}

func (l *socketConn) failed(ctx context.Context, err error) error {
	if websocket.CloseStatus(err) == websocket.StatusNormalClosure {
		return errStreamEnd // nothing failed: the service is done with the session, or with this socket
	}
	e := &client.Error{Op: "read mailbox", Kind: client.ErrNetwork, Phase: client.PhaseBody, Err: l.key.MaskError(err)}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e.Err = ctx.Err()
		e.Message = "no reply within " + mailboxTimeout.String()
	}
	return e
}

func (l *socketConn) close() { _ = l.conn.CloseNow() }
