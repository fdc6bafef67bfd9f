package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"

	"lenswatch/client"
)

// moving plays a session with results on a screen where things move, or on one where they do not.
func moving(t *testing.T, o Options, do func(x *terminal, f *fake)) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		x := start(t, display{w: 120, h: 36, color: colorprofile.TrueColor}, o, f)
		x.pass(2*time.Second + offTicks)
		for range 20 {
			f.say("lsn-one-0001", client.KindResult, "old scene", nil)
			x.pass(time.Second)
		}
		do(x, f)
	})
}

// lit is how many cells of a row before one have a background of their own: of the row in which a text is shown last.
func (x *terminal) lit(text string, to int) (n int) {
	x.t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	row := -1
	for y, line := range strings.Split(x.emu.String(), "\n") {
		if strings.Contains(line, text) {
			row = y
		}
	}
	if row < 0 {
		x.t.Fatalf("the screen has no %q", text)
	}
	for cx := range to {
		if c := x.emu.CellAt(cx, row); c != nil && c.Style.Bg != nil {
			n++
		}
	}
	return n
}

// moved is how many frames of what moves there were.
func (x *terminal) moved() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.moves
}

func TestArrivalStandsOutForAMoment(t *testing.T) {
	moving(t, Options{Motion: true}, func(x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "new scene", nil)
		x.pass(300 * time.Millisecond)
		if x.lit("new scene", 120) < 40 {
			x.t.Fatalf("a result that has just arrived looks like the others:\n%s", x.screen())
		}
		x.pass(500 * time.Millisecond)
		if x.lit("new scene", 120) != 0 {
			x.t.Fatalf("a result still stands out after 0.8 s:\n%s", x.screen())
		}
	})
}

// Where all is new, nothing stands out, and no frame is drawn for it.
func TestFloodDoesNotFlash(t *testing.T) {
	moving(t, Options{Motion: true}, func(x *terminal, f *fake) {
		was := x.moved()
		for range 60 {
			for range 10 {
				f.say("lsn-one-0001", client.KindLog, "flood", nil)
			}
			x.pass(50 * time.Millisecond)
		}
		if x.lit("flood", 120) != 0 {
			x.t.Fatal("a flood stands out")
		}
		if n := x.moved() - was; n > 3 {
			x.t.Fatalf("%d frames were drawn besides", n)
		}
	})
}

func TestNothingMovesWhereMotionIsOffOrRemote(t *testing.T) {
	for _, o := range []Options{{}, {Motion: true, Remote: true}} {
		moving(t, o, func(x *terminal, f *fake) {
			f.say("lsn-one-0001", client.KindResult, "new scene", nil)
			x.pass(300 * time.Millisecond)
			if x.lit("new scene", 120) != 0 || x.moved() != 0 {
				x.t.Fatalf("%+v: something moves, in %d frames", o, x.moved())
			}
		})
	}
}

// Idle stays idle: no frame is drawn while nothing moves, heartbeats and clock or not.
func TestNoFrameIsDrawnWhileNothingMoves(t *testing.T) {
	moving(t, Options{Motion: true}, func(x *terminal, f *fake) {
		x.pass(2 * time.Second)
		was := x.moved()
		x.pass(time.Minute)
		if n := x.moved() - was; n != 0 {
			x.t.Fatalf("%d frames were drawn in an idle minute", n)
		}
	})
}

func TestSpinnerTurnsWhileSomethingIsPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newControlled()
		c.slow = 4500 * time.Millisecond
		c.add("lsn-one-0001", "lns-activity")
		x := start(t, medium, Options{Motion: true}, c)
		x.press("]", "b", "y")
		seen := map[string]bool{}
		for range 8 {
			x.pass(100 * time.Millisecond)
			for _, frame := range "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" {
				if x.has(string(frame) + " ") {
					seen[string(frame)] = true
				}
			}
		}
		if len(seen) < 4 {
			t.Fatalf("the spinner had the frames %v:\n%s", seen, x.screen())
		}
		x.pass(time.Minute)
		was := x.moved()
		x.pass(10 * time.Second)
		if n := x.moved() - was; n != 0 {
			t.Fatalf("%d frames were drawn after all was done:\n%s", n, x.screen())
		}
	})
}

func TestRecoverySweepsOverTheRow(t *testing.T) {
	moving(t, Options{Motion: true}, func(x *terminal, f *fake) {
		x.press("2") // the row of all sessions is lit where the sessions have the focus
		x.pass(30 * time.Second)
		x.want("✗ Activity Monitor 0001")
		f.say("lsn-one-0001", client.KindResult, "it goes on", nil)
		most := 0
		for range 20 {
			x.pass(100 * time.Millisecond)
			if strings.Contains(x.screen(), "✗ Activity") {
				continue
			}
			most = max(most, x.lit("▎Activity Monitor 0001", 46))
		}
		if most < 5 || most > 30 {
			x.t.Fatalf("%d cells of the row of a session that recovered were lit:\n%s", most, x.screen())
		}
		if x.lit("▎Activity Monitor 0001", 46) != 0 {
			x.t.Fatal("the sweep does not end")
		}
	})
}
