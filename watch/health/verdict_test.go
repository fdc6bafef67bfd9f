package health

import (
	"slices"
	"testing"
	"time"
)

// Every fault gets the right verdict within the time that its evidence allows, and keeps it; no
// wrong one is given before.
func TestVerdicts(t *testing.T) {
	for _, f := range slices.Concat(streamFaults, outputFaults, readersFaults, lineFaults, overFaults) {
		t.Run(f.name, func(t *testing.T) {
			w := newWorld(t, 1)
			if f.setup != nil {
				f.setup(w)
			}
			if !w.unopened {
				w.open()
			}
			w.run(f.at)
			w.calm(0)
			struck := w.now
			if f.strike != nil {
				f.strike(w)
			}
			w.run(f.at + f.within)
			w.check()
			f.reached(w)
			f.nothingWrong(w, struck)
			f.complete(t, w.m.Guess(w.time()))

			settled := w.now
			w.run(settled + minute)
			for _, s := range w.seen {
				if s.at > settled && s.code != f.want {
					t.Errorf("changed its mind at %s: %v", s.at, s.code)
				}
			}
			if t.Failed() {
				t.Logf("\n%s", w.story())
			}
		})
	}
}

func (f *fault) reached(w *world) {
	last, state := w.seen[len(w.seen)-1], w.m.State(w.time()).Code
	if last.code != f.want || last.confidence < f.sure || state != f.state {
		w.t.Errorf("after %s: %v (%v, %v), want %v (%v, %v)", f.within, last.code, last.confidence, state, f.want, f.sure, f.state)
	}
}

func (f *fault) nothingWrong(w *world, since time.Duration) {
	for _, s := range w.seen {
		if s.at <= since || s.code == f.want {
			continue
		}
		if s.code != Healthy && !slices.Contains(f.before, s.code) {
			w.t.Errorf("wrong at %s: %v", s.at, s.code)
		}
		if s.severity > Info && !slices.Contains(f.loud, s.code) {
			w.t.Errorf("wrong and loud at %s: %v", s.at, s.code)
		}
	}
}

func (f *fault) complete(t *testing.T, v Verdict) {
	if len(v.Next) == 0 || v.Next[0].Action != f.step {
		t.Errorf("advice %v, want %v first", v.Next, f.step)
	}
	if v.Sentence == "" || v.Name == "" || len(v.Evidence) == 0 || v.RulesOut == "" {
		t.Errorf("incomplete verdict: %+v", v)
	}
	for _, e := range v.Evidence {
		if e.Metric == "" || e.Value == "" || e.Source == "" {
			t.Errorf("incomplete evidence: %+v", e)
		}
		if len(e.Metric) > 18 {
			t.Errorf("%q does not fit its column on the screen", e.Metric)
		}
	}
}

// No fault is without a verdict in the catalogue, and no verdict without a fault.
func TestEveryVerdictHasAFault(t *testing.T) {
	tested := map[VerdictCode]bool{Healthy: true, WarmingUp: true, Opening: true}
	for _, f := range slices.Concat(streamFaults, outputFaults, readersFaults, lineFaults, overFaults) {
		tested[f.want] = true
	}
	for _, e := range Catalogue() {
		if !tested[e.Code] {
			t.Errorf("%v is not tested", e.Code)
		}
		if len(e.Name) > 18 {
			t.Errorf("%q does not fit its column on the screen", e.Name)
		}
	}
}

// What was wrong is over with the first sign that it is, and the reasons of the change are reported.
func TestRecovery(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(10 * minute)
	w.stalled = true
	w.run(10*minute + seconds(30))
	if v := w.m.Verdict(w.time()); v.Code != PipelineStalled || v.Severity != Alarm || !v.Since.Equal(epoch.Add(10*minute+seconds(23))) {
		t.Errorf("got %v (%v) since %v", v.Code, v.Severity, v.Since)
	}
	w.stalled = false
	w.run(10*minute + seconds(33))
	if v := w.m.Verdict(w.time()); v.Code != Healthy || v.Severity != OK || v.RuledOut != nil || v.Awaits != nil {
		t.Errorf("got %+v", v)
	}
	if got := w.m.Metrics(w.time()).QuietAfter; got > seconds(23) {
		t.Errorf("one stall made %s typical", got)
	}
	log := w.m.Timeline()
	want := []Transition{
		{epoch, Connecting, Live, "stream opened"},
		{log[1].At, Live, Quiet, "no result for 22 s, typically within 1 s"},
		{epoch.Add(10*minute + seconds(31.04)), Quiet, Live, "results resumed after 31 s"},
	}
	if !slices.Equal(log, want) {
		t.Errorf("timeline %v, want %v", log, want)
	}
}

// What was considered and ruled out is reported with the reason.
func TestRuledOut(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(minute)
	w.stalled = true
	w.run(minute + seconds(30))
	got := map[VerdictCode]string{}
	for _, r := range w.m.Verdict(w.time()).RuledOut {
		got[r.Verdict] = r.Because
	}
	for code, want := range map[VerdictCode]string{
		SessionFailed:  "the session record says running",
		NetworkDown:    "the stream is open",
		ConnectionDead: "the last heartbeat arrived just now",
		AnotherReader:  "the service counts no new outputs",
		Starved:        "no other session of the lens is known",
		NoInput:        "25 inputs arrived since the last result",
		LensErrors:     "the lens reports no errors",
	} {
		if got[code] != want {
			t.Errorf("%v: %q, want %q", code, got[code], want)
		}
	}
}
