package health

import (
	"math/rand/v2"
	"testing"
	"time"
	"unicode/utf8"

	"lenswatch/client"
)

// Whatever is reported, in whatever order and at whatever times, nothing panics, and what comes out
// is defined.
func FuzzMonitor(f *testing.F) {
	f.Add(uint64(1), []byte{1, 2, 3, 200, 5})
	f.Add(uint64(2), []byte{0, 0, 0, 255, 255, 7, 7, 7, 128})
	f.Fuzz(func(t *testing.T, seed uint64, steps []byte) {
		r := rand.New(rand.NewPCG(seed, 9))
		m := New(session, epoch, Config{})
		m.Lens(client.Lens{Inputs: []string{"csv_file_reader"}, Channel: client.Channel(seed % 5)})
		now := epoch
		for _, step := range steps {
			// Mostly forward by up to minutes, at times backward, to the zero time or far away.
			switch {
			case step < 8:
				now = now.Add(-time.Duration(step) * time.Second)
			case step == 8:
				now = time.Time{}
			case step == 9:
				now = epoch.AddDate(400, 0, 0)
			case step == 10:
				now = epoch
			default:
				now = now.Add(time.Duration(step) * time.Duration(step) * 10 * time.Millisecond)
			}
			noise(m, r, now)
			sane(t, m, now)
		}
	})
}

func sane(t *testing.T, m *Monitor, now time.Time) {
	t.Helper()
	st := m.State(now)
	if st.Code >= stateCount || m.Next(now) == "" {
		t.Fatalf("state %+v", st)
	}
	v := m.Verdict(now)
	if v.Code >= verdictCount || v.Sentence == "" || v.Name == "" || len(v.Next) == 0 || v.Confidence > High || v.Severity > Alarm {
		t.Fatalf("verdict %+v", v)
	}
	if v.Confidence == Low && v.Severity > Info {
		t.Fatalf("a guess is an alarm: %+v", v)
	}
	if !utf8.ValidString(v.Sentence) || client.Line1(v.Sentence) != v.Sentence {
		t.Fatalf("sentence %q", v.Sentence)
	}
	agrees(t, v, m.Chain(now, v))
	f := m.Metrics(now)
	if f.HeartbeatsMissed < 0 || f.QuietAfter <= 0 || f.SilentAfter <= 0 || f.Delay < 0 || len(f.Spark) != 60 {
		t.Fatalf("figures %+v", f)
	}
	log := m.Timeline()
	if len(log) > maxTimeline {
		t.Fatalf("%d transitions", len(log))
	}
	for i, x := range log {
		if x.From == x.To || x.Cause == "" || i > 0 && (x.At.Before(log[i-1].At) || x.From != log[i-1].To) {
			t.Fatalf("transition %d of %v", i, log)
		}
	}
}
