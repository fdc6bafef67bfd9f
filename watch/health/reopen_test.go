package health

import (
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// reopen opens the stream again because a person asked for it.
func (w *world) reopen() {
	w.lose(1, 0, client.Notice{Ending: client.EndingRequested}, "reconnecting, as asked")
	w.run(w.now + 50*time.Millisecond)
	w.open()
}

// A session that is opened again while results are overdue is quiet until one comes.
func TestReopenedWhileOverdue(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(minute)
	w.stalled = true
	w.run(2 * minute)
	w.reopen()
	for w.now < 2*minute+seconds(20) {
		w.run(w.now + time.Second)
		st, v := w.m.State(w.time()), w.m.Verdict(w.time())
		if st.Code != Quiet || w.m.Next(w.time()) != "recovers with the next result" {
			t.Fatalf("%v, next: %s\n%s", st.Code, w.m.Next(w.time()), w.story())
		}
		if v.Code != PipelineStalled && !strings.HasPrefix(v.Sentence, "The stream was reopened; no result has arrived since, the last ") {
			t.Fatalf("%v: %s", v.Code, v.Sentence)
		}
	}
	w.run(2*minute + 40*time.Second)
	if v := w.m.Verdict(w.time()); v.Code != PipelineStalled || v.Severity != Alarm {
		t.Errorf("%v (%v): %s", v.Code, v.Confidence, v.Sentence)
	}
	w.stalled = false
	w.run(w.now + 3*time.Second)
	w.reopen()
	if st, v := w.m.State(w.time()), w.m.Verdict(w.time()); st.Code != Live || v.Code != Healthy {
		t.Errorf("after a result: %v, %v", st.Code, v.Code)
	}
}

// One whose results were not overdue before the loss is given a moment; it is not said that results
// come meanwhile.
func TestReopenedAfterAnOutage(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(minute)
	w.stalled = true
	w.lose(1, minute, client.Notice{Remedy: client.RemedyNetwork, Phase: client.PhaseConnect}, "")
	w.run(2 * minute)
	w.open()
	w.run(2*minute + 4*time.Second)
	st, v := w.m.State(w.time()), w.m.Verdict(w.time())
	if st.Code != Live || v.Severity > Info || v.Sentence != "Reconnected; waiting for the first result." {
		t.Errorf("%v, %v: %s", st.Code, v.Code, v.Sentence)
	}
	if w.m.Next(w.time()) != "quiet if no result arrives within 16 s" {
		t.Errorf("next: %s", w.m.Next(w.time()))
	}
	w.run(2*minute + 21*time.Second)
	if st := w.m.State(w.time()); st.Code != Quiet {
		t.Errorf("state %v", st.Code)
	}
}
