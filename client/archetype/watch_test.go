package archetype

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

func TestWatchTellsTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){func(w *wire) {
			w.data("", started)
			w.send(": keep-alive", "")
			w.data("", beat)
			w.data("7", result("one"))
			w.send("event: update", "data: "+result("two"), "")
			w.send("data: not JSON", "data: at all", "")
			w.hang()
		}}}
		line := &client.Connection{}
		began := time.Now()
		d, err := s.watch(t, 30*time.Second, client.WatchOptions{Connection: line})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, ev := range d.events {
			got = append(got, fmt.Sprintf("%v/%s/%s/%s", ev.Kind, ev.Wire, ev.ID, ev.Text))
			if ev.Service != "archetype" || ev.Session != "lsn-1" || ev.Received.Before(began) {
				t.Errorf("%+v", ev)
			}
		}
		want := []string{
			"notice/notice//connecting to the SSE stream",
			"notice/notice//connected to the SSE stream",
			"start/sse.stream.start//stream opened",
			"heartbeat/comment//keep-alive",
			"heartbeat/sse.stream.heartbeat//running, 0 messages",
			"result/inference.result/7/one",
			"result/inference.result/7/two",
			"other/message/7/not JSON\nat all",
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if n, last := line.Received(); n < 400 || last.Before(began) {
			t.Errorf("the line counts %d bytes", n)
		}
	})
}

