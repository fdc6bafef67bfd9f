package agenthuman

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/simulator"
)

func TestLifecycle(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		id := w.create()
		line := new(client.Connection)
		d := watch(t, w.s, id, client.WatchOptions{Connection: line})
		pass(time.Minute)
		if got := d.story(); got != "connecting connected session.started" {
			t.Fatalf("the first minute: %s", got)
		}
		connected := d.find("connected")[0].Notice
		if connected.Channel != client.ChannelPoll || connected.Status != 200 {
			t.Errorf("%+v", connected)
		}
		if heartbeats := d.find("poll"); len(heartbeats) < 8 || len(heartbeats) > 11 || heartbeats[0].Raw == nil || heartbeats[0].Kind != client.KindHeartbeat {
			t.Errorf("%d heartbeats, %+v", len(heartbeats), heartbeats[0])
		}
		if n, last := line.Received(); n == 0 || time.Since(last) > 7*time.Second {
			t.Errorf("the line has %d bytes, the last %v", n, last)
		}
		list, err := w.s.Sessions(t.Context())
		if err != nil || len(list) != 1 || list[0].ID != id || list[0].Status != client.StatusRunning || list[0].Duration != time.Minute {
			t.Errorf("%+v, %v", list, err)
		}
		for range 2 { // ending is idempotent
			ended, err := w.s.Destroy(t.Context(), id)
			if err != nil || ended.Status != client.StatusDestroyed || ended.Ended.IsZero() {
				t.Errorf("%+v, %v", ended, err)
			}
			pass(time.Second)
		}
		if over, err := d.over(); !over || err != nil {
			t.Errorf("over: %v, %v", over, err)
		}
		if got := d.story(); !strings.HasSuffix(got, "session.started session.ended closed") {
			t.Errorf("the end: %s", got)
		}
		end := d.find("session.ended")[0]
		if end.Kind != client.KindEnd || end.Level != client.LevelInfo || !strings.Contains(end.Text, "after 1 min, by lenswatch") {
			t.Errorf("%+v", end)
		}
		if closed := d.find("closed")[0].Notice; closed.Session != client.StatusDestroyed || closed.Remedy != client.RemedyNone {
			t.Errorf("%+v", closed)
		}
		for _, r := range w.requests {
			if strings.Contains(r, "wss") || strings.Contains(r, "ws.") || !strings.Contains(r, " /v1/") {
				t.Errorf("a request that does not belong: %s", r)
			}
		}
	})
}

func TestEndsOnItsOwn(t *testing.T) {
	for cause, c := range map[string]struct {
		within time.Duration
		want   string
	}{
		simulator.HumanDisconnect: {15 * time.Second, "WebSocket closing"},
		simulator.HumanEmptyRoom:  {15 * time.Second, "room emptying"},
		simulator.HumanExpiry:     {15 * time.Second, "it expired"},
		simulator.HumanOrphan:     {2*time.Minute + 15*time.Second, "within 3 minutes"},
	} {
		inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
			id := w.create()
			d := watch(t, w.s, id, client.WatchOptions{})
			pass(20 * time.Second)
			if err := w.sim.EndHuman(id, cause); err != nil {
				t.Fatal(err)
			}
			pass(c.within)
			over, err := d.over()
			ends := d.find("session.ended")
			if !over || err != nil || len(ends) != 1 || ends[0].Level != client.LevelWarn || !strings.Contains(ends[0].Text, c.want) ||
				strings.Contains(ends[0].Text, ", by lenswatch") {
				t.Errorf("%s: over %v, %v, %+v", cause, over, err, ends)
			}
			if cause == simulator.HumanExpiry && strings.Contains(ends[0].Text, "no reason") {
				t.Errorf("%s: %s", cause, ends[0].Text)
			}
		})
	}
}

func TestExpiryIsCountedDown(t *testing.T) {
	inBubble(t, simulator.Config{Human: simulator.HumanConfig{MaxDuration: 20 * time.Minute}}, func(t *testing.T, w *world) {
		d := watch(t, w.s, w.create(), client.WatchOptions{})
		pass(21 * time.Minute)
		var said []string
		for _, ev := range d.find("session.expires") {
			said = append(said, strings.Fields(strings.TrimPrefix(ev.Text, "expires in "))[0])
		}
		if len(said) != 4 || !strings.HasPrefix(said[0], "20") && !strings.HasPrefix(said[0], "19") {
			t.Errorf("spoken of at %v", said)
		}
		if ends := d.find("session.ended"); len(ends) != 1 || !strings.Contains(ends[0].Text, "it expired") {
			t.Errorf("%+v", ends)
		}
	})
}

func TestMinutesAreCountedDown(t *testing.T) {
	inBubble(t, simulator.Config{Human: simulator.HumanConfig{Minutes: 12}}, func(t *testing.T, w *world) {
		d := watch(t, w.s, w.create(), client.WatchOptions{})
		pass(9 * time.Minute)
		var said []string
		for _, ev := range d.find("usage.minutes") {
			said = append(said, strings.Fields(ev.Text)[0])
		}
		if fmt.Sprint(said) != "[12 10 5]" {
			t.Errorf("spoken of at %v", said)
		}
	})
}

