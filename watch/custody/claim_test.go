package custody

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// clocked is a service whose clock is ahead, and whose list does not report when sessions were created.
type clocked struct {
	*service
	ahead time.Duration
	asked int
}

func (c *clocked) ServiceTime() time.Time { return time.Now().Add(c.ahead) }

func (c *clocked) Sessions(ctx context.Context) ([]client.Session, error) {
	list, err := c.service.Sessions(ctx)
	for i := range list {
		list[i].Registered = time.Time{}
	}
	return list, err
}

func (c *clocked) Session(_ context.Context, id string) (client.Session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	for _, s := range c.open {
		if s.ID == id {
			s.Registered = s.Registered.Add(c.ahead)
			return s, nil
		}
	}
	return client.Session{}, client.ErrNotFound
}

// killWithin makes n creates at once, each of which is killed with its session made or, if made is
// false, before the service received it.
func killWithin(t *testing.T, path string, s client.Service, fake *service, n int, made bool) {
	t.Helper()
	l := Open(path, time.Now)
	for range n {
		e := Entry{Service: s.Name(), Endpoint: s.Endpoint(), Lens: "lens", Intent: rand.Text(), Requested: time.Now(), Run: l.run}
		e.Before, e.HasBefore = before(t.Context(), s, "lens")
		if k, ok := s.(client.Timekeeper); ok {
			e.ServiceTime = k.ServiceTime()
		}
		if err := l.add(e); err != nil {
			t.Fatal(err)
		}
	}
	for range n {
		if made {
			fake.add("lens")
		}
	}
	kill(t, l)
}

func TestSessionsOfAKilledRunAreClaimedAsASet(t *testing.T) {
	for n := 1; n <= 4; n++ {
		synctest.Test(t, func(t *testing.T) {
			path, s := file(t), &service{}
			other := s.add("lens")
			killWithin(t, path, s, s, n, true)
			time.Sleep(time.Minute)
			next := Open(path, time.Now)
			for _, o := range next.Clean(t.Context(), s, orphans(t, next)) {
				if !o.Gone {
					t.Errorf("%d at once: %+v", n, o)
				}
			}
			if s.ids() != other.ID {
				t.Errorf("%d at once: open are %s", n, s.ids())
			}
			if left, err := read(path); err != nil || len(left) != 0 {
				t.Errorf("%d at once: %+v, %v", n, left, err)
			}
		})
	}
}

func TestMoreSessionsThanIntentsAreNamedAndNotTouched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, s := file(t), &service{}
		killWithin(t, path, s, s, 2, true)
		s.add("lens") // somebody else's
		time.Sleep(time.Minute)
		next := Open(path, time.Now)
		for _, o := range next.Clean(t.Context(), s, orphans(t, next)) {
			if o.Gone || !strings.Contains(o.Err.Error(), "s-1") || !strings.Contains(o.Err.Error(), "s-3") || !strings.Contains(o.Err.Error(), "`lenswatch sessions destroy ID`") {
				t.Errorf("%+v", o)
			}
		}
		if s.ids() != "s-1 s-2 s-3" {
			t.Errorf("open are %s", s.ids())
		}
	})
}

// By the service's own clock a session that somebody else made a minute before cannot be meant.
func TestSessionsAreToldApartByTheServicesClock(t *testing.T) {
	for _, ahead := range []time.Duration{-3 * time.Hour, 0, 3 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			path, fake := file(t), &service{}
			s := &clocked{service: fake, ahead: ahead}
			other := fake.add("lens")
			time.Sleep(time.Minute)
			killWithin(t, path, s, fake, 1, true)
			if err := rewriteBefore(path); err != nil { // the list before the create had failed
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			next := Open(path, time.Now)
			if out := next.Clean(t.Context(), s, orphans(t, next)); len(out) != 1 || !out[0].Gone || fake.ids() != other.ID {
				t.Errorf("%v ahead: %+v, open are %s", ahead, out, fake.ids())
			}
		})
	}
}

func rewriteBefore(path string) error {
	entries, err := read(path)
	if err != nil {
		return err
	}
	for i := range entries {
		entries[i].Before, entries[i].HasBefore = nil, false
	}
	return write(path, entries)
}

