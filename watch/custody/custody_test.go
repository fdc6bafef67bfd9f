package custody

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service is a client.Service that keeps its sessions in memory.
type service struct {
	client.Service // what a test does not need is nil

	mu      sync.Mutex
	open    []client.Session
	made    int
	lenses  []string
	failing map[string]error // destroys that fail
	// create stands in for the answer; the session is made before it is called. Nil answers.
	create func(ctx context.Context, s client.Session) (client.Session, error)
}

func (s *service) Name() string     { return "fake" }
func (s *service) Endpoint() string { return "http://fake.invalid" }
func (s *service) Lenses(context.Context) (out []client.Lens, err error) {
	for _, id := range append([]string{"lens"}, s.lenses...) {
		out = append(out, client.Lens{ID: id})
	}
	return out, nil
}

func (s *service) Sessions(context.Context) ([]client.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]client.Session(nil), s.open...), nil
}

// add opens a session, as anyone may.
func (s *service) add(lens string) client.Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	x := client.Session{Service: "fake", ID: fmt.Sprintf("s-%d", s.made), LensID: lens, Registered: time.Now()}
	s.open = append(s.open, x)
	return x
}

func (s *service) Create(ctx context.Context, req client.CreateRequest) (client.Session, error) {
	x := s.add(req.LensID)
	if s.create != nil {
		return s.create(ctx, x)
	}
	return x, nil
}

func (s *service) Destroy(_ context.Context, id string) (client.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failing[id]; err != nil {
		return client.Session{}, err
	}
	for i, x := range s.open {
		if x.ID == id {
			s.open = append(s.open[:i:i], s.open[i+1:]...)
			break
		}
	}
	return client.Session{ID: id, Status: client.StatusDestroyed}, nil
}

func (s *service) ids() string {
	var out []string
	for _, x := range s.open {
		out = append(out, x.ID)
	}
	return strings.Join(out, " ")
}

var errLost = client.Uncertain("create session", &client.Error{Op: "create session", Kind: client.ErrNetwork, Phase: client.PhaseRequest})

func lostAnswer(context.Context, client.Session) (client.Session, error) {
	return client.Session{}, errLost
}

func file(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "lenswatch", "custody.json")
}

