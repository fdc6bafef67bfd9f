package watch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client"
	"lenswatch/client/guard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service is a client.Service whose streams are functions. What a test does not set fails.
type service struct {
	name     string
	sessions func() ([]client.Session, error)
	lenses   []client.Lens
	watch    func(ctx context.Context, id string, o client.WatchOptions, sink func(client.Event)) error
	created  atomic.Int32
}

func (s *service) Name() string     { return s.name }
func (s *service) Endpoint() string { return "http://" + s.name + ".invalid" }
func (s *service) Lenses(context.Context) ([]client.Lens, error) {
	return s.lenses, nil
}
func (s *service) Sessions(context.Context) ([]client.Session, error) {
	if s.sessions == nil {
		return nil, nil
	}
	return s.sessions()
}
func (s *service) Session(context.Context, string) (client.Session, error) {
	return client.Session{}, client.ErrNotFound
}
func (s *service) Create(_ context.Context, req client.CreateRequest) (client.Session, error) {
	n := s.created.Add(1)
	return client.Session{Service: s.name, ID: fmt.Sprintf("new-%d", n), LensID: req.LensID, Status: client.StatusRegistered, StatusText: "x"}, nil
}
func (s *service) Destroy(_ context.Context, id string) (client.Session, error) {
	return client.Session{Service: s.name, ID: id, Status: client.StatusDestroyed, StatusText: "x"}, nil
}
func (s *service) Watch(ctx context.Context, id string, o client.WatchOptions, sink func(client.Event)) error {
	return s.watch(ctx, id, o, sink)
}

func wait(ctx context.Context, _ string, _ client.WatchOptions, _ func(client.Event)) error {
	<-ctx.Done()
	return nil
}

func result(id, text string) client.Event {
	return client.Event{Service: "a", Session: id, Kind: client.KindResult, Text: text, Received: time.Now()}
}

// collect takes batches until want events arrived, and returns all of them.
func collect(t *testing.T, h *Hub, want int) (events []client.Event, batches int) {
	t.Helper()
	for len(events) < want {
		b, err := h.Next(t.Context())
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		events = append(events, b.Events...)
		batches++
	}
	return events, batches
}

func TestEventsArriveOnceAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 5000
		s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			for i := range n {
				sink(result(id, fmt.Sprint(i)))
			}
			<-ctx.Done()
			return nil
		}}
		h := NewHub([]client.Service{s}, Options{Waiting: 64 << 10})
		defer h.Close()
		for _, id := range []string{"one", "two"} {
			if err := h.Watch("a", id); err != nil {
				t.Fatal(err)
			}
		}
		events, _ := collect(t, h, 2*n)
		next := map[string]int{}
		for _, e := range events {
			if e.Text != fmt.Sprint(next[e.Session]) {
				t.Fatalf("session %s: got %s, want %d", e.Session, e.Text, next[e.Session])
			}
			next[e.Session]++
		}
	})
}

// A stream that nobody drains is held back, not dropped and not buffered without end.
func TestBackPressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			for ctx.Err() == nil {
				sink(result(id, "x"))
				sent.Add(1)
			}
			return nil
		}}
		one := result("one", "x")
		h := NewHub([]client.Service{s}, Options{Waiting: 400 * one.Size()})
		defer h.Close()
		_ = h.Watch("a", "one")
		synctest.Wait()
		if sent.Load() != 200 {
			t.Fatalf("%d events were accepted, want 200", sent.Load())
		}
		b, err := h.Next(t.Context())
		if err != nil || len(b.Events) != 200 {
			t.Fatalf("%d events, %v", len(b.Events), err)
		}
		synctest.Wait()
		if sent.Load() != 200 {
			t.Fatalf("%d events were accepted while the batch was being dealt with, want 200", sent.Load())
		}
		if b, err = h.Next(ctxDone(t)); err == nil {
			t.Fatalf("a batch of %d events, though none could come", len(b.Events))
		}
		synctest.Wait()
		if sent.Load() != 400 {
			t.Fatalf("%d events were accepted after the batch was dealt with, want 400", sent.Load())
		}
	})
}

// ctxDone is a context that is over.
func ctxDone(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestAtMostOneBatchAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			for range 1000 {
				sink(result(id, "x"))
				<-time.After(time.Millisecond)
			}
			<-ctx.Done()
			return nil
		}}
		h := NewHub([]client.Service{s}, Options{BatchInterval: 50 * time.Millisecond})
		defer h.Close()
		_ = h.Watch("a", "one")
		start := time.Now()
		_, batches := collect(t, h, 1000)
		if took := time.Since(start); batches > int(took/(50*time.Millisecond))+2 {
			t.Fatalf("%d batches in %v", batches, took)
		}
	})
}

