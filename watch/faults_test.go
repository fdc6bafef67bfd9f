package watch_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// rig is the whole path in virtual time: simulator, HTTP, client, hub, store.
type rig struct {
	t     *testing.T
	sim   *simulator.Simulator
	hub   *watch.Hub
	store *watch.Store
	id    string
}

// newRig watches one session of a lens. It is gone when the test ends.
func newRig(t *testing.T, cfg simulator.Config, lens string) *rig {
	t.Helper()
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	listener := memnet.Listen()
	served := make(chan struct{})
	go func() { defer close(served); _ = sim.Serve(listener) }()
	transport := listener.Transport()
	transport.ResponseHeaderTimeout = 30 * time.Second // as sse.NewTransport has it
	svc, err := archetype.New(archetype.Options{
		Endpoint: "http://" + listener.Addr().String(), Key: archetype.NewSecret(simulator.DefaultKey), Transport: transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, sim: sim, hub: watch.NewHub([]client.Service{svc}, watch.Options{}), store: watch.NewStore(watch.InfoOf([]client.Service{svc}), 0)}
	if lens != "" {
		if r.id, err = sim.Create(lens); err != nil {
			t.Fatal(err)
		}
	}
	r.hub.Start()
	t.Cleanup(func() {
		r.hub.Close()
		_ = sim.Close()
		<-served
		transport.CloseIdleConnections()
		synctest.Wait()
	})
	return r
}

// pass lets virtual time go by and calls each once a second and after each batch.
func (r *rig) pass(d time.Duration, each func(now time.Time) bool) {
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	watch.Follow(ctx, r.hub, r.store, func(now time.Time, _ *watch.Batch) bool { return each(now) })
}

func (r *rig) session() *watch.Session { return r.store.Session(r.id) }

// faultCase is one fault of the simulator and the verdict that it has to lead to.
type faultCase struct {
	fault     string
	arg       string
	lens      string // default: the activity monitor
	reconnect bool   // the fault is about requests: make one
	want      health.VerdictCode
	within    time.Duration        // from the fault to the verdict
	also      []health.VerdictCode // warnings that are right on the way there
}

var faultCases = []faultCase{
	{fault: simulator.FaultStall, want: health.PipelineStalled, within: 40 * time.Second},
	{fault: simulator.FaultNoInput, want: health.NoInput, within: 40 * time.Second},
	{fault: simulator.FaultHalfOpen, want: health.ConnectionDead, within: 40 * time.Second},
	{fault: simulator.FaultSilence, want: health.ConnectionDead, within: 40 * time.Second},
	{fault: simulator.FaultMailboxOnly, want: health.WrongChannel, within: 40 * time.Second},
	{fault: simulator.FaultServerError, reconnect: true, want: health.ServerError, within: 30 * time.Second},
	{fault: simulator.FaultBadGateway, reconnect: true, want: health.ServerError, within: 30 * time.Second},
	{fault: simulator.FaultUnauthorized, reconnect: true, want: health.KeyRefused, within: 30 * time.Second},
	{fault: simulator.FaultRateLimit, arg: "20", reconnect: true, want: health.RateLimited, within: 30 * time.Second},
	{fault: simulator.FaultNotFound, reconnect: true, want: health.SessionDestroyed, within: 30 * time.Second},
	{fault: simulator.FaultReset, reconnect: true, want: health.ServerError, within: time.Minute, also: []health.VerdictCode{health.ConnectionLost}},
	{fault: simulator.FaultHang, reconnect: true, want: health.ServerError, within: 2 * time.Minute, also: []health.VerdictCode{health.ConnectionLost}},
	{fault: simulator.FaultEOF, arg: "2", want: health.ServerLoops, within: 2 * time.Minute},
	// It lasts as long as the wait before the stream is opened again, which is chance and may be no
	// time at all, but not again and again.
	{fault: simulator.FaultIdleEnd, want: health.IdleClose, within: 20 * time.Minute, also: []health.VerdictCode{health.PipelineStalled}},
	{fault: simulator.FaultDestroyed, want: health.SessionDestroyed, within: 30 * time.Second},
	{fault: simulator.FaultFailed, want: health.SessionFailed, within: 30 * time.Second},
	{fault: simulator.FaultStale, want: health.SessionStale, within: 30 * time.Second},
	{fault: simulator.FaultBursts, arg: "12s", want: health.Buffered, within: 3 * time.Minute, also: []health.VerdictCode{health.ConnectionDead}},
	{fault: simulator.FaultExhausted, want: health.SourceExhausted, within: 3 * time.Minute},
	{fault: simulator.FaultStarved, want: health.Starved, within: time.Minute, also: []health.VerdictCode{health.NoInput}},
}

func TestEveryFaultHasItsVerdict(t *testing.T) {
	for _, c := range faultCases {
		t.Run(c.fault, func(t *testing.T) {
			synctest.Test(t, c.run)
		})
	}
}

func (c faultCase) run(t *testing.T) {
	lens := c.lens
	if lens == "" {
		lens = simulator.LensActivityMonitor
	}
	r := newRig(t, simulator.Config{}, lens)
	if err := r.hub.Watch("archetype", r.id); err != nil {
		t.Fatal(err)
	}
	r.pass(90*time.Second, func(now time.Time) bool {
		if s := r.session(); s != nil && s.Health.Verdict(now).Severity >= health.Warning {
			t.Fatalf("before the fault: %s", describe(s, now))
		}
		return true
	})
	if c.fault == simulator.FaultStarved {
		if _, err := r.sim.Create(lens); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.sim.Inject(simulator.Fault{Name: c.fault, Arg: c.arg, Session: r.id}); err != nil {
		t.Fatal(err)
	}
	if c.reconnect {
		r.hub.Command(r.id, client.CommandReconnect)
	}
	start := time.Now()
	found := false
	r.pass(c.within, func(now time.Time) bool {
		v := r.session().Health.Verdict(now)
		if v.Code == c.want {
			found = true
			t.Logf("%v after %v, confidence %v: %s", v.Code, now.Sub(start).Round(time.Second), v.Confidence, v.Sentence)
			return v.Confidence == health.Low
		}
		if v.Severity >= health.Warning && !slices.Contains(c.also, v.Code) {
			t.Errorf("%v after the fault a wrong verdict: %s", now.Sub(start), describe(r.session(), now))
			return false
		}
		return true
	})
	if !found {
		t.Errorf("after %v there is no %v but %s", c.within, c.want, describe(r.session(), time.Now()))
	}
}

// Faults that the client repairs or shows as they are: whatever they do to the wire, results continue,
// and no verdict calls for a person.
func TestFaultsThatAreNoStall(t *testing.T) {
	for _, f := range []simulator.Fault{
		{Name: simulator.FaultDrop}, {Name: simulator.FaultEOF}, {Name: simulator.FaultDuplicate}, {Name: simulator.FaultLost},
		{Name: simulator.FaultBadJSON}, {Name: simulator.FaultMissingType}, {Name: simulator.FaultUnknownType},
		{Name: simulator.FaultEventName}, {Name: simulator.FaultCRLF}, {Name: simulator.FaultComments},
		{Name: simulator.FaultMultiLine}, {Name: simulator.FaultUTF8Split}, {Name: simulator.FaultBigEvent},
	} {
		t.Run(f.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, simulator.Config{}, simulator.LensActivityMonitor)
				if err := r.hub.Watch("archetype", r.id); err != nil {
					t.Fatal(err)
				}
				r.pass(time.Minute, func(time.Time) bool { return true })
				f.Session = r.id
				if err := r.sim.Inject(f); err != nil {
					t.Fatal(err)
				}
				if f.Name == simulator.FaultDuplicate || f.Name == simulator.FaultLost {
					r.hub.Command(r.id, client.CommandReconnect)
				}
				before := r.session().Results
				r.pass(2*time.Minute, func(now time.Time) bool {
					if v := r.session().Health.Verdict(now); v.Severity >= health.Warning {
						t.Errorf("%s", describe(r.session(), now))
						return false
					}
					return true
				})
				if n := r.session().Results - before; n < 30 {
					t.Errorf("%d results in two minutes", n)
				}
				fig := r.session().Health.Metrics(time.Now())
				if f.Name == simulator.FaultDuplicate && fig.Duplicates == 0 || f.Name == simulator.FaultLost && fig.Gaps == 0 {
					t.Errorf("%d duplicates and %d gaps were noticed", fig.Duplicates, fig.Gaps)
				}
			})
		})
	}
}