// A session that another living run may just have made is not taken.
func TestSessionsOfALivingRunAreNotClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, s := file(t), &service{}
		killWithin(t, path, s, s, 1, false)
		living := Open(path, time.Now)
		defer living.Close()
		s.create = func(_ context.Context, x client.Session) (client.Session, error) {
			next := Open(path, time.Now)
			out := next.Clean(t.Context(), s, orphans(t, next))
			if len(out) != 1 || out[0].Gone || !strings.Contains(out[0].Err.Error(), "another lenswatch") {
				t.Errorf("%+v", out)
			}
			return x, nil
		}
		time.Sleep(10 * time.Second)
		x := create(t, living, s)
		if s.ids() != x.ID {
			t.Errorf("open are %s", s.ids())
		}
	})
}

func TestACreateThatIsAnsweredWithAnothersRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := Open(file(t), time.Now), &service{}
		defer l.Close()
		other := s.add("lens")
		s.create = func(_ context.Context, x client.Session) (client.Session, error) { return other, nil }
		x, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"})
		if err != nil || x.ID != "s-2" {
			t.Fatalf("took %s, %v", x.ID, err)
		}
		if l.Leave(t.Context(), []client.Service{s}, nil); s.ids() != other.ID {
			t.Errorf("open are %s", s.ids())
		}
	})
}

func TestAnUncertainDestroyStaysInTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t)
		uncertain := client.UncertainDestroy("destroy session", &client.Error{Kind: client.ErrNotFound, Status: 404, Message: "a web page"})
		l, s := Open(path, time.Now), &service{failing: map[string]error{"s-1": uncertain}}
		x := create(t, l, s)
		if _, err := l.Destroy(t.Context(), s, x.ID); !errors.Is(err, client.ErrUncertain) {
			t.Fatal(err)
		}
		if m := l.CreatedHere(); len(m) != 1 || !strings.Contains(m[0].Name(), "uncertain") {
			t.Fatalf("%+v", m)
		}
		l.Close()
		next := Open(path, time.Now)
		left := orphans(t, next)
		if len(left) != 1 || left[0].Session != x.ID || !strings.Contains(left[0].Name(), "uncertain") {
			t.Fatalf("%+v", left)
		}
		time.Sleep(time.Hour)
		if out := next.Clean(t.Context(), s, left); out[0].Gone || !errors.Is(out[0].Err, client.ErrUncertain) {
			t.Fatalf("%+v", out)
		}
		if again := orphans(t, next); len(again) != 1 || again[0].Uncertain.Equal(left[0].Uncertain) {
			t.Fatalf("an orphan's uncertainty is not noted: %+v", again)
		}
		s.failing = nil
		if out := next.Clean(t.Context(), s, orphans(t, next)); !out[0].Gone {
			t.Fatalf("%+v", out)
		}
	})
}

func TestALivingRunWithoutItsLockFileLeavesNoOrphans(t *testing.T) {
	path, s := file(t), &service{}
	l := Open(path, time.Now)
	defer l.Close()
	x := create(t, l, s)
	if l.run.Process == "" {
		t.Skip("this system does not say when a process started")
	}
	if err := os.RemoveAll(runsDir(path)); err != nil {
		t.Fatal(err)
	}
	next := Open(path, time.Now)
	if left := orphans(t, next); len(left) != 0 {
		t.Fatalf("of a run that lives: %+v", left)
	}
	create(t, l, s)
	if !exists(runLock(path, l.run.ID)) {
		t.Error("the run did not take its lock again")
	}
	// Of a process that ended, and of an older one of the same id, they are.
	for name, run := range map[string]Run{
		"ended":        {ID: "R1", PID: ended(t), Host: l.run.Host, Process: l.run.Process},
		"another":      {ID: "R2", PID: l.run.PID, Host: l.run.Host, Process: l.run.Process + "0"},
		"another host": {ID: "R3", PID: l.run.PID, Host: "elsewhere.invalid", Process: l.run.Process},
	} {
		if alive(path, run) {
			t.Errorf("%s lives", name)
		}
	}
	_ = x
}

// ended is the id of a process that has ended.
func ended(t *testing.T) int {
	t.Helper()
	c := exec.Command("true")
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	return c.Process.Pid
}
