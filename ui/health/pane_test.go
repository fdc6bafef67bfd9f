package health

import (
	"testing"
	"time"

	"lenswatch/theme"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// How long an answer took is shown whole or not at all.
func TestTheTimeOfAProbeIsNotCut(t *testing.T) {
	c := &draw.Context{Theme: theme.New(theme.Options{}), Now: time.Unix(100, 0)}
	s := &watch.Session{LastProbe: watch.LastProbe{Kind: health.ProbeSession, At: c.Now, Result: health.ProbeResult{Kind: health.ProbeSession, At: c.Now, Took: 527 * time.Microsecond}}}
	for w, want := range map[int]string{42: "probe      session status ✓ answered", 43: "probe      session status ✓ answered 527 µs"} {
		if got := draw.Plain(probe(c, s, w)[0]); got != want {
			t.Errorf("in %d cells: %q, want %q", w, got, want)
		}
	}
}

// A heartbeat that is missed is shown before how often one should come.
func TestMissedHeartbeatsComeFirst(t *testing.T) {
	c := &draw.Context{Theme: theme.New(theme.Options{})}
	f := health.Metrics{HeartbeatAge: 20 * time.Second, HeartbeatInterval: 5 * time.Second, HeartbeatsSeen: 3, HeartbeatsMissed: 6}
	for w, want := range map[int]string{30: "  6 missed", 60: "  6 missed, every 5 s"} {
		p := &Pane{w: w}
		if got := draw.Plain(p.metrics(c, &watch.Session{}, f, true)[1]); got != "heartbeat  20 s ago"+want {
			t.Errorf("in %d cells: %q, want %q at its end", w, got, want)
		}
	}
}

// Where a verdict has no room for all that it says, what is left ends with a sentence.
func TestHealthCutsAtASentence(t *testing.T) {
	const both, first = "The service cannot be reached (TCP connect). Trying again in 3.2 s.", "The service cannot be reached (TCP connect)."
	ctx := &draw.Context{Theme: theme.New(theme.Options{})}
	for _, x := range []struct {
		n, w int
		want string
	}{{2, 32, first}, {3, 32, both}, {2, 60, both}, {1, 32, both}} {
		if got := whole(ctx, x.n, both, x.w); got != x.want {
			t.Errorf("%d lines of %d: %q", x.n, x.w, got)
		}
	}
}