func TestEndIsBelievedWhenTheSessionIsGone(t *testing.T) {
	for name, status := range map[string]string{
		"unknown": gone, "destroyed": `{"session_id":"lsn-1","session_status":"LensSessionStatus.SESSION_STATUS_DESTROYED"}`, "failed": `{"session_id":"lsn-1","session_status":"6"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{status: say(200, status), steps: []func(*wire){func(w *wire) {
				w.data("", result("last"))
				w.data("", ended)
				w.hang()
			}}}
			d, err := s.watch(t, time.Hour, client.WatchOptions{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			expect(t, d, "<connected> last the server closed the stream <closed>")
		})
	}
}

func TestIdleCloseIsOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened []time.Time
		s := &script{steps: []func(*wire){func(w *wire) {
			opened = append(opened, time.Now())
			w.data("", started)
			if w.n <= 2 {
				w.wait(58 * time.Second)
			}
			w.data("", ended)
		}}}
		d, err := s.watch(t, 10*time.Minute, client.WatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		idle := d.notices(client.NoticeIdleClose)
		if len(idle) < 5 || len(idle) > 40 || !strings.Contains(idle[0].Text, "the session is running") {
			t.Fatalf("%d idle closes: %v", len(idle), d.lines())
		}
		for i := range 2 {
			if again := opened[i+1].Sub(opened[i]); again != 58*time.Second {
				t.Errorf("opened again only after %v", again-58*time.Second)
			}
		}
		early, late := opened[3].Sub(opened[2]), opened[len(opened)-1].Sub(opened[len(opened)-2])
		if early > 2*time.Second || late < 10*time.Second || late > 31*time.Second {
			t.Errorf("pauses from %v to %v", early, late)
		}
		if len(d.find(func(ev client.Event) bool { return ev.Kind == client.KindEnd })) != 0 {
			t.Error("an end was shown that was none")
		}
	})
}

func TestEndWhenNobodyCanSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{status: say(500, ""), steps: []func(*wire){
			func(w *wire) { w.data("", ended) },
			func(w *wire) { w.data("", result("still here")); w.hang() },
		}}
		d, _ := s.watch(t, 2*time.Minute, client.WatchOptions{})
		expect(t, d, "<connected> <idle-close> <connected> <gap> still here")
	})
}

func TestMissingStream(t *testing.T) {
	t.Run("never there", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{status: say(200, gone), steps: []func(*wire){refuse(404, `{"detail":"no such session"}`)}}
			d, err := s.watch(t, time.Hour, client.WatchOptions{})
			if !errors.Is(err, client.ErrNotFound) {
				t.Error(err)
			}
			expect(t, d, "<closed>")
			if n := d.notices(client.NoticeClosed)[0]; n.Notice.Remedy != client.RemedyNotFound || n.Notice.Status != 404 || n.Level != client.LevelError {
				t.Errorf("%+v %+v", n, n.Notice)
			}
		})
	})
	t.Run("gone after a loss", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{status: say(200, gone), steps: []func(*wire){func(w *wire) { w.data("1", result("a")); w.drop() }, refuse(404, "")}}
			d, err := s.watch(t, time.Hour, client.WatchOptions{})
			if err != nil {
				t.Error(err)
			}
			expect(t, d, "<connected> a <reconnecting> <gap> <closed>")
		})
	})
	t.Run("not there yet", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []func(*wire){refuse(404, ""), refuse(404, ""), func(w *wire) { w.data("", result("a")); w.hang() }}}
			d, _ := s.watch(t, time.Minute, client.WatchOptions{})
			expect(t, d, "<reconnecting> <reconnecting> <connected> a")
		})
	})
	t.Run("unknown in a 200", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{status: say(200, gone), steps: []func(*wire){refuse(200, gone, "Content-Type", "application/json")}}
			_, err := s.watch(t, time.Hour, client.WatchOptions{})
			if !errors.Is(err, client.ErrNotFound) {
				t.Error(err)
			}
		})
	})
	t.Run("no content", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{status: say(200, gone), steps: []func(*wire){func(w *wire) { w.data("", result("a")); w.drop() }, refuse(204, "")}}
			d, err := s.watch(t, time.Hour, client.WatchOptions{})
			if err != nil {
				t.Error(err)
			}
			expect(t, d, "<connected> a <reconnecting> <gap> <closed>")
		})
	})
}

func TestRefusedStreams(t *testing.T) {
	for name, c := range map[string]struct {
		step func(*wire)
		kind error
	}{
		"401":  {refuse(401, `{"detail":"Invalid API key `+testKey+`"}`), client.ErrRefused},
		"403":  {refuse(403, ""), client.ErrRefused},
		"422":  {refuse(422, ""), client.ErrRequest},
		"text": {refuse(200, "It works!", "Content-Type", "text/plain"), client.ErrProtocol},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []func(*wire){c.step}}
			d, err := s.watch(t, time.Hour, client.WatchOptions{})
			if !errors.Is(err, c.kind) || leaks(fmt.Sprintf("%v %+v %#v", err, err, err)) {
				t.Errorf("%s: %v", name, err)
			}
			expect(t, d, "<closed>")
			if n := d.notices(client.NoticeClosed); len(n) == 1 && (n[0].Notice.Remedy.Err() != c.kind || leaks(n[0].Text)) {
				t.Errorf("%s: %q %+v", name, n[0].Text, n[0].Notice)
			}
		})
	}
}

func TestReconnectingSaysWhatHappensNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){
			func(w *wire) { w.data("", result("a")); w.drop() },
			refuse(503, `{"errors":["busy"]}`, "Retry-After", "20"),
			func(w *wire) { w.data("", result("b")); w.hang() },
		}}
		d, _ := s.watch(t, time.Minute, client.WatchOptions{})
		expect(t, d, "<connected> a <reconnecting> <reconnecting> <connected> <gap> b")
		r := d.notices(client.NoticeReconnecting)
		if n := r[0].Notice; n.Attempt != 1 || n.Remedy != client.RemedyNetwork || n.Phase != client.PhaseBody || n.Status != 0 || !strings.HasPrefix(r[0].Text, "connection lost: ") {
			t.Errorf("%q %+v", r[0].Text, n)
		}
		n := r[1].Notice
		if n.Attempt != 2 || n.Remedy != client.RemedyServer || n.Status != 503 || n.Next.Sub(r[1].Received) != 20*time.Second {
			t.Errorf("%q %+v", r[1].Text, n)
		}
		if want := "connection failed: server error (HTTP 503): busy; retrying in 20 s, attempt 2"; r[1].Text != want {
			t.Errorf("%q", r[1].Text)
		}
		gap := d.notices(client.NoticeGap)[0]
		if gap.Notice.Duration < 21*time.Second || gap.Notice.Duration > 22*time.Second || gap.Level != client.LevelWarn {
			t.Errorf("%q %+v", gap.Text, gap.Notice)
		}
	})
}

func TestSilenceEndsAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){func(w *wire) { w.data("", result("a")); w.wait(90 * time.Second); w.data("", beat); w.hang() }}}
		d, _ := s.watch(t, 4*time.Minute, client.WatchOptions{})
		r := d.notices(client.NoticeReconnecting)
		if len(r) != 1 || r[0].Received.Sub(d.events[0].Received) != 210*time.Second || !strings.Contains(r[0].Text, "no data") {
			t.Errorf("%s %+v", d.lines(), r)
		}
	})
}

func TestLargeEventsAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){
			func(w *wire) {
				w.data("1", result("a"))
				w.data("2", result(strings.Repeat("x", 5000)))
				w.data("3", result("b"))
				w.drop()
			},
			func(w *wire) { w.data("4", result("c")); w.data("5", result(strings.Repeat("x", 5000))); w.drop() },
			func(w *wire) { w.data("6", result("d")); w.drop() },
			func(w *wire) { w.data("8", result("e")); w.hang() },
		}}
		d, _ := s.watch(t, time.Minute, client.WatchOptions{}, func(o *Options) { o.MaxEventBytes = 4000 })
		expect(t, d, "<connected> a <skipped> b <reconnecting> <connected> <resumed> c <skipped> "+
			"<reconnecting> <connected> <resumed> d <reconnecting> <connected> <gap> e")
		if n := d.notices(client.NoticeSkipped)[0]; n.Notice.Count < 5000 {
			t.Errorf("%+v", n.Notice)
		}
	})
}

func TestSinceIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){func(w *wire) { w.data("43", result("a")); w.hang() }}}
		d, _ := s.watch(t, time.Minute, client.WatchOptions{Since: "42"})
		expect(t, d, "<connected> a")
		if s.lastIDs[0] != "42" {
			t.Errorf("sent %q", s.lastIDs)
		}
	})
}

func TestCommandReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		commands := &client.CommandQueue{}
		s := &script{steps: []func(*wire){
			func(w *wire) {
				w.data("1", result("a"))
				w.wait(time.Second)
				commands.Send(client.CommandReconnect)
				w.hang()
			},
			func(w *wire) { w.data("2", result("b")); w.hang() },
		}}
		began := time.Now()
		d, _ := s.watch(t, time.Minute, client.WatchOptions{Commands: commands})
		expect(t, d, "<connected> a <reconnecting> <connected> <resumed> b")
		if b := d.events[len(d.events)-1]; b.Received.Sub(began) != time.Second {
			t.Errorf("took %v", b.Received.Sub(began)-time.Second)
		}
	})
}

func TestCommandDuringAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const there = 40 * time.Second // by now the pauses are longer than a second
		commands := &client.CommandQueue{}
		began := time.Now()
		s := &script{steps: []func(*wire){func(w *wire) {
			if time.Since(began) < there {
				refuse(404, "")(w)
				return
			}
			w.data("", result("a"))
			w.hang()
		}}}
		time.AfterFunc(there, func() { commands.Send(client.CommandReconnect) })
		d, _ := s.watch(t, 2*time.Minute, client.WatchOptions{Commands: commands})
		a := d.find(func(ev client.Event) bool { return ev.Text == "a" })
		if len(a) != 1 || a[0].Received.Sub(began) != there {
			t.Errorf("%s: %v", d.lines(), a)
		}
	})
}

func TestWatchEndsAtOnce(t *testing.T) {
	for name, step := range map[string]func(*wire){
		"streaming": func(w *wire) { w.data("", result("a")); w.hang() },
		"no answer": func(w *wire) { w.hang() },
		"waiting":   refuse(503, ""),
		"not there": refuse(404, ""),
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []func(*wire){step}}
			began := time.Now()
			if _, err := s.watch(t, 5*time.Second, client.WatchOptions{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(began); took != 5*time.Second {
				t.Errorf("%s: took %v", name, took)
			}
		})
	}
}

func TestWatchHoldsTheStreamBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){func(w *wire) {
			for i := range 20 {
				w.data(fmt.Sprint(i), result(fmt.Sprint(i)))
			}
			w.hang()
		}}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		got := 0
		err := serve(t, s).Watch(ctx, "lsn-1", client.WatchOptions{}, func(ev client.Event) {
			if ev.Kind == client.KindResult {
				if ev.Text != fmt.Sprint(got) {
					t.Errorf("got %q, want %d", ev.Text, got)
				}
				got++
				time.Sleep(time.Minute) // fake time: a sink that is slow
			}
		})
		if err != nil || got != 20 {
			t.Errorf("%d events, %v", got, err)
		}
	})
}
