package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/client/units"
	"lenswatch/watch/custody"
	"lenswatch/watch/pipeline"
)

const (
	// testLens is the template that the documentation has to debug streams, and testProcessor what it runs.
	testLens      = "Test Lens"
	testProcessor = "lens_echo_processor"
	// setupWithin bounds creating the session, waiting for its runner and opening its stream; echoWithin how long the
	// echo may take.
	setupWithin = 3 * time.Minute
	echoWithin  = 30 * time.Second
	// cleanupWithin bounds destroying the session, after an interruption too.
	cleanupWithin = 20 * time.Second
	// bufferedFrom is from when a first event that the server sends at once counts as held back on its way.
	bufferedFrom = time.Second
)

// doctorStream runs a session of a test lens from its creation to its end, and reports how the stream behaves. It
// separates the network and the account from a session that is silent.
func doctorStream(ctx context.Context, env Env, services []client.Service, lensName string) []checkResult {
	svc, lens, err := findTestLens(ctx, services, lensName)
	if err != nil {
		return []checkResult{{what: "test lens", found: err.Error(), err: err}}
	}
	t := &streamTest{env: env, svc: svc}
	ledger := openLedger(env)
	defer ledger.Close()
	began := time.Now()
	setup, cancel := context.WithTimeout(ctx, setupWithin)
	defer cancel()
	session, err := createSession(ctx, env, ledger, svc, client.CreateRequest{LensID: lens.ID, LensName: lens.Name})
	if err != nil {
		return []checkResult{{what: "session", found: err.Error(), err: err}}
	}
	t.found("session", "%s of %s created in %s", session.ID, lens.Name, units.Duration(time.Since(began)))
	t.run(setup, ctx, session.ID)
	t.destroy(ctx, ledger, session.ID, began)
	return t.out
}

// findTestLens finds the lens that gives back what it is sent, or the one that was named.
func findTestLens(ctx context.Context, services []client.Service, name string) (client.Service, client.Lens, error) {
	services = slices.DeleteFunc(slices.Clone(services), func(s client.Service) bool { _, ok := s.(client.Controller); return !ok })
	if len(services) == 0 {
		return nil, client.Lens{}, usagef("--stream needs a key of the Lens API: other services have no streams to test")
	}
	lenses, failed := allLenses(ctx, services)
	var lens client.Lens
	var err error
	if i := slices.IndexFunc(lenses, func(l client.Lens) bool { return slices.Contains(l.Processors, testProcessor) }); name == "" && i >= 0 {
		lens = lenses[i]
	} else {
		if name == "" {
			name = testLens
		}
		lens, err = findLens(lenses, name)
	}
	switch {
	case err != nil && failed != nil:
		return nil, lens, failed
	case err != nil:
		return nil, lens, fmt.Errorf("%w; name a lens that echoes its input with --lens", err)
	}
	return services[slices.IndexFunc(services, func(s client.Service) bool { return s.Name() == lens.Service })], lens, nil
}

// streamTest is one run of doctor --stream.
type streamTest struct {
	env Env
	svc client.Service
	out []checkResult
}

func (t *streamTest) found(what, format string, args ...any) {
	t.out = append(t.out, checkResult{what: what, found: fmt.Sprintf(format, args...)})
}

func (t *streamTest) warn(what, format string, args ...any) {
	t.out = append(t.out, checkResult{what: what, found: fmt.Sprintf(format, args...), warn: true})
}

func (t *streamTest) fail(what string, err error) {
	t.out = append(t.out, checkResult{what: what, found: client.Line1(err.Error()), err: err})
}

// arrival is an event of the stream, when it arrived and what it was.
type arrival struct {
	at    time.Time
	event client.Event
}

