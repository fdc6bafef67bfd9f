package sse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// script answers the first request with its first step, and so on; the last step stays.
func script(steps ...http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		steps[min(int(n.Add(1)), len(steps))-1](w, r)
	}
}

// say answers with a stream that has text, and then ends it.
func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { stream(w)("%s", text) }
}

// However a stream ends, what was incomplete is forgotten and the next connection resumes after the
// last complete event.
func TestResume(t *testing.T) {
	breakOff := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			stream(w)("%s", text)
			panic(http.ErrAbortHandler)
		}
	}
	rows := []struct {
		name   string
		first  http.HandlerFunc
		reason error
		id     string
		said   []string
	}{
		{"the server ends the stream", say("id: 1\ndata: a\n\n"), ErrEOF, "1", []string{`message "a" id "1"`, `message "z" id "1"`}},
		{"the line breaks between events", breakOff("id: 1\ndata: a\n\n"), io.ErrUnexpectedEOF, "1", []string{`message "a" id "1"`, `message "z" id "1"`}},
		{"the line breaks in an event", breakOff("id: 1\ndata: a\n\nid: 2\nevent: x\ndata: {\"b\n"), io.ErrUnexpectedEOF, "1", []string{`message "a" id "1"`, `message "z" id "1"`}},
		{"the line breaks in an id", breakOff("id: 1234\ndata: a\n\ndata: b\nid: 12"), io.ErrUnexpectedEOF, "1234", []string{`message "a" id "1234"`, `message "z" id "1234"`}},
		{"the line breaks after an id", breakOff("id: 1234\ndata: a\n\nid: 12\n"), io.ErrUnexpectedEOF, "1234", []string{`message "a" id "1234"`, `message "z" id "1234"`}},
		{"the stream ends in an event", say("id: 1\ndata: a\n\nid: 2\nevent: x\ndata: b"), ErrEOF, "1", []string{`message "a" id "1"`, `message "z" id "1"`}},
		{"there was no id", say("data: a\n\n"), ErrEOF, "", []string{`message "a" id ""`, `message "z" id ""`}},
		{"an id with NUL", say("id: 1\n\nid: 2\x00\ndata: a\n\n"), ErrEOF, "1", []string{`message "a" id "1"`, `message "z" id "1"`}},
		{"an id that no header can carry", say("id: 1\x01\ndata: a\n\n"), ErrEOF, "", []string{`message "a" id "1\x01"`, `message "z" id "1\x01"`}},
		{"an id of several words", say("id: é 1=2; \"3\"\ndata: a\n\n"), ErrEOF, `é 1=2; "3"`, []string{`message "a" id "é 1=2; \"3\""`, `message "z" id "é 1=2; \"3\""`}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var id string
				w := newWorld(t, script(row.first, func(w http.ResponseWriter, r *http.Request) {
					id = r.Header.Get("Last-Event-ID")
					stream(w)("data: z\n\n")
					hold(r)
				}))
				p := w.play(t, Options{InitialDelay: 3 * time.Second})
				waiting := p.last()
				if e, _ := waiting.Err.(*Error); waiting.Code != Waiting || !errors.Is(e, row.reason) || e.Phase != PhaseBody || e.Final {
					t.Errorf("after the stream: %+v", waiting)
				}
				time.Sleep(3 * time.Second)
				synctest.Wait()
				if said := p.all(); !slices.Equal(said, row.said) {
					t.Errorf("said %q, not %q", said, row.said)
				}
				if open := p.last(); id != row.id || open.Code != Open || open.Resumed != (row.id != "") {
					t.Errorf("resumed after %q, not %q (%+v)", id, row.id, open)
				}
				p.stop(t)
			})
		})
	}
}

// Data that arrives in one read with the end of the body is handed on before the end.
func TestDataWithEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said, id := playback(t, Options{}, &chunks{parts: []string{"id: 7\ndata: x\n\n"}, withEOF: true})
		if !slices.Equal(said, []string{`message "x" id "7"`}) || id != "7" {
			t.Errorf("said %q and resumed after %q", said, id)
		}
	})
}

func TestRetryField(t *testing.T) {
	rows := []struct {
		stream string
		wait   time.Duration
	}{
		{"retry: 5000\n\n", 5 * time.Second},
		{"retry: 5000\n", 5 * time.Second}, // no empty line is needed
		{"data: x\nretry:20000", time.Second},
		{"retry: 5000\nretry: 7000\n", 7 * time.Second},
		{"retry: 5s\n", time.Second},
		{"retry: 0\n", minRetry},
		{"retry: 99999999\n", 30 * time.Second},
		{"retry: 99999999999999999999999\n", 30 * time.Second},
	}
	for _, row := range rows {
		t.Run(row.stream, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, script(say(row.stream), say("")))
				p := w.play(t, Options{})
				time.Sleep(row.wait)
				synctest.Wait()
				if waits := p.waits(); !slices.Equal(waits, []time.Duration{row.wait, row.wait}) {
					t.Errorf("waits %v, not twice %v", waits, row.wait)
				}
				p.stop(t)
			})
		})
	}
}

