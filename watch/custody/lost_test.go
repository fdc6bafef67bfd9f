package custody

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

func TestALostAnswerIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := Open(file(t), time.Now), &service{create: lostAnswer}
		defer l.Close()
		s.add("lens")
		s.add("other")
		x, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"})
		if err != nil || x.ID != "s-3" {
			t.Fatalf("%+v, %v", x, err)
		}
		if m := l.CreatedHere(); len(m) != 1 || m[0].Session != "s-3" {
			t.Fatalf("%+v", m)
		}
	})
}

func TestALostAnswerAmongSeveralIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := Open(file(t), time.Now), &service{}
		s.create = func(ctx context.Context, x client.Session) (client.Session, error) {
			s.add("lens") // someone else makes one of the same lens at the same time
			return lostAnswer(ctx, x)
		}
		_, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"})
		if !errors.Is(err, client.ErrUncertain) || !strings.Contains(err.Error(), "s-1, registered") || !strings.Contains(err.Error(), "s-2, registered") {
			t.Fatal(err)
		}
		out := l.Leave(t.Context(), []client.Service{s}, nil)
		if len(out) != 1 || out[0].Gone || s.ids() != "s-1 s-2" {
			t.Fatalf("%+v, open: %s", out, s.ids())
		}
		l.Close()
	})
}

// The session of another run that is creating at the same time is not taken for its own.
func TestALostAnswerWithAnotherRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, s := file(t), &service{}
		other := Open(path, time.Now)
		defer other.Close()
		var wrong client.Session
		s.create = func(_ context.Context, x client.Session) (client.Session, error) {
			l := Open(path, time.Now)
			defer l.Close()
			broken := &service{create: lostAnswer}
			intent := Entry{Service: "fake", Endpoint: broken.Endpoint(), Lens: "lens", Intent: "i", Requested: time.Now(), Run: l.run, HasBefore: true}
			wrong = l.searchUntilSettled(t.Context(), s, intent).session
			return x, nil
		}
		create(t, other, s)
		if wrong.ID != "" {
			t.Fatalf("took %s", wrong.ID)
		}
	})
}

// A run dies between the request and the answer.
func TestTheSessionOfADeadIntentIsCleaned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := Open(file(t), time.Now), &service{}
		s.add("lens")
		s.create = func(context.Context, client.Session) (client.Session, error) { panic("killed") }
		func() {
			defer func() { _ = recover() }()
			_, _ = l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"})
		}()
		kill(t, l)
		next := Open(l.path, time.Now)
		left := orphans(t, next)
		if len(left) != 1 || left[0].Session != "" {
			t.Fatalf("%+v", left)
		}
		out := next.Clean(t.Context(), s, left)
		if len(out) != 1 || !out[0].Gone || s.ids() != "s-1" {
			t.Fatalf("%+v, open: %s", out, s.ids())
		}
		if entries, _ := read(l.path); len(entries) != 0 {
			t.Fatalf("%+v", entries)
		}
	})
}

func TestAnIntentWithoutASessionIsDroppedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := Open(file(t), time.Now), &service{}
		if err := l.add(Entry{Service: "fake", Endpoint: s.Endpoint(), Lens: "lens", Intent: "i", Requested: time.Now(), Run: l.run}); err != nil {
			t.Fatal(err)
		}
		kill(t, l)
		next := Open(l.path, time.Now)
		if out := next.Clean(t.Context(), s, orphans(t, next)); out[0].Gone {
			t.Fatal("a session may still appear")
		}
		time.Sleep(window)
		s.add("lens") // much later: someone else's
		if out := next.Clean(t.Context(), s, orphans(t, next)); !out[0].Gone || s.ids() != "s-1" {
			t.Fatalf("%+v, open: %s", out, s.ids())
		}
	})
}

// A create that is still unanswered when the run has to end leaves its session in the list, where it is found in time.
func TestASessionWhoseCreateIsUnansweredIsDestroyedOnLeaving(t *testing.T) {
	for _, within := range []time.Duration{0, 3700 * time.Millisecond, 8 * time.Second} { // since the create
		synctest.Test(t, func(t *testing.T) {
			l, s := Open(file(t), time.Now), &service{}
			asked, end := context.WithCancel(t.Context())
			s.create = func(ctx context.Context, _ client.Session) (client.Session, error) {
				<-ctx.Done()
				return client.Session{}, errLost
			}
			for range 2 {
				go func() { _, _ = l.Create(asked, s, client.CreateRequest{LensID: "lens"}) }()
			}
			time.Sleep(within)
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond)
			defer cancel()
			for _, o := range l.Leave(ctx, []client.Service{s}, nil) {
				if !o.Gone {
					t.Errorf("after %v: %+v", within, o)
				}
			}
			if s.ids() != "" || len(l.CreatedHere()) != 0 {
				t.Errorf("after %v: open are %s; %+v", within, s.ids(), l.CreatedHere())
			}
			end()
			synctest.Wait()
			time.Sleep(searchFor) // the search of the create
			l.Close()
		})
	}
}

// What could not be found out in time is not blamed on the network, in words of Go.
func TestNoTimeLeftIsSaidPlainly(t *testing.T) {
	l, s := Open(file(t), time.Now), &service{failing: map[string]error{"s-1": context.DeadlineExceeded}}
	create(t, l, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := l.Leave(ctx, []client.Service{s}, nil)
	if len(out) != 1 || out[0].Gone || strings.Contains(out[0].Err.Error(), "context") {
		t.Errorf("%+v", out)
	}
	l.Close()
}
