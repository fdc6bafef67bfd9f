package ui

import (
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// What a session is asked while it is quiet shows while it is asked, and with its outcome.
func TestProbesAreShown(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for range 40 {
			f.say("lsn-one-0001", client.KindResult, "scene", nil)
			x.pass(time.Second)
		}
		x.press("]")
		x.wantNot("probe ")
		f.hold(true)
		for range 120 {
			x.pass(time.Second)
			if x.has("session status …  asked") {
				break
			}
		}
		x.want("probe      session status …  asked")
		x.press("i")
		x.want("Diagnosis", "session status …  asked")
		x.press("esc")
		f.hold(false)
		x.pass(2 * time.Second)
		x.want("session status ✓ answered")
	})
}

// How long an answer took is told whole or not at all.
func TestTheTimeOfAProbeIsNotCut(t *testing.T) {
	sh := &shared{theme: theme.New(theme.Options{}), now: time.Unix(100, 0)}
	s := &watch.Session{LastProbe: watch.LastProbe{Kind: health.ProbeSession, At: sh.now, Result: health.ProbeResult{Kind: health.ProbeSession, At: sh.now, Took: 527 * time.Microsecond}}}
	p := &healthPane{sh: sh}
	for w, want := range map[int]string{42: "probe      session status ✓ answered", 43: "probe      session status ✓ answered 527 µs"} {
		if got := plain(p.probe(s, w)[0]); got != want {
			t.Errorf("in %d cells: %q, want %q", w, got, want)
		}
	}
}