func TestCreatedButNotStarted(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		id := w.control("POST", "/human/sessions", `{"created": true}`)["session_id"].(string)
		d := watch(t, w.s, id, client.WatchOptions{})
		pass(10 * time.Second)
		_, err := w.s.Destroy(t.Context(), id)
		if !errors.Is(err, client.ErrRequest) || !strings.Contains(err.Error(), "has not started") {
			t.Errorf("ending it: %v", err)
		}
		w.control("POST", "/human/sessions/"+id+"/start", "")
		pass(10 * time.Second)
		if got := d.story(); got != "connecting connected session.created session.started" {
			t.Errorf("%s", got)
		}
		if err := w.sim.EndHuman(id, simulator.HumanDisconnect); err != nil {
			t.Fatal(err)
		}
		pass(15 * time.Second)
		if text := d.find("session.ended")[0].Text; strings.Contains(text, ", by lenswatch") {
			t.Errorf("a request in vain is taken for the cause: %s", text)
		}
	})
}

func TestActiveIsStarted(t *testing.T) {
	inBubble(t, simulator.Config{Human: simulator.HumanConfig{Active: true}}, func(t *testing.T, w *world) {
		d := watch(t, w.s, w.create(), client.WatchOptions{})
		pass(10 * time.Second)
		if len(d.find("session.started")) != 1 {
			t.Errorf("%s", d.story())
		}
	})
}

func TestNoSuchSession(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		d := watch(t, w.s, "sess_no", client.WatchOptions{})
		pass(10 * time.Second)
		if over, err := d.over(); !over || !errors.Is(err, client.ErrNotFound) || d.find("closed")[0].Notice.Remedy != client.RemedyNotFound {
			t.Errorf("over %v, %v: %s", over, err, d.story())
		}
		if _, err := w.s.Destroy(t.Context(), "sess_no"); err != nil {
			t.Errorf("ending what is gone: %v", err)
		}
		if _, err := w.s.Session(t.Context(), "sess_no"); !errors.Is(err, client.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestEndedBeforeItIsWatched(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		id := w.create()
		if err := w.sim.EndHuman(id, simulator.HumanEmptyRoom); err != nil {
			t.Fatal(err)
		}
		pass(10 * time.Second)
		d := watch(t, w.s, id, client.WatchOptions{})
		pass(10 * time.Second)
		if over, err := d.over(); !over || err != nil || d.story() != "connecting connected session.ended closed" {
			t.Errorf("over %v, %v: %s", over, err, d.story())
		}
	})
}

func TestFailuresAndRecovery(t *testing.T) {
	for fault, remedy := range map[string]client.Remedy{
		"server-error=human": client.RemedyServer, "bad-gateway=human": client.RemedyServer, "rate-limit=20,human": client.RemedyRateLimited,
		"reset=human": client.RemedyNetwork, "hang=human": client.RemedyNetwork,
	} {
		inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
			d := watch(t, w.s, w.create(), client.WatchOptions{})
			pass(20 * time.Second)
			w.control("POST", "/faults", `{"fault": "`+fault+`"}`)
			before := w.count()
			pass(45 * time.Second)
			lost := d.find("reconnecting")
			if len(lost) == 0 || lost[0].Notice.Remedy != remedy || lost[0].Notice.Attempt != 1 || !lost[0].Notice.Next.After(lost[0].Received) {
				t.Errorf("%s: %+v", fault, lost)
			}
			if n := w.count() - before; n > 15 {
				t.Errorf("%s: %d requests in 45 s", fault, n)
			}
			w.control("DELETE", "/faults", "")
			pass(2 * time.Minute)
			if over, _ := d.over(); over || len(d.find("connected")) != 2 || len(d.find("session.started")) != 1 {
				t.Errorf("%s: %s", fault, d.story())
			}
		})
	}
}

func TestRefusedKeyEndsTheWatch(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		id := w.create()
		d := watch(t, w.s, id, client.WatchOptions{})
		pass(10 * time.Second)
		w.control("POST", "/faults", `{"fault": "unauthorized=human"}`)
		pass(10 * time.Second)
		if over, err := d.over(); !over || !errors.Is(err, client.ErrRefused) || d.find("closed")[0].Notice.Status != 401 {
			t.Errorf("over %v, %v", over, err)
		}
		w.control("DELETE", "/faults", "")
		again := watch(t, w.s, id, client.WatchOptions{})
		pass(10 * time.Second)
		if again.story() != "connecting connected session.started" {
			t.Errorf("watching again: %s", again.story())
		}
	})
}

func TestReconnectPollsAtOnce(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		commands := &client.CommandQueue{}
		d := watch(t, w.s, w.create(), client.WatchOptions{Commands: commands})
		pass(8 * time.Second)
		w.control("POST", "/faults", `{"fault": "server-error=human"}`)
		pass(2 * time.Minute)
		w.control("DELETE", "/faults", "")
		commands.Send(client.CommandReconnect)
		pass(time.Second)
		if len(d.find("connected")) != 2 {
			t.Errorf("%s", d.story())
		}
	})
}

// A sink that blocks holds up no other watch, and sees the end when it continues.
func TestSlowSink(t *testing.T) {
	inBubble(t, simulator.Config{}, func(t *testing.T, w *world) {
		slow, quick := w.create(), w.create()
		release := make(chan struct{})
		var last client.Event
		over := make(chan error, 1)
		go func() {
			over <- w.s.Watch(t.Context(), slow, client.WatchOptions{}, func(ev client.Event) {
				last = ev
				<-release
			})
		}()
		d := watch(t, w.s, quick, client.WatchOptions{})
		pass(time.Minute)
		for _, id := range []string{slow, quick} {
			if err := w.sim.EndHuman(id, simulator.HumanDisconnect); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Minute)
		if done, _ := d.over(); !done {
			t.Error("the other watch was held up")
		}
		close(release)
		if err := <-over; err != nil || last.Notice == nil || last.Notice.Session != client.StatusDestroyed {
			t.Errorf("%v, %+v", err, last)
		}
	})
}
