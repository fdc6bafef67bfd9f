package memnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// ErrClosed is what Accept and dials return after Close. It wraps [net.ErrClosed].
var ErrClosed = fmt.Errorf("memnet: the listener is closed: %w", net.ErrClosed)

// addr is the address of every listener and connection.
type addr struct{}

func (addr) Network() string { return "mem" }
func (addr) String() string  { return "memnet" }

// Listener accepts connections that its own DialContext makes. It is safe for concurrent use.
type Listener struct {
	pending chan net.Conn
	done    chan struct{}

	mu    sync.Mutex
	conns map[*conn]struct{} // both ends of every open connection
	fail  error
}

var _ net.Listener = (*Listener)(nil)

// Listen makes a listener. It has to be closed.
func Listen() *Listener {
	return &Listener{
		pending: make(chan net.Conn),
		done:    make(chan struct{}),
		conns:   make(map[*conn]struct{}),
	}
}

// Accept waits for the next dial. After Close it returns [ErrClosed].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.pending:
		return c, nil
	case <-l.done:
		return nil, ErrClosed
	}
}

// Close ends the listener and closes every connection. Further calls do nothing.
func (l *Listener) Close() error {
	l.mu.Lock()
	select {
	case <-l.done:
	default:
		close(l.done)
	}
	l.mu.Unlock()
	l.Cut()
	return nil
}

// Addr is "memnet" of network "mem".
func (l *Listener) Addr() net.Addr { return addr{} }

// Cut closes both ends of every open connection, as a network that goes away does.
func (l *Listener) Cut() {
	l.mu.Lock()
	open := make([]*conn, 0, len(l.conns))
	for c := range l.conns {
		open = append(open, c)
	}
	l.mu.Unlock()
	for _, c := range open {
		c.Close()
	}
}

// Fail makes every further dial return err, as an unreachable network does; nil lets them through
// again. Open connections are not touched.
func (l *Listener) Fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = err
}

// DialContext connects to the listener, whatever network and address say. It waits until the
// connection is accepted, ctx is done or the listener is closed.
func (l *Listener) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	fail := l.fail
	l.mu.Unlock()
	if fail != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: fail}
	}
	here, there, err := l.pipe()
	if err != nil {
		return nil, err
	}
	select {
	case l.pending <- there:
		return here, nil
	case <-l.done:
		err = ErrClosed
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(err, here.Close(), there.Close())
}

// Transport is an HTTP transport that reaches the listener under any host name, without
// compression. Close its idle connections when done with it.
func (l *Listener) Transport() *http.Transport {
	return &http.Transport{DialContext: l.DialContext, DisableCompression: true}
}

// pipe makes a connection and notes both of its ends.
func (l *Listener) pipe() (here, there *conn, err error) {
	a, b := net.Pipe()
	here, there = &conn{Conn: a, l: l}, &conn{Conn: b, l: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.done:
		return nil, nil, errors.Join(ErrClosed, a.Close(), b.Close())
	default:
	}
	l.conns[here], l.conns[there] = struct{}{}, struct{}{}
	return here, there, nil
}

// conn forgets itself when it is closed.
type conn struct {
	net.Conn
	l *Listener
}

func (c *conn) LocalAddr() net.Addr  { return addr{} }
func (c *conn) RemoteAddr() net.Addr { return addr{} }

func (c *conn) Close() error {
	c.l.mu.Lock()
	delete(c.l.conns, c)
	c.l.mu.Unlock()
	return c.Conn.Close()
}