// The delay grows up to its cap while the server cannot be reached, never ends by itself, and
// starts over after a good connection.
func TestBackOff(t *testing.T) {
	second := func(s ...float64) (d []time.Duration) {
		for _, s := range s {
			d = append(d, time.Duration(s*float64(time.Second)))
		}
		return d
	}
	rows := []struct {
		rand float64
		want []time.Duration
	}{
		{0, second(1, 2, 4, 8, 16, 20, 20, 20)},
		{0.5, second(1.25, 2.5, 5, 10, 20, 25, 25, 25)},
		{0.9999999999, second(1.5, 3, 6, 12, 24, 30, 30, 30)},
	}
	for _, row := range rows {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, func(w http.ResponseWriter, r *http.Request) { stream(w) })
			w.onDial(func(context.Context) error { return syscall.ECONNREFUSED })
			p := w.play(t, Options{Rand: func() float64 { return row.rand }})
			time.Sleep(3 * time.Hour)
			synctest.Wait()
			waits := p.waits()
			for i, want := range row.want {
				if d := waits[i] - want; d.Abs() > time.Microsecond {
					t.Errorf("rand %v: wait %d is %v, not %v", row.rand, i, waits[i], want)
				}
			}
			last := p.last()
			if e := last.Err.(*Error); last.Code != Waiting || e.Phase != PhaseConnect || !errors.Is(e, syscall.ECONNREFUSED) {
				t.Errorf("after hours without a server: %+v", last)
			}
			if last.Attempt != len(waits)+1 {
				t.Errorf("attempt %d after %d waits", last.Attempt, len(waits))
			}
			w.onDial(nil)
			time.Sleep(30 * time.Second) // connects, and is ended at once
			synctest.Wait()
			after := p.waits()[len(waits)]
			if want := row.want[0]; (after - want).Abs() > time.Microsecond {
				t.Errorf("rand %v: the wait after a good connection is %v, not %v", row.rand, after, want)
			}
			p.stop(t)
		})
	}
}

// Chance does not take a delay above the longest, and a Retry-After is for one attempt.
func TestLongestDelay(t *testing.T) {
	busy := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "45")
		w.WriteHeader(503)
	}
	synctest.Test(t, func(t *testing.T) {
		fail := func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
		w := newWorld(t, script(fail, busy, fail, busy, fail))
		w.transport.DisableKeepAlives = true // else the transport itself tries again
		p := w.play(t, Options{InitialDelay: 25 * time.Second, Rand: func() float64 { return 0.9 }})
		time.Sleep(75*time.Second + 30*time.Second)
		synctest.Wait()
		p.Restart() // in the second wait that a Retry-After made
		synctest.Wait()
		s := time.Second
		if waits := p.waits(); !slices.Equal(waits, []time.Duration{30 * s, 45 * s, 29 * s, 45 * s, 30 * s}) {
			t.Errorf("waits %v", waits)
		}
		p.stop(t)
	})
}

// The numbers of the attempts, and the order of the states.
func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := func(code int) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
		}
		w := newWorld(t, script(status(500), status(503), say("data: x\n\n"), status(500), status(204)))
		began := time.Now()
		p := w.play(t, Options{})
		if err := <-p.done; err == nil {
			t.Error("204 did not end it")
		}
		type row struct {
			code    StateCode
			attempt int
			at      time.Duration
		}
		var got []row
		for _, s := range p.changes() {
			got = append(got, row{s.Code, s.Attempt, s.At.Sub(began)})
		}
		want := []row{
			{Connecting, 1, 0}, {Waiting, 2, 0},
			{Connecting, 2, time.Second}, {Waiting, 3, time.Second},
			{Connecting, 3, 3 * time.Second}, {Open, 0, 3 * time.Second}, {Waiting, 1, 3 * time.Second},
			{Connecting, 1, 4 * time.Second}, {Waiting, 2, 4 * time.Second},
			{Connecting, 2, 6 * time.Second}, {Closed, 0, 6 * time.Second},
		}
		if !slices.Equal(got, want) {
			t.Errorf("states\n %v, not\n %v", got, want)
		}
	})
}
