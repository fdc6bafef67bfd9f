package archetype

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

// simulate runs a simulator in memory and makes a Service that speaks to it.
func simulate(t *testing.T, cfg simulator.Config, change ...func(*Options)) (*simulator.Simulator, *Service) {
	t.Helper()
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	network := memnet.Listen()
	done := make(chan error, 1)
	go func() { done <- sim.Serve(network) }()
	key := cfg.Key
	if key == "" {
		key = simulator.DefaultKey
	}
	o := Options{Endpoint: "http://simulator.test", Key: NewSecret(key), Transport: network.Transport()}
	for _, c := range change {
		c(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
		_ = network.Close()
		<-done
	})
	return sim, s
}

// follow creates a session of a lens and watches it for a time.
func follow(t *testing.T, s *Service, lens string, d time.Duration, opts client.WatchOptions) (*diary, string, error) {
	t.Helper()
	session, err := s.Create(t.Context(), client.CreateRequest{LensID: lens})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	store := &diary{}
	err = s.Watch(ctx, session.ID, opts, store.sink)
	return store, session.ID, err
}

func kindIs(k client.Kind) func(client.Event) bool {
	return func(ev client.Event) bool { return ev.Kind == k }
}

func TestSimulatorLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{})
		lenses, err := s.Lenses(t.Context())
		if err != nil || len(lenses) < 6 {
			t.Fatalf("%d lenses, %v", len(lenses), err)
		}
		channels := map[string]client.Channel{}
		for _, l := range lenses {
			channels[l.ID] = l.Channel
		}
		for id, want := range map[string]client.Channel{
			simulator.LensActivityMonitor: client.ChannelSSE, simulator.LensMachineState: client.ChannelSSE,
			simulator.LensEmbedding: client.ChannelSSE, simulator.LensMailbox: client.ChannelMailbox, simulator.LensNoOutput: client.ChannelNone,
		} {
			if channels[id] != want {
				t.Errorf("%s is %v, want %v", id, channels[id], want)
			}
		}
		made, err := s.Create(t.Context(), client.CreateRequest{LensID: simulator.LensMachineState})
		if err != nil || made.ID == "" || made.Status != client.StatusRegistered || made.LensName != "Machine State" {
			t.Fatalf("%+v, %v", made, err)
		}
		time.Sleep(10 * time.Second)
		reported, err := s.Session(t.Context(), made.ID)
		if err != nil || reported.Status != client.StatusRunning || !reported.HasCounters || reported.Counters.Outputs == 0 {
			t.Errorf("%+v, %v", reported, err)
		}
		list, err := s.Sessions(t.Context())
		if err != nil || len(list) != 1 || list[0].ID != made.ID || list[0].LensName != "Machine State" || list[0].Channel != client.ChannelSSE {
			t.Errorf("%+v, %v", list, err)
		}
		store := &diary{}
		destroyed := make(chan error, 1)
		time.AfterFunc(20*time.Second, func() {
			_, err := s.Destroy(t.Context(), made.ID)
			destroyed <- err
		})
		if err := s.Watch(t.Context(), made.ID, client.WatchOptions{}, store.sink); err != nil {
			t.Error(err)
		}
		if err := <-destroyed; err != nil {
			t.Error(err)
		}
		lines := store.lines()
		if !strings.HasSuffix(lines, "the server closed the stream <closed>") || len(store.notices(client.NoticeGap)) != 0 {
			t.Error(lines)
		}
		results := store.find(kindIs(client.KindResult))
		if len(results) < 10 || results[0].Result == nil || results[0].Result.Label == "" || results[0].Result.Unit == client.UnitNone {
			t.Errorf("%d results", len(results))
		}
		if len(store.find(kindIs(client.KindHeartbeat))) < 3 || store.find(kindIs(client.KindStart))[0].Notice.ReaderID == "" {
			t.Errorf("no heartbeats or no reader: %s", lines)
		}
		if gone, err := s.Destroy(t.Context(), made.ID); err != nil || gone.Status != client.StatusDestroyed {
			t.Errorf("destroyed again: %+v, %v", gone, err)
		}
		if _, err := s.Session(t.Context(), made.ID); !errors.Is(err, client.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestSimulatorLenses(t *testing.T) {
	for lens, check := range map[string]func(client.Event) bool{
		simulator.LensActivityMonitor: func(ev client.Event) bool { return len(ev.Text) > 10 && !strings.ContainsAny(ev.Text, "{[") },
		simulator.LensMachineState:    func(ev client.Event) bool { return ev.Result.Label != "" && len(ev.Result.Scores) > 1 },
		simulator.LensEmbedding:       func(ev client.Event) bool { return fmt.Sprint(ev.Result.Shape) == "[4 768]" && ev.Result.Norm > 0 },
		simulator.LensMailbox:         func(ev client.Event) bool { return ev.Text != "" },
	} {
		synctest.Test(t, func(t *testing.T) {
			_, s := simulate(t, simulator.Config{})
			d, _, err := follow(t, s, lens, 30*time.Second, client.WatchOptions{})
			results := d.find(kindIs(client.KindResult))
			if err != nil || len(results) < 5 || len(d.notices(client.NoticeReconnecting)) != 0 {
				t.Fatalf("%s: %d results, %v: %s", lens, len(results), err, d.lines())
			}
			for _, ev := range results {
				if !check(ev) {
					t.Errorf("%s: %q %+v", lens, ev.Text, ev.Result)
				}
			}
		})
	}
}

func TestSimulatorVariants(t *testing.T) {
	for _, variant := range simulator.Variants() {
		synctest.Test(t, func(t *testing.T) {
			_, s := simulate(t, simulator.Config{Variant: variant})
			d, _, _ := follow(t, s, simulator.LensMachineState, 40*time.Second, client.WatchOptions{})
			got := d.find(func(ev client.Event) bool { return ev.Kind == client.KindResult || ev.Kind == client.KindOther })
			if len(got) < 5 {
				t.Errorf("%s: %s", variant, d.lines())
			}
			for _, ev := range got {
				if ev.Text == "" || ev.Text == "(no response)" || strings.HasPrefix(ev.Text, "{") {
					t.Errorf("%s: %q of %s", variant, ev.Text, ev.Raw)
				}
			}
		})
	}
}

// TestSimulatorFaults puts each fault of the wire on a stream for a while. Whatever the fault,
// the events that have an id come once and in order, nothing is lost without a notice, and the
// watch continues.
func TestSimulatorFaults(t *testing.T) {
	for _, c := range []struct {
		fault  string
		notice client.NoticeCode // expected, or "" for an undisturbed stream
	}{
		{"drop=7", client.NoticeResumed}, {"eof=7", client.NoticeResumed}, {"duplicate-after-resume=4", client.NoticeDuplicate},
		{"lost-after-resume=3", client.NoticeGap}, {"comments", ""}, {"crlf", ""}, {"multi-line", ""}, {"utf8-split", ""}, {"event-name=update", ""},
		{"bad-json", ""}, {"missing-type", ""}, {"unknown-type", ""}, {"big-event=1MiB,9", ""}, {"bursts=10s", ""}, {"silence", ""}, {"stall", ""},
		{"idle-end=20s", client.NoticeIdleClose}, {"exhausted", client.NoticeIdleClose}, {"half-open=5", client.NoticeReconnecting},
		{"late-first-result=40s,silent", ""}, {"no-input", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			fault, err := simulator.ParseFault(c.fault)
			if err != nil {
				t.Fatal(err)
			}
			cfg := simulator.Config{Faults: []simulator.Fault{fault}}
			if strings.Contains(c.fault, "after-resume") {
				cfg.Faults = append(cfg.Faults, simulator.Fault{Name: simulator.FaultDrop, Arg: "9"})
			}
			_, s := simulate(t, cfg)
			d, _, err := follow(t, s, simulator.LensMachineState, 150*time.Second, client.WatchOptions{})
			if err != nil {
				t.Errorf("%s: %v", c.fault, err)
			}
			checkOrder(t, c.fault, d)
			lost := len(d.notices(client.NoticeReconnecting)) + len(d.notices(client.NoticeIdleClose))
			switch {
			case c.notice == "" && lost != 0 && c.fault != "silence":
				t.Errorf("%s: the stream was disturbed: %s", c.fault, d.lines())
			case c.notice != "" && len(d.notices(c.notice)) == 0:
				t.Errorf("%s: no %s: %s", c.fault, c.notice, d.lines())
			}
		})
	}
}

