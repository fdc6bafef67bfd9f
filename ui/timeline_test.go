package ui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/ui/timeline"
)

// coinciding is a screen on which two sessions fell quiet at the same time, and one did not.
func coinciding(t *testing.T, d display, f *fake) *terminal {
	x := start(t, d, Options{Title: "test"}, f)
	for i := range 40 {
		for _, id := range []string{"lsn-one-0001", "lsn-two-0002", "lsn-three-003"} {
			if i < 20 || id == "lsn-three-003" {
				f.say(id, client.KindResult, fmt.Sprintf("scene %02d of %s", i, id), nil)
				x.pass(10 * time.Millisecond)
			}
		}
		if i == 10 {
			f.say("lsn-three-003", client.KindError, "query failed", nil)
		}
		x.pass(970 * time.Millisecond)
	}
	x.pass(5 * time.Second) // until there is a line for what is wrong
	return x
}

func threeSessions() *fake {
	f := newFake()
	f.add("lsn-one-0001", "lns-activity")
	f.add("lsn-two-0002", "lns-machine")
	f.add("lsn-three-003", "lns-machine")
	return f
}

// lane is the line of a session in the timeline, and where it is.
func (x *terminal) lane(suffix string) (line string, y int) {
	x.t.Helper()
	for y, line := range strings.Split(x.screen(), "\n") {
		if strings.Contains(line, "▎") && strings.Contains(line, suffix) {
			return line, y
		}
	}
	x.t.Fatalf("there is no lane of %s:\n%s", suffix, x.screen())
	return "", 0
}

// Sessions that fall quiet together stand one above the other, and are counted.
func TestStallsThatCoincideAreSeenInTheTimeline(t *testing.T) {
	for _, d := range []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		synctest.Test(t, func(t *testing.T) {
			x := coinciding(t, d, threeSessions())
			x.press("5")
			column := func(line string) int {
				return len([]rune(line[:max(strings.Index(line, "▒"), 0)]))
			}
			a, _ := x.lane("0001")
			b, _ := x.lane("0002")
			c, _ := x.lane("-003")
			if n := column(a); n == 0 || n != column(b) || strings.Contains(c, "▒") {
				t.Errorf("%dx%d: not one above the other:\n%s", d.w, d.h, x.screen())
			}
			if !regexp.MustCompile(`not live +(2 *)+│`).MatchString(x.screen()) {
				t.Errorf("%dx%d: they are not counted:\n%s", d.w, d.h, x.screen())
			}
			if !strings.Contains(c, "!") {
				t.Errorf("%dx%d: the error is missing: %s", d.w, d.h, c)
			}
			x.want("2 not live", "quiet: no")
		})
	}
}

// enter leads from a moment to what the lists had then.
func TestTheTimelineLeadsToAMomentInTheLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := coinciding(t, medium, threeSessions())
		x.press("5", "G")
		x.press("j", "j", "{") // the error of the third
		x.want("! error", "Machine State -003 live")
		x.press("enter")
		x.want("Results · Machine State -003", "scrolled", "scene 11")
		if x.has("Timeline · ") {
			t.Fatalf("the timeline is still there:\n%s", x.screen())
		}
	})
}

// A click puts the cursor on a session and a moment; the second of two goes there.
func TestTheTimelineTakesClicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := coinciding(t, medium, threeSessions())
		x.press("5")
		at := func() (int, int) { // the axis moves
			line, y := x.lane("-003")
			return len([]rune(line[:strings.Index(line, "!")])), y
		}
		x.click(at())
		x.want("! error", "Machine State -003 live")
		x.pass(time.Second)
		column, y := at()
		x.mouse(buttonLeft, column, y, false)
		x.mouse(buttonLeft, column, y, false)
		x.want("Results · Machine State -003", "query failed", "scrolled", "scene 11")
	})
}

// Of a recording, the timeline is the scrub bar: it shows where the recording is, seeks, and remembers what was ahead.
func TestTheTimelineScrubsARecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, _ := recordDemo(t, moments)
		p := openPlayer(t, path, 1)
		x := startOn(t, medium, Options{Title: "replay"}, p, nil)
		x.press("J", "e", "n", "d", "enter")
		x.pass(2 * time.Second)
		x.press("5")
		x.want("Timeline · ", "▒")
		before := strings.Count(x.screen(), "▒")
		at := p.Position().Now
		x.press("<", "<", "<", "enter")
		x.pass(time.Second)
		if now := p.Position().Now; now > at-10*time.Second {
			t.Fatalf("the recording went from %v to %v", at, now)
		}
		x.want("▸")
		if after := strings.Count(x.screen(), "▒"); after < before {
			t.Fatalf("%d cells of a stall became %d when the recording went back:\n%s", before, after, x.screen())
		}
		x.press("space")
		x.want("paused")
	})
}

// momentOf is the moment of the cursor, in seconds.
func momentOf(m *Model) int { return int(m.dialog.(*timeline.Dialog).Moment(m.c).Unix()) }

// laneOf is the lane of the cursor.
func laneOf(m *Model) int { return m.dialog.(*timeline.Dialog).Row() }

// spanOf is how many seconds a column stands for, times many.
func spanOf(m *Model) int { return m.dialog.(*timeline.Dialog).Span(m.c) }