// run gives the session an output, opens its stream, sends one input and waits until it comes back.
func (t *streamTest) run(setup, ctx context.Context, id string) {
	if err := pipeline.Run(setup, t.svc, id, pipeline.Plan{Output: true}, printProgress(t.env)); err != nil {
		t.fail("output", err)
		return
	}
	t.found("output", "set")
	watching, stop := context.WithCancel(ctx)
	events, ended := make(chan arrival), make(chan error, 1)
	defer func() {
		stop()
		for range events { // until the stream has ended
		}
	}()
	finish := func(err error) {
		ended <- err
		close(events)
	}
	guard.Go("stream", func(c *guard.Crash) { finish(c) }, func() {
		finish(t.svc.Watch(watching, id, client.WatchOptions{}, func(ev client.Event) {
			select {
			case events <- arrival{time.Now(), ev}:
			case <-watching.Done():
			}
		}))
	})
	first, err := t.opens(setup, events, ended)
	if err != nil {
		t.fail("stream", err)
		return
	}
	t.echoes(ctx, id, events, ended, first)
}

// opens waits for the first event of the stream, and says whether it was held back.
func (t *streamTest) opens(ctx context.Context, events <-chan arrival, ended <-chan error) (first arrival, err error) {
	asked := time.Now()
	var connected time.Time
	for {
		a, err := next(ctx, events, ended)
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return a, fmt.Errorf("no event arrived on the stream: %w", err)
		case err != nil:
			return a, err
		case a.event.Kind == client.KindNotice && a.event.Notice.Code == client.NoticeConnected:
			connected = a.at
			continue
		case a.event.Kind == client.KindNotice:
			continue
		}
		t.found("stream", "open in %s", units.Duration(a.at.Sub(asked)))
		if held := a.at.Sub(connected); !connected.IsZero() && held >= bufferedFrom {
			t.warn("buffering", "first event %s after connecting: a proxy may be buffering", units.Duration(held))
		} else {
			t.found("buffering", "none: first event %s after connecting", units.Duration(max(held, 0)))
		}
		return a, nil
	}
}

// echoes sends one input and waits until the stream gives it back.
func (t *streamTest) echoes(ctx context.Context, id string, events <-chan arrival, ended <-chan error, first arrival) {
	mark := "lenswatch-" + rand.Text()
	sent := time.Now()
	limited, cancel := context.WithTimeout(ctx, echoWithin)
	defer cancel()
	waiting, refuse := context.WithCancelCause(limited) // there is no echo of an input that was refused
	defer refuse(nil)
	guard.Go("push", func(c *guard.Crash) { refuse(c) }, func() {
		if err := t.svc.(client.Controller).Push(limited, id, fmt.Appendf(nil, `{"text":%q}`, mark)); err != nil {
			refuse(err)
		}
	})
	withID := first.event.ID != ""
	for {
		a, err := next(waiting, events, ended)
		if err != nil {
			if waiting.Err() != nil {
				err = context.Cause(waiting)
			}
			if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
				err = fmt.Errorf("%w: no echo within %s, though the stream is open", errStalled, units.Duration(echoWithin))
			}
			t.fail("echo", err)
			return
		}
		withID = withID || a.event.ID != ""
		if !strings.Contains(string(a.event.Raw), mark) {
			continue
		}
		t.found("echo", "arrived %s after the input", units.Duration(a.at.Sub(sent)))
		if withID {
			t.found("event IDs", "yes: streams can resume")
		} else {
			t.warn("event IDs", "none: events are lost while reconnecting")
		}
		return
	}
}

// next is the next event of the stream.
func next(ctx context.Context, events <-chan arrival, ended <-chan error) (arrival, error) {
	select {
	case a, open := <-events:
		if open {
			return a, nil
		}
		if err := <-ended; err != nil {
			return a, err
		}
		return a, &client.Error{Op: "read stream", Kind: client.ErrServer, Message: "the stream ended"}
	case <-ctx.Done():
		return arrival{}, ctx.Err()
	}
}

// destroy ends the session, also after an interruption. One that cannot be destroyed stays in the ledger.
func (t *streamTest) destroy(ctx context.Context, ledger *custody.Ledger, id string, began time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupWithin)
	defer cancel()
	if _, err := ledger.Destroy(ctx, t.svc, id); err != nil {
		t.fail("cleanup", err)
		return
	}
	t.found("cleanup", "destroyed after %s", units.Duration(time.Since(began)))
}