// checkOrder checks that what has an id of its own came once and in order, and that a hole in the
// ids has its gap.
func checkOrder(t *testing.T, name string, d *diary) {
	t.Helper()
	last, gap := 0, false
	for _, ev := range d.events {
		if ev.Kind == client.KindNotice {
			gap = gap || ev.Notice.Code == client.NoticeGap
			continue
		}
		n, err := strconv.Atoi(ev.ID[strings.LastIndexByte(ev.ID, '-')+1:])
		if ev.ID == "" || ev.Kind == client.KindStart || ev.Kind == client.KindHeartbeat {
			continue
		}
		if err != nil {
			t.Fatalf("%s: id %q", name, ev.ID)
		}
		if n <= last || last > 0 && n > last+1 && !gap {
			t.Errorf("%s: %d after %d: %s", name, n, last, d.lines())
			return
		}
		last, gap = n, false
	}
}

func TestSimulatorRefusals(t *testing.T) {
	for fault, want := range map[string]error{
		"unauthorized": client.ErrRefused, "not-found": client.ErrNotFound, "rate-limit=3600": client.ErrRateLimited,
		"server-error": client.ErrServer, "bad-gateway": client.ErrServer, "reset": client.ErrNetwork, "hang": client.ErrNetwork,
	} {
		synctest.Test(t, func(t *testing.T) {
			f, err := simulator.ParseFault(fault)
			if err != nil {
				t.Fatal(err)
			}
			_, s := simulate(t, simulator.Config{Faults: []simulator.Fault{f}})
			for name, do := range map[string]func() error{
				"lenses":   func() error { _, err := s.Lenses(t.Context()); return err },
				"sessions": func() error { _, err := s.Sessions(t.Context()); return err },
				"session":  func() error { _, err := s.Session(t.Context(), "lsn-x"); return err },
				"create": func() error {
					_, err := s.Create(t.Context(), client.CreateRequest{LensID: simulator.LensNoop})
					return err
				},
			} {
				if err := do(); !errors.Is(err, want) && (want != client.ErrNotFound || !errors.Is(err, client.ErrEndpoint)) { // no list at all
					t.Errorf("%s: %s: %v", fault, name, err)
				}
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{Quota: 1})
		if _, err := s.Create(t.Context(), client.CreateRequest{LensID: simulator.LensNoop}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(t.Context(), client.CreateRequest{LensID: simulator.LensNoop}); !errors.Is(err, client.ErrQuota) {
			t.Error(err)
		}
		if _, err := s.Create(t.Context(), client.CreateRequest{LensID: "lns-none"}); !errors.Is(err, client.ErrNotFound) && !errors.Is(err, client.ErrRequest) {
			t.Error(err)
		}
	})
}

func TestSimulatorEndings(t *testing.T) {
	for _, fault := range []string{"destroyed=20s", "failed=20s", "stale=20s"} {
		for _, lens := range []string{simulator.LensMachineState, simulator.LensMailbox} {
			synctest.Test(t, func(t *testing.T) {
				f, err := simulator.ParseFault(fault)
				if err != nil {
					t.Fatal(err)
				}
				_, s := simulate(t, simulator.Config{Faults: []simulator.Fault{f}})
				d, _, err := follow(t, s, lens, time.Hour, client.WatchOptions{})
				closed := d.notices(client.NoticeClosed)
				if err != nil || len(closed) != 1 || len(d.find(kindIs(client.KindResult))) == 0 {
					t.Errorf("%s of %s: %v: %s", fault, lens, err, d.lines())
				}
			})
		}
	}
}

func TestSimulatorMailboxOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{Faults: []simulator.Fault{{Name: simulator.FaultMailboxOnly}}})
		d, _, err := follow(t, s, simulator.LensMachineState, 6*time.Minute, client.WatchOptions{})
		if err != nil || len(d.notices(client.NoticeChannel)) != 1 || len(d.find(kindIs(client.KindResult))) < 20 {
			t.Errorf("%v: %s", err, d.lines())
		}
	})
}

