package scenarios

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"os"
	"sync"
	"syscall"
	"time"
)

// network is the way between the viewer and the service.
type network struct {
	faults []fault
	drops  []time.Duration // every connection is lost
	dead   []window        // nothing passes on any connection, and nothing says so
	https  string          // "" for none, why the certificate does not do: "self-signed", "expired"; "tunnel": only the proxy is reached
	proxy  string          // host and port of a proxy, which the server plays too
}

// fault is why connections cannot be made for a while: "dns", "refused", "unreachable", "files" or "hang".
type fault struct {
	window
	why string
}

func (n *network) fails(from, to time.Duration, why string) {
	n.faults = append(n.faults, fault{window{from, to}, why})
}

// dialLimit is how long making a connection may take, as the program's own transport has it.
const dialLimit = 10 * time.Second

// wires are connections in memory, so that they work in virtual time. A write waits for its reader.
type wires struct {
	plan     *network
	since    func() time.Duration // the viewer's time
	stops    []window             // when the viewer reads nothing
	accepted chan net.Conn
	closed   chan struct{}

	mu    sync.Mutex
	conns map[*wire]struct{}
}

func newWires(plan *network, stops []window, since func() time.Duration) *wires {
	return &wires{plan: plan, since: since, stops: stops, accepted: make(chan net.Conn), closed: make(chan struct{}), conns: map[*wire]struct{}{}}
}

func (w *wires) Accept() (net.Conn, error) {
	select {
	case c := <-w.accepted:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wires) Close() error {
	select {
	case <-w.closed:
	default:
		close(w.closed)
	}
	w.drop()
	return nil
}

func (w *wires) Addr() net.Addr { return &net.UnixAddr{Name: "wires", Net: "unix"} }

// drop loses every connection.
func (w *wires) drop() {
	w.mu.Lock()
	var all []*wire
	for c := range w.conns {
		all = append(all, c)
	}
	w.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}

// run loses connections when the script says so.
func (w *wires) run(ctx context.Context) {
	for _, at := range w.plan.drops {
		if sleep(ctx, at-w.since()) != nil {
			return
		}
		w.drop()
	}
}

// dial makes a connection, and reports a trace of it as a net.Dialer does.
func (w *wires) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	trace := httptrace.ContextClientTrace(ctx)
	if trace == nil {
		trace = &httptrace.ClientTrace{}
	}
	why := ""
	for _, f := range w.plan.faults {
		if f.has(w.since()) {
			why = f.why
		}
	}
	if trace.DNSStart != nil {
		trace.DNSStart(httptrace.DNSStartInfo{Host: host})
	}
	var err error
	if why == "dns" {
		err = &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if trace.DNSDone != nil {
		trace.DNSDone(httptrace.DNSDoneInfo{Err: err})
	}
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	if trace.ConnectStart != nil {
		trace.ConnectStart("tcp", address)
	}
	c, err := w.connect(ctx, why)
	if trace.ConnectDone != nil {
		trace.ConnectDone("tcp", address, err)
	}
	return c, err
}

func (w *wires) connect(ctx context.Context, why string) (net.Conn, error) {
	fail := func(err error) (net.Conn, error) { return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	switch why {
	case "refused":
		return fail(os.NewSyscallError("connect", syscall.ECONNREFUSED))
	case "unreachable":
		return fail(os.NewSyscallError("connect", syscall.ENETUNREACH))
	case "files":
		return fail(os.NewSyscallError("socket", syscall.EMFILE))
	}
	if why == "hang" || within(w.plan.dead, w.since()) {
		if err := sleep(ctx, dialLimit); err != nil {
			return fail(err)
		}
		return fail(os.ErrDeadlineExceeded)
	}
	here, there := net.Pipe()
	c := &wire{Conn: here, all: w, born: w.since()}
	select {
	case w.accepted <- there:
	case <-w.closed:
		return fail(net.ErrClosed)
	case <-ctx.Done():
		return fail(ctx.Err())
	}
	w.mu.Lock()
	w.conns[c] = struct{}{}
	w.mu.Unlock()
	return c, nil
}

// wire is the viewer's end of a connection.
type wire struct {
	net.Conn
	all  *wires
	born time.Duration
	once sync.Once
	gone bool
}

func (c *wire) Close() error {
	c.once.Do(func() {
		c.all.mu.Lock()
		delete(c.all.conns, c)
		c.gone = true
		c.all.mu.Unlock()
	})
	return c.Conn.Close()
}

// Read waits while the viewer does not run, and for ever on a connection that died.
func (c *wire) Read(p []byte) (int, error) {
	c.wait()
	n, err := c.Conn.Read(p)
	if c.dead() {
		c.forget()
		return 0, net.ErrClosed
	}
	c.wait()
	return n, err
}

// Write gives what goes to a dead connection away.
func (c *wire) Write(p []byte) (int, error) {
	if c.dead() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *wire) wait() {
	for _, s := range c.all.stops {
		if now := c.all.since(); s.has(now) {
			time.Sleep(s.to - now)
		}
	}
}

// dead reports whether the connection is one that was open when the way died.
func (c *wire) dead() bool {
	for _, w := range c.all.plan.dead {
		if c.born < w.from && c.all.since() >= w.from {
			return true
		}
	}
	return false
}

// forget waits until the viewer gives the connection up.
func (c *wire) forget() {
	buf := make([]byte, 4096)
	for {
		if _, err := c.Conn.Read(buf); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
	}
}

// sleep waits, but not beyond the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
