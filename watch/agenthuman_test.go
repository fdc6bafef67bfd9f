package watch_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/rest"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// humans is a hub over a simulated AgentHuman, in a bubble.
type humans struct {
	sim   *simulator.Simulator
	svc   *agenthuman.Service
	hub   *watch.Hub
	store *watch.Store
	down  atomic.Bool // no connection can be made
}

// dialling fails while the network is down.
func (h *humans) dialling(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if h.down.Load() {
			return nil, context.DeadlineExceeded
		}
		return next.RoundTrip(r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func withHumans(t *testing.T, longest time.Duration, f func(*testing.T, *humans)) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(simulator.Config{Human: simulator.HumanConfig{MaxDuration: longest}})
		if err != nil {
			t.Fatal(err)
		}
		network := memnet.Listen()
		transport := network.Transport()
		served := make(chan error, 1)
		go func() { served <- sim.Serve(network) }()
		h := &humans{sim: sim}
		h.svc, err = agenthuman.New(agenthuman.Options{
			Endpoint: "http://sim.test", Key: rest.NewSecret(simulator.DefaultHumanKey), Transport: h.dialling(transport),
		})
		if err != nil {
			t.Fatal(err)
		}
		services := []client.Service{h.svc}
		h.hub, h.store = watch.NewHub(services, watch.Options{All: true}), watch.NewStore(watch.InfoOf(services), 0)
		h.hub.Start()
		defer func() {
			h.hub.Close()
			sim.Close()
			transport.CloseIdleConnections()
			if err := <-served; err != nil {
				t.Error(err)
			}
		}()
		f(t, h)
	})
}

// follow takes in what arrives for a time. It calls each once a second or so.
func (h *humans) follow(d time.Duration, each func(now time.Time)) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	watch.Follow(ctx, h.hub, h.store, func(now time.Time, _ *watch.Batch) bool {
		if each != nil {
			each(now)
		}
		return true
	})
}

func (h *humans) verdict(id string) health.Verdict {
	return h.store.Session(id).Health.Verdict(time.Now())
}

// A session that says nothing but that it runs is healthy, for an hour, without one false word.
func TestPolledSessionIsHealthy(t *testing.T) {
	withHumans(t, time.Hour, func(t *testing.T, h *humans) {
		id, err := h.sim.CreateHuman()
		if err != nil {
			t.Fatal(err)
		}
		h.follow(6*time.Second, nil) // it is polled every 5 s
		wrong := map[health.VerdictCode]int{}
		h.follow(59*time.Minute, func(now time.Time) {
			s := h.store.Session(id)
			if v := s.Health.Verdict(now); v.Code != health.Healthy || s.Health.State(now).Code != health.Live {
				wrong[v.Code]++
			}
		})
		if len(wrong) > 0 {
			t.Errorf("verdicts other than healthy: %v; %+v", wrong, h.store.Session(id).Health.Timeline())
		}
		// Its time is up.
		h.follow(2*time.Minute, nil)
		if v := h.verdict(id); v.Code != health.SessionExpired {
			t.Errorf("in the end: %+v", v)
		}
	})
}

func TestPolledSessionVerdicts(t *testing.T) {
	fault := func(name string) func(*humans, string) error {
		return func(h *humans, _ string) error {
			return h.sim.Inject(simulator.Fault{Name: name, Arg: map[string]string{simulator.FaultRateLimit: "40,human"}[name]})
		}
	}
	for name, c := range map[string]struct {
		do   func(*humans, string) error
		want health.VerdictCode
		text string
	}{
		"rate limit": {fault(simulator.FaultRateLimit), health.RateLimited, "Trying again in"},
		"refused":    {fault(simulator.FaultUnauthorized), health.KeyRefused, "401"},
		"failing":    {fault(simulator.FaultServerError), health.ServerError, "500"},
		"proxy":      {fault(simulator.FaultBadGateway), health.ServerError, "502"},
		"network":    {func(h *humans, _ string) error { h.down.Store(true); return nil }, health.NetworkDown, ""},
		"on its own": {func(h *humans, id string) error { return h.sim.EndHuman(id, simulator.HumanDisconnect) }, health.SessionDestroyed, "session ended"},
		"by us": {func(h *humans, id string) error {
			_, err := h.hub.Destroy(context.Background(), h.svc.Name(), id)
			return err
		}, health.SessionDestroyed, "session ended"},
	} {
		t.Run(name, func(t *testing.T) {
			withHumans(t, 5*time.Hour, func(t *testing.T, h *humans) {
				id, err := h.sim.CreateHuman()
				if err != nil {
					t.Fatal(err)
				}
				lived := 40 * time.Second
				if name == "on its own" {
					lived = 35 * time.Minute // longer than the Lens API allows without activity
				}
				h.follow(lived, nil)
				if err := c.do(h, id); err != nil {
					t.Fatal(err)
				}
				h.follow(20*time.Second, nil)
				if v := h.verdict(id); v.Code != c.want || !strings.Contains(v.Sentence, c.text) {
					t.Errorf("%+v; %+v", v, h.store.Session(id).Health.Timeline())
				}
				for _, change := range h.store.Session(id).Health.Timeline() {
					if strings.Contains(change.Cause, "stream") { // a session that is polled has none
						t.Errorf("%+v", change)
					}
				}
			})
		})
	}
}
