package replay_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
	"lenswatch/watch"
	"lenswatch/watch/history"
	"lenswatch/watch/recorder"
)

// key is what must not get into a recording.
const key = "atai-0123456789-secret"

// live is a run in virtual time that is recorded: simulator, HTTP, client, hub, store, recorder.
type live struct {
	t         *testing.T
	sim       *simulator.Simulator
	transport *http.Transport
	endpoint  string
	hub       *watch.Hub
	store     *watch.Store
	rec       *recorder.Recorder
	path      string
	start     time.Time
	seen      map[time.Duration]string // what the store knew, by the time since start
	busy      map[time.Duration]bool   // a batch arrived then
}

func newLive(t *testing.T, name string, o recorder.Options) *live {
	t.Helper()
	sim, err := simulator.New(simulator.Config{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	listener := memnet.Listen()
	served := make(chan struct{})
	go func() { defer close(served); _ = sim.Serve(listener) }()
	transport := listener.Transport()
	transport.ResponseHeaderTimeout = 30 * time.Second
	endpoint := "http://" + listener.Addr().String()
	svc, err := archetype.New(archetype.Options{Endpoint: endpoint, Key: archetype.NewSecret(key), Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	services := []client.Service{svc}
	l := &live{
		t: t, sim: sim, transport: transport, endpoint: endpoint, hub: watch.NewHub(services, watch.Options{All: true}),
		store: watch.NewStore(watch.InfoOf(services), 0), path: filepath.Join(t.TempDir(), name), start: time.Now(), seen: map[time.Duration]string{}, busy: map[time.Duration]bool{},
	}
	if l.rec, err = recorder.Start(l.path, o, l.store); err != nil {
		t.Fatal(err)
	}
	l.hub.Start()
	t.Cleanup(func() {
		l.hub.Close()
		_ = l.rec.Stop()
		_ = sim.Close()
		<-served
		transport.CloseIdleConnections()
		synctest.Wait()
	})
	return l
}

// act is something that happens at a time since the start.
type act struct {
	at time.Duration
	do func()
}

// run lets virtual time go by, as whoever follows a hub does, until the last act, and ends the
// recording.
func (l *live) run(acts ...act) {
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	watch.Follow(ctx, l.hub, l.store, func(now time.Time, b *watch.Batch) bool {
		since := now.Sub(l.start)
		if b != nil {
			l.rec.Batch(*b)
			l.busy[since] = true
			return true
		}
		l.rec.Tick(now, l.store)
		l.seen[since] = summary(l.store, now)
		for len(acts) > 0 && since >= acts[0].at {
			if acts[0].do != nil {
				acts[0].do()
			}
			acts = acts[1:]
		}
		return len(acts) > 0
	})
	if err := l.rec.Stop(); err != nil {
		l.t.Fatal(err)
	}
}

func (l *live) create(lens string) string {
	l.t.Helper()
	s, err := l.hub.Create(l.t.Context(), "archetype", client.CreateRequest{LensID: lens})
	if err != nil {
		l.t.Fatal(err)
	}
	return s.ID
}

func (l *live) inject(fault, arg, session string) {
	l.t.Helper()
	if err := l.sim.Inject(simulator.Fault{Name: fault, Arg: arg, Session: session}); err != nil {
		l.t.Fatal(err)
	}
}

// story is a run through several faults.
func (l *live) story() {
	var one, two string
	l.run(
		act{time.Second, func() { one, two = l.create(simulator.LensActivityMonitor), l.create(simulator.LensMachineState) }},
		act{70 * time.Second, func() {
			l.inject(simulator.FaultStall, "", one)
			l.inject(simulator.FaultDrop, "", two)
		}},
		act{115 * time.Second, func() {
			l.sim.Heal(simulator.FaultStall, one)
			l.inject(simulator.FaultLost, "", two)
			l.hub.Command(two, client.CommandReconnect)
		}},
		act{135 * time.Second, func() {
			l.inject(simulator.FaultSilence, "", one)
			l.inject(simulator.FaultServerError, "", "")
			l.hub.Command(two, client.CommandReconnect)
		}},
		act{175 * time.Second, func() {
			l.sim.Heal(simulator.FaultServerError, "")
			l.sim.Heal(simulator.FaultSilence, one)
		}},
		act{205 * time.Second, func() {
			if _, err := l.hub.Destroy(l.t.Context(), "archetype", one); err != nil {
				l.t.Error(err)
			}
		}},
		act{225 * time.Second, nil},
	)
}

// calm finds a whole second in which nothing else happened.
func (l *live) calm(from time.Duration) time.Duration {
	for l.seen[from] == "" || l.busy[from] {
		from += time.Second
	}
	return from
}

// summary is all that a store knows at a moment.
func summary(store *watch.Store, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d events, lag %v, %d lenses\n", store.Events(), store.Lag(), len(store.Lenses()))
	for _, s := range store.Services() {
		fmt.Fprintf(&b, "%s %s %v %d %v\n", s.Name, s.Endpoint, s.Listed, len(s.List.Sessions), s.List.Err)
	}
	for _, s := range store.Sessions() {
		st, v := s.Health.State(now), s.Health.Verdict(now)
		fmt.Fprintf(&b, "%s %s mine %v watched %v listed %v over %v %v hue %d results %d newest %q\n",
			s.Record.ID, s.Record.LensName, s.CreatedHere, s.Watched, s.Listed, s.Ended, s.EndErr, s.Hue, s.Results, s.Newest.Text)
		fmt.Fprintf(&b, "  %v %v %v since %d, attempt %d at %d: %s\n", s.Record.Status, s.Record.Counters, st.Code, st.Since.UnixNano(), st.Attempt, st.NextAt.UnixNano(), s.Health.Next(now))
		fmt.Fprintf(&b, "  %v %v %v since %d: %s\n  %v\n  %v\n", v.Code, v.Severity, v.Confidence, v.Since.UnixNano(), v.Sentence, v.Evidence, v.RuledOut)
		fmt.Fprintf(&b, "  %+v\n", s.Health.Metrics(now))
		fmt.Fprintf(&b, "  asked for %v at %d: %v %v\n", s.LastProbe.Kind, s.LastProbe.At.UnixNano(), s.LastProbe.Result.Kind, s.LastProbe.Result.Remedy)
		for _, c := range s.Health.Timeline() {
			fmt.Fprintf(&b, "  %d %v to %v: %s\n", c.At.UnixNano(), c.From, c.To, c.Cause)
		}
	}
	return b.String()
}

// compare says where two summaries differ.
func compare(t *testing.T, what string, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d:\ngot  %s\nwant %s", what, i, strings.Join(g[i:min(i+1, len(g))], ""), strings.Join(w[i:min(i+1, len(w))], ""))
		}
	}
}

// sameHistory compares what two stores remember, event by event.
func sameHistory(t *testing.T, got, want *watch.Store) {
	t.Helper()
	if got.History().Len() != want.History().Len() {
		t.Fatalf("%d events are retained, want %d", got.History().Len(), want.History().Len())
	}
	for n := history.Seq(1); n <= history.Seq(got.History().Len()); n++ {
		g, w := got.History().At(n).Event, want.History().At(n).Event
		if g.Received.UnixNano() != w.Received.UnixNano() || g.Time.UnixNano() != w.Time.UnixNano() {
			t.Fatalf("event %d: %v, %v; want %v, %v", n, g.Received, g.Time, w.Received, w.Time)
		}
		g.Received, g.Time, w.Received, w.Time = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		flat := func(e client.Event) string {
			return fmt.Sprintf("%v %v %v %v %q %q %q %+v %+v %q", e.Service, e.Session, e.Kind, e.Level, e.Wire, e.ID, e.Text, e.Result, e.Heartbeat, e.Raw)
		}
		if flat(g) != flat(w) {
			t.Fatalf("event %d:\ngot  %s\nwant %s", n, flat(g), flat(w))
		}
	}
}
