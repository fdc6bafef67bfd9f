package simulator_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

func TestInactivityMakesStale(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		w.pass(20 * time.Minute)
		w.call(id, "data.text", `{"contents": "still here"}`)
		s := w.open(id, "")
		began := time.Now()
		_, end := s.until("sse.stream.end")
		if d := end.at.Sub(began); d.Round(time.Second) != 30*time.Minute {
			t.Errorf("the session ended %v after its last input", d)
		}
		if _, err := s.next(); err != io.EOF {
			t.Errorf("after the end came %v", err)
		}
		if m := w.metadata(id); m["session_status"] != "SESSION_STATUS_STALE" {
			t.Errorf("it is %v", m)
		}
		if got := w.call(id, "data.text", `{"contents": "?"}`); got["message"] != "Failed to fetch session_runner!" {
			t.Errorf("an input then: %v", got)
		}
		for range 8 { // it holds no runner any more
			w.create(simulator.LensNoop)
		}
		code, _, body := w.do("POST", "/v0.5/lens/sessions/destroy", `{"session_id": "`+id+`"}`)
		if r := object(t, body); code != 200 || r["session_status"] != "SESSION_STATUS_STALE" {
			t.Errorf("destroying a stale session: HTTP %d: %s", code, body)
		}
		if w.metadata(id) != nil {
			t.Error("it is still listed")
		}
	})
}

func TestAskingKeepsNoSessionAlive(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		for range 4 {
			w.pass(8 * time.Minute)
			for _, typ := range []string{"session.status", "session.heartbeat", "session.read", "session.get"} {
				w.call(id, typ, "")
			}
		}
		if m := w.metadata(id); m["session_status"] != "SESSION_STATUS_STALE" {
			t.Errorf("after 32 minutes without an input it is %v", m)
		}
	})
}

func TestStaleIsForgottenByItself(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		w.pass(34 * time.Minute)
		if w.metadata(id) == nil {
			t.Error("after 34 minutes it is not listed any more")
		}
		w.pass(2 * time.Minute)
		if w.metadata(id) != nil {
			t.Error("after 36 minutes it is still listed")
		}
	})
}

func TestLifetime(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		for range 59 { // never idle for 30 minutes, and in all 23 h 36 min
			w.pass(24 * time.Minute)
			w.call(id, "data.text", `{"contents": "still here"}`)
		}
		if m := w.metadata(id); m["session_status"] != "SESSION_STATUS_RUNNING" {
			t.Errorf("after nearly a day of inputs it is %v", m)
		}
		began := time.Now()
		s := w.open(id, "")
		_, end := s.until("sse.stream.end")
		if d := end.at.Sub(began).Round(time.Second); d != 24*time.Minute {
			t.Errorf("it ended after %v more", d)
		}
		s.close()
		if w.metadata(id) != nil {
			t.Error("it is still listed after a day")
		}
	})
}

func TestSpeedScalesWaitsButNotTimestamps(t *testing.T) {
	inBubble(t, simulator.Config{Speed: 10}, func(w *world) {
		id := w.create(simulator.LensNoop)
		began := time.Now()
		s := w.open(id, "")
		var beat event
		for range 4 {
			_, beat = s.until("sse.stream.heartbeat")
		}
		if d := beat.at.Sub(began); d != 2*time.Second {
			t.Errorf("4 heartbeats took %v", d)
		}
		if got := beat.eventData()["message_timeout"]; got != 20.0 {
			t.Errorf("message_timeout is %v", got)
		}
		m := w.metadata(id)
		if got := m["session_duration_sec"].(float64); got != 2 {
			t.Errorf("session_duration_sec is %v", got)
		}
		s.until("sse.stream.end")
		if d := time.Since(began); d.Round(time.Second) != 3*time.Minute {
			t.Errorf("inactivity took %v", d)
		}
		s.close()
	})
}

func TestCloseEndsEverything(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		s := w.open(id, "")
		s.mustNext()
		dead := w.open(id, "") // nobody reads it
		w.inject("half-open", id)
		w.pass(time.Minute)
		began := time.Now()
		w.sim.Close()
		if d := time.Since(began); d > time.Second {
			t.Errorf("Close took %v", d)
		}
		for {
			if _, err := s.next(); err != nil {
				break
			}
		}
		dead.close()
		if _, err := w.sim.Create(simulator.LensNoop); !errors.Is(err, simulator.ErrClosed) {
			t.Errorf("Create after Close: %v", err)
		}
		w.sim.Close()
	})
}

func TestCloseWithSomeoneElsesServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(simulator.Config{})
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, sim: sim, net: memnet.Listen()}
		transport := w.net.Transport()
		w.client = &http.Client{Transport: transport}
		srv := &http.Server{Handler: sim.Handler()}
		served := make(chan error, 1)
		go func() { served <- srv.Serve(w.net) }()
		stuck := w.open(w.create(simulator.LensActivityMonitor), "") // nobody reads it
		w.pass(20 * time.Second)
		began := time.Now()
		sim.Close()
		if d := time.Since(began); d > time.Second {
			t.Errorf("Close took %v", d)
		}
		code, _, body := w.do("GET", "/v0.5/lens/metadata", "")
		wantErrors(t, "after Close", code, body, http.StatusServiceUnavailable, "unavailable", "")
		stuck.close()
		transport.CloseIdleConnections()
		srv.Close()
		<-served
	})
}

func TestReaderThatStopsReadingIsLetGo(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		w.open(id, "") // nobody reads it
		w.pass(10 * time.Minute)
		if m := w.metadata(id); m["num_active_connections"] != 0.0 {
			t.Errorf("%v connections after ten minutes in which nobody read", m["num_active_connections"])
		}
	})
}