// TestSimulatorChaos streams load with ids, and cuts each connection inside a frame.
func TestSimulatorChaos(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		events, cuts := chaos(t)
		events, cuts = events/4, cuts/4
		_, s := simulate(t, simulator.Config{
			// Faster than it can be followed, so that the ring is ahead of the reader.
			Rate: float64(events) / 10, RingSize: 4 * events,
			Faults: []simulator.Fault{{Name: simulator.FaultDrop, Arg: strconv.Itoa(events / cuts)}},
		}, func(o *Options) { o.ReconnectDelay = 20 * time.Millisecond })
		session, err := s.Create(t.Context(), client.CreateRequest{LensID: simulator.LensMachineState})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		next, drops := 0, 0
		err = s.Watch(ctx, session.ID, client.WatchOptions{}, func(ev client.Event) {
			switch {
			case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeReconnecting:
				drops++
			case ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeGap:
				t.Errorf("a gap after %d", next)
			case ev.Kind == client.KindResult:
				n, err := strconv.Atoi(ev.ID[strings.LastIndexByte(ev.ID, '-')+1:])
				if err != nil || next != 0 && n != next {
					t.Errorf("got %q, want %d", ev.ID, next)
					cancel()
				}
				if next = n + 1; next > events {
					cancel()
				}
			}
		})
		if err != nil || next <= events || drops < cuts-1 {
			t.Errorf("up to %d, %d disconnects, %v", next, drops, err)
		}
	})
}