func TestCreateWatchesAndAddsASample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "a", watch: wait}
		h := NewHub([]client.Service{s}, Options{})
		defer h.Close()
		sess, err := h.Create(t.Context(), "a", client.CreateRequest{LensID: "lens"})
		if err != nil {
			t.Fatal(err)
		}
		b, err := h.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Samples) != 1 || !b.Samples[0].CreatedHere || len(b.Opened) != 1 || b.Opened[0].Session != sess.ID {
			t.Fatalf("%+v", b)
		}
		if s.created.Load() != 1 {
			t.Fatalf("%d requests were made", s.created.Load())
		}
		if createdHere := h.Custody().CreatedHere(); len(createdHere) != 1 || createdHere[0].Session != sess.ID {
			t.Fatalf("in custody: %+v", createdHere)
		}
		if _, err := h.Destroy(t.Context(), "a", sess.ID); err != nil || len(h.Custody().CreatedHere()) != 0 {
			t.Fatalf("in custody after the destroy: %+v, %v", h.Custody().CreatedHere(), err)
		}
		if _, err := h.Create(t.Context(), "b", client.CreateRequest{LensID: "lens"}); !errors.Is(err, client.ErrNotFound) {
			t.Fatalf("unknown service: %v", err)
		}
	})
}

func TestCommandReachesTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan client.Command, 1)
		s := &service{name: "a", watch: func(ctx context.Context, _ string, o client.WatchOptions, _ func(client.Event)) error {
			defer o.Commands.Listen(func(c client.Command) bool { got <- c; return true })()
			<-ctx.Done()
			return nil
		}}
		h := NewHub([]client.Service{s}, Options{})
		defer h.Close()
		if h.Command("one", client.CommandReconnect) {
			t.Fatal("there is no stream yet")
		}
		_ = h.Watch("a", "one")
		if !h.Command("one", client.CommandUseMailbox) || <-got != client.CommandUseMailbox {
			t.Fatal("the command did not arrive")
		}
	})
}

// A list that panics is a failed list.
func TestPanicInAListIsItsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "a", sessions: func() ([]client.Session, error) { panic("boom") }}
		reported := 0
		h := NewHub([]client.Service{s}, Options{Crashed: func(*guard.Crash) { reported++ }})
		h.Start()
		defer h.Close()
		synctest.Wait()
		b, err := h.Next(t.Context())
		if err != nil || len(b.Lists) != 1 || guard.Of(b.Lists[0].Err) == nil || reported != 1 || strings.Contains(b.Lists[0].Err.Error(), "boom") {
			t.Fatalf("%+v, %v, reported %d times", b.Lists, err, reported)
		}
	})
}

// A stream that panics is opened once more, and says so.
func TestPanicRestartsTheStreamOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := 0
		s := &service{name: "a", watch: func(ctx context.Context, id string, o client.WatchOptions, sink func(client.Event)) error {
			if opened++; opened == 1 {
				sink(result(id, "before"))
				panic("boom")
			}
			sink(result(id, "after"))
			return wait(ctx, id, o, sink)
		}}
		var reported []*guard.Crash
		h := NewHub([]client.Service{s}, Options{Crashed: func(c *guard.Crash) { reported = append(reported, c) }})
		defer h.Close()
		_ = h.Watch("a", "one")
		synctest.Wait()
		b, err := h.Next(t.Context())
		if err != nil || len(b.Ended) != 0 || len(b.Events) != 3 || len(reported) != 1 {
			t.Fatalf("%+v, %v, reported %v", b, err, reported)
		}
		said := b.Events[1]
		if said.Notice == nil || said.Notice.Code != client.NoticeGap || !strings.Contains(said.Text, "Reopening it") || strings.Contains(said.Text, "boom") {
			t.Errorf("%+v", said)
		}
		if !strings.Contains(string(reported[0].Stack), "hub_test.go") || strings.Contains(reported[0].Error(), "boom") {
			t.Errorf("%v\n%s", reported[0], reported[0].Stack)
		}
	})
}

// A stream that panics again is over, with the reason; everything else continues.
func TestPanicEndsOneStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "a", watch: func(ctx context.Context, id string, o client.WatchOptions, sink func(client.Event)) error {
			if id == "bad" {
				panic("boom")
			}
			return wait(ctx, id, o, sink)
		}}
		h := NewHub([]client.Service{s}, Options{})
		defer h.Close()
		_, _ = h.Watch("a", "good"), h.Watch("a", "bad")
		synctest.Wait()
		b, err := h.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Ended) != 1 || b.Ended[0].Session != "bad" || guard.Of(b.Ended[0].Err) == nil || strings.Contains(b.Ended[0].Err.Error(), "boom") {
			t.Fatalf("%+v", b.Ended)
		}
	})
}

func TestCloseHandsOverTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "a", watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			sink(result(id, "last"))
			<-ctx.Done()
			return nil
		}}
		h := NewHub([]client.Service{s}, Options{})
		_ = h.Watch("a", "one")
		synctest.Wait()
		h.Close()
		b, err := h.Next(context.Background())
		if err != nil || len(b.Events) != 1 || len(b.Ended) != 1 {
			t.Fatalf("%+v, %v", b, err)
		}
		if _, err := h.Next(context.Background()); !errors.Is(err, context.Canceled) {
			t.Fatalf("a closed, empty hub says %v", err)
		}
	})
}

func TestWatchSinceResumesAfterAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		since := make(chan string, 1)
		s := &service{name: "a", watch: func(_ context.Context, _ string, o client.WatchOptions, _ func(client.Event)) error {
			since <- o.Since
			return nil
		}}
		h := NewHub([]client.Service{s}, Options{})
		defer h.Close()
		if err := h.WatchSince("a", "one", "42"); err != nil {
			t.Fatal(err)
		}
		if got := <-since; got != "42" {
			t.Fatalf("since %q", got)
		}
	})
}