func create(t *testing.T, l *Ledger, s client.Service) client.Session {
	t.Helper()
	x, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// kill ends a run as the kernel does: its lock is free, and nothing else happens.
func kill(t *testing.T, l *Ledger) {
	t.Helper()
	if l.held != nil {
		if err := l.held.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func orphans(t *testing.T, l *Ledger) []Entry {
	t.Helper()
	out, err := l.Orphans()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestIntentIsWrittenBeforeTheRequestAndIDBeforeTheAnswer(t *testing.T) {
	path := file(t)
	s := &service{}
	s.create = func(_ context.Context, x client.Session) (client.Session, error) {
		entries, err := read(path)
		if err != nil || len(entries) != 1 || entries[0].Session != "" || entries[0].Lens != "lens" {
			t.Errorf("while the request is under way the file holds %+v, %v", entries, err)
		}
		return x, nil
	}
	l := Open(path, time.Now)
	defer l.Close()
	x := create(t, l, s)
	entries, err := read(path)
	if err != nil || len(entries) != 1 || entries[0].Session != x.ID {
		t.Fatalf("%+v, %v", entries, err)
	}
	if _, err := l.Destroy(t.Context(), s, x.ID); err != nil {
		t.Fatal(err)
	}
	if entries, err = read(path); err != nil || len(entries) != 0 {
		t.Fatalf("after the destroy: %+v, %v", entries, err)
	}
}

func TestAFailedCreateLeavesNothing(t *testing.T) {
	l := Open(file(t), time.Now)
	defer l.Close()
	s := &service{create: func(context.Context, client.Session) (client.Session, error) {
		return client.Session{}, client.ErrQuota
	}}
	if _, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"}); !errors.Is(err, client.ErrQuota) {
		t.Fatal(err)
	}
	if entries, _ := read(l.path); len(entries)+len(l.CreatedHere()) != 0 {
		t.Fatalf("%+v", entries)
	}
}

func TestPermissionsAndNoSecrets(t *testing.T) {
	l := Open(file(t), time.Now)
	defer l.Close()
	create(t, l, &service{})
	for name, want := range map[string]os.FileMode{filepath.Dir(l.path): 0o700, l.path: 0o600, runsDir(l.path): 0o700, runLock(l.path, l.run.ID): 0o600} {
		if fi, err := os.Stat(name); err != nil || fi.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", name, fi.Mode(), err, want)
		}
	}
}

func TestOnlyDeadRunsLeaveOrphans(t *testing.T) {
	path, s := file(t), &service{}
	one, two := Open(path, time.Now), Open(path, time.Now)
	defer two.Close()
	a, b := create(t, one, s), create(t, two, s)
	if left := append(orphans(t, one), orphans(t, two)...); len(left) != 0 {
		t.Fatalf("of runs that live: %+v", left)
	}
	kill(t, one)
	left := orphans(t, two)
	if len(left) != 1 || left[0].Session != a.ID {
		t.Fatalf("%+v", left)
	}
	if two.Owner("fake", a.ID) != OwnerCrashedRun || two.Owner("fake", b.ID) != OwnerThisRun || two.Owner("fake", "other") != OwnerElsewhere {
		t.Fatal("the owners are mixed up")
	}
	for _, o := range two.Clean(t.Context(), s, left) {
		if !o.Gone {
			t.Errorf("%+v", o)
		}
	}
	if s.ids() != b.ID {
		t.Fatalf("open: %s, want %s", s.ids(), b.ID)
	}
	if _, err := os.Stat(runLock(path, one.run.ID)); err == nil {
		t.Error("the lock of the dead run is still there")
	}
}

func TestTwoWriters(t *testing.T) {
	path, s := file(t), &service{}
	var tasks sync.WaitGroup
	runs := []*Ledger{Open(path, time.Now), Open(path, time.Now)}
	for _, l := range runs {
		tasks.Go(func() {
			for i := range 15 {
				x, err := l.Create(context.Background(), s, client.CreateRequest{LensID: "lens"})
				if err == nil && i%3 == 0 {
					_, err = l.Destroy(context.Background(), s, x.ID)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	tasks.Wait()
	entries, err := read(path)
	if err != nil || len(entries) != 20 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for _, l := range runs {
		l.Close()
	}
}

func TestKeepHandsOver(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	l, s := Open(file(t), clock), &service{}
	x, y := create(t, l, s), create(t, l, s)
	if err := l.Keep(x.ID); err != nil {
		t.Fatal(err)
	}
	if m := l.CreatedHere(); len(m) != 1 || m[0].Session != y.ID {
		t.Fatalf("%+v", m)
	}
	if other := Open(l.path, clock); !other.HasCreated(s, x.ID) || other.HasCreated(s, y.ID) || other.HasCreated(s, "z") || !l.HasCreated(s, y.ID) {
		t.Fatal("what was handed over is anyone's who uses lenswatch; what a run that is alive has is its own")
	}
	l.Close()
	next := Open(l.path, clock)
	if !next.HasCreated(s, y.ID) {
		t.Fatal("what a dead run left was made by lenswatch")
	}
	if left := orphans(t, next); len(left) != 1 || left[0].Session != y.ID {
		t.Fatalf("%+v", left)
	}
	now = now.Add(retention + time.Minute)
	next.Clean(t.Context(), s, orphans(t, next))
	if entries, err := read(l.path); err != nil || len(entries) != 0 {
		t.Fatalf("what was handed over is remembered for ever: %+v, %v", entries, err)
	}
}

func TestLeaveDestroysInParallelAndNamesFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := Open(file(t), time.Now), &service{failing: map[string]error{"s-2": client.ErrServer}}
		for range 3 {
			create(t, l, s)
		}
		started := make(chan struct{})
		s.create = func(ctx context.Context, x client.Session) (client.Session, error) {
			close(started)
			time.Sleep(1500 * time.Millisecond)
			return x, nil
		}
		go func() { _, _ = l.Create(context.Background(), s, client.CreateRequest{LensID: "lens"}) }()
		<-started
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		reported := 0
		out := l.Leave(ctx, []client.Service{s}, func(Outcome) { reported++ })
		if len(out) != 4 || reported != 4 || s.ids() != "s-2" {
			t.Fatalf("%d outcomes, %d reported, open: %s", len(out), reported, s.ids())
		}
		if m := l.CreatedHere(); len(m) != 1 || m[0].Session != "s-2" {
			t.Fatalf("%+v", m)
		}
		if _, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"}); !errors.Is(err, ErrLeaving) {
			t.Fatal(err)
		}
		l.Close()
		if left := orphans(t, Open(l.path, time.Now)); len(left) != 1 || left[0].Session != "s-2" {
			t.Fatalf("%+v", left)
		}
	})
}

func TestCleanLeavesOtherAccountsAndServicesAlone(t *testing.T) {
	l, s := Open(file(t), time.Now), &service{lenses: []string{"theirs"}}
	if _, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "theirs"}); err != nil {
		t.Fatal(err)
	}
	kill(t, l)
	next := Open(l.path, time.Now)
	left := orphans(t, next)
	other := &service{}
	if out := next.Clean(t.Context(), other, left); out[0].Gone || !strings.Contains(out[0].Err.Error(), "account") {
		t.Fatalf("%+v", out)
	}
	left[0].Endpoint = "http://elsewhere.invalid"
	if out := next.Clean(t.Context(), s, left); out[0].Gone || !strings.Contains(out[0].Err.Error(), "another service") {
		t.Fatalf("%+v", out)
	}
	if again := orphans(t, next); len(again) != 1 {
		t.Fatalf("%+v", again)
	}
}

func TestNotice(t *testing.T) {
	if n := Notice(nil, nil); n != "" {
		t.Fatal(n)
	}
	n := Notice([]Entry{{Lens: "lens", Session: "s-1\x1b[31m"}, {Lens: "lens"}}, nil)
	for _, want := range []string{"1 session and 1 create without a response left over from crashed or interrupted lenswatch runs", "sessions destroy --mine", "lens s-1", "requested at"} {
		if !strings.Contains(n, want) {
			t.Errorf("no %q in %q", want, n)
		}
	}
	if strings.Contains(n, "\x1b") {
		t.Errorf("%q", n)
	}
	if n := Notice([]Entry{{Lens: "lns-1", LensName: "Test Lens"}}, nil); !strings.HasPrefix(n, "1 create without a response left") || !strings.Contains(n, "session of Test Lens, requested at") {
		t.Error(n)
	}
}
