package sse

import (
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"
)

// A Trace watches how one request is made: how far it got, and how long each step took. Its hooks
// are called from several goroutines, some even after the request is over; it may be read at any
// time. The zero value is ready, and serves one request.
type Trace struct {
	mu     sync.Mutex
	phase  Phase
	timing Timing

	dns, connect, tls, gotBytes, wrote time.Time // when each step began
}

// Hooks are for httptrace.WithClientTrace. wrote is called when the request was written; it may be
// nil.
func (t *Trace) Hooks(wrote func()) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:  func(string) { t.enter(PhaseConnect, nil) },
		DNSStart: func(httptrace.DNSStartInfo) { t.enter(PhaseDNS, &t.dns) },
		DNSDone: func(i httptrace.DNSDoneInfo) {
			t.leave(i.Err, PhaseConnect, &t.dns, &t.timing.DNS)
		},
		ConnectStart: func(string, string) { t.enter(PhaseConnect, &t.connect) },
		ConnectDone: func(_, _ string, err error) {
			t.leave(err, PhaseConnect, &t.connect, &t.timing.Connect)
		},
		TLSHandshakeStart: func() { t.enter(PhaseTLS, &t.tls) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			t.leave(err, PhaseRequest, &t.tls, &t.timing.TLS)
		},
		GotConn: func(i httptrace.GotConnInfo) { t.gotConn(i.Reused) },
		WroteRequest: func(httptrace.WroteRequestInfo) {
			t.enter(PhaseRequest, &t.wrote)
			if wrote != nil {
				wrote()
			}
		},
		GotFirstResponseByte: t.firstByte,
	}
}

// enter begins a step. Of several at once (addresses are dialled side by side) the first counts.
func (t *Trace) enter(phase Phase, began *time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phase = phase
	if began != nil && began.IsZero() {
		*began = time.Now()
	}
}

// leave ends a step; after a failure the phase stays.
func (t *Trace) leave(err error, next Phase, began *time.Time, took *time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil || began.IsZero() {
		return
	}
	*took = time.Since(*began)
	t.phase = next
}

func (t *Trace) gotConn(reused bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phase = PhaseRequest
	t.timing.Reused = reused
	t.gotBytes = time.Now()
}

// firstByte ends the wait for the answer. Over HTTP/2 it may come before the hook that says that the
// request was written; then the wait began with the connection.
func (t *Trace) firstByte() {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := t.wrote
	if from.IsZero() {
		from = t.gotBytes
	}
	if !from.IsZero() {
		t.timing.FirstByte = time.Since(from)
	}
}

// Result is the step that was reached, and the times of those before it.
func (t *Trace) Result() (Phase, Timing) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.phase, t.timing
}