// A lens without an output stream is distinguished from one that is slow.
func TestNoOutputStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, simulator.Config{}, simulator.LensNoOutput)
		if err := r.hub.Watch("archetype", r.id); err != nil {
			t.Fatal(err)
		}
		r.expect(3*time.Minute, health.NoOutputStream)
	})
}

// The same where it is the session's record that shows it.
func TestNoOutputStreamFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, simulator.Config{Faults: []simulator.Fault{{Name: simulator.FaultNoOutput}}}, simulator.LensActivityMonitor)
		if err := r.hub.Watch("archetype", r.id); err != nil {
			t.Fatal(err)
		}
		r.expect(3*time.Minute, health.NoOutputStream)
	})
}

// A session that is gone cannot be replaced while every runner is taken.
func TestQuotaFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, simulator.Config{}, simulator.LensActivityMonitor)
		if err := r.hub.Watch("archetype", r.id); err != nil {
			t.Fatal(err)
		}
		r.pass(30*time.Second, func(time.Time) bool { return true })
		for _, f := range []simulator.Fault{{Name: simulator.FaultQuotaFull}, {Name: simulator.FaultHang, Arg: "consumer"}} {
			if err := r.sim.Inject(f); err != nil {
				t.Fatal(err)
			}
		}
		r.hub.Command(r.id, client.CommandReconnect)
		r.pass(5*time.Second, func(time.Time) bool { return true })
		_, err := r.hub.Create(t.Context(), "archetype", client.CreateRequest{LensID: simulator.LensActivityMonitor})
		if !errors.Is(err, client.ErrQuota) {
			t.Fatalf("creating says %v", err)
		}
		outcome, report := health.Outcome(health.ProbeCreate, time.Now(), 0, nil, err)
		if !report {
			t.Fatal("the quota is full, and no verdict says so")
		}
		r.session().Health.Probe(outcome)
		r.expect(5*time.Second, health.QuotaFull)
	})
}

// Nobody listens: the step that fails is named.
func TestNetworkDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, simulator.Config{}, simulator.LensActivityMonitor)
		_ = r.sim.Close()
		if err := r.hub.Watch("archetype", r.id); err != nil {
			t.Fatal(err)
		}
		r.expect(30*time.Second, health.NetworkDown)
	})
}

// expect waits for a verdict of more than low confidence.
func (r *rig) expect(within time.Duration, want health.VerdictCode) {
	r.t.Helper()
	found := false
	r.pass(within, func(now time.Time) bool {
		if s := r.session(); s != nil {
			v := s.Health.Verdict(now)
			found = v.Code == want && v.Confidence > health.Low
		}
		return !found
	})
	if !found {
		r.t.Errorf("after %v there is no %v but %s", within, want, describe(r.session(), time.Now()))
	}
}

// Streams in which nothing is wrong, an hour of a normal one: no verdict asks for attention. That
// hours of every other kind are calm is tested in package health, without HTTP.
func TestNoFalseAlarm(t *testing.T) {
	cases := map[string]struct {
		lens  string
		fault simulator.Fault
		time  time.Duration
	}{
		"sentences":      {lens: simulator.LensActivityMonitor, time: time.Hour},
		"labels":         {lens: simulator.LensMachineState, time: 10 * time.Minute},
		"embeddings":     {lens: simulator.LensEmbedding, time: 10 * time.Minute},
		"mailbox":        {lens: simulator.LensMailbox, time: 10 * time.Minute},
		"long warm-up":   {lens: simulator.LensMachineState, fault: simulator.Fault{Name: simulator.FaultLateResult, Arg: "90s"}, time: 10 * time.Minute},
		"silent warm-up": {lens: simulator.LensMachineState, fault: simulator.Fault{Name: simulator.FaultLateResult, Arg: "90s,silent"}, time: 10 * time.Minute},
		"comments":       {lens: simulator.LensActivityMonitor, fault: simulator.Fault{Name: simulator.FaultComments}, time: 10 * time.Minute},
		"no ids":         {lens: simulator.LensActivityMonitor, time: 10 * time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := simulator.Config{NoIDs: name == "no ids"}
				if c.fault.Name != "" {
					cfg.Faults = []simulator.Fault{c.fault}
				}
				r := newRig(t, cfg, c.lens)
				if err := r.hub.Watch("archetype", r.id); err != nil {
					t.Fatal(err)
				}
				r.pass(c.time, func(now time.Time) bool {
					if s := r.session(); s != nil && s.Health.Verdict(now).Severity >= health.Warning {
						t.Errorf("after %v: %s", now.Sub(s.Record.Registered), describe(s, now))
						return false
					}
					return true
				})
				if r.session().Results < 100 {
					t.Errorf("only %d results arrived", r.session().Results)
				}
			})
		})
	}
}

// describe is a diagnosis in some lines, for failures.
func describe(s *watch.Session, now time.Time) string {
	v := s.Health.Verdict(now)
	out := s.Health.State(now).Code.String() + ": " + v.Code.String() + " (" + v.Confidence.String() + "): " + v.Sentence
	for _, e := range v.Evidence {
		out += "\n  " + e.Metric + ": " + e.Value + " (" + e.Source + ")"
	}
	for _, x := range v.RuledOut {
		out += "\n  not " + x.Verdict.String() + ": " + x.Because
	}
	return out
}
