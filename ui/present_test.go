package ui

import (
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/ui/draw"
)

// Presentation mode leaves the person where it was begun: from all sessions it comes back to all, also
// after walking through them; from one session to the one that was looked at last.
func TestPresentationReturnsToTheFormerView(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-two-0002", client.KindResult, "a forklift", nil)
		x.pass(time.Second)
		x.want("Results · all sessions")
		x.press("P")
		x.want("Machine State 0002", "● live")
		x.press("P")
		x.want("Results · all sessions")
		x.press("P", "[")
		x.want("Activity Monitor 0001", "● live")
		x.press("?", "esc", "esc")
		x.want("Results · all sessions")
		x.press("]", "P", "]", "P")
		x.want("Results · Machine State 0002")
	})
}

// In front of an audience a stall is calm: nothing is in the colours of an alarm, and the result is dim, as it is not of now.
// What is known of it is there when it is asked for.
func TestAStallIsPresentedCalmly(t *testing.T) {
	bubble(t, display{w: 100, h: 30}, func(t *testing.T, x *terminal, f *fake) {
		stall(x, f)
		alarming := func() bool {
			content := x.model.View().Content
			for _, st := range []string{x.model.c.Bad.Render("x"), x.model.c.Warn.Render("x")} {
				if on, _, _ := strings.Cut(st, "x"); strings.Contains(content, on) {
					return true
				}
			}
			return false
		}
		x.press("]", "P")
		x.want("quiet, last result 3")
		x.wantNot("The lens is receiving input")
		if alarming() {
			t.Errorf("alarm colours: %q", x.model.View().Content)
		}
		if on, _, _ := strings.Cut(x.model.c.Dim.Render("x"), "x"); !strings.Contains(x.model.View().Content, on+" ") {
			t.Errorf("the old result is not dim:\n%s", x.screen())
		}
		x.press("!")
		x.want("The lens is receiving input but has", "LENS ✗")
		if !alarming() {
			t.Error("no alarm is shown although it was asked for")
		}
	})
}

// Sessions that are live are gone through, by a key or by themselves; those that are over are not.
func TestPresentationCyclesThroughLiveSessions(t *testing.T) {
	bubble(t, display{w: 100, h: 30}, func(t *testing.T, x *terminal, f *fake) {
		f.add("lsn-three-0003", "lns-machine")
		x.pass(6 * time.Second)
		if _, err := f.Destroy(t.Context(), "lsn-two-0002"); err != nil {
			t.Fatal(err)
		}
		x.pass(6 * time.Second)
		x.press("]", "P")
		x.want("Activity Monitor 0001")
		x.press("]")
		x.want("Machine State 0003")
		x.press("]")
		x.want("Activity Monitor 0001")
		x.press("a")
		x.pass(11 * time.Second)
		x.want("Machine State 0003")
		x.pass(10 * time.Second)
		x.want("Activity Monitor 0001")
		x.press("a")
		x.pass(20 * time.Second)
		x.want("Activity Monitor 0001")
	})
}

// The wall has the pinned sessions, each with its result; it fits every size.
func TestWallOfPinnedSessions(t *testing.T) {
	for _, d := range []display{{w: 36, h: 8}, {w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		bubble(t, d, func(t *testing.T, x *terminal, f *fake) {
			for _, id := range []string{"lsn-three-0003", "lsn-four-0004"} {
				f.add(id, "lns-machine")
			}
			x.pass(6 * time.Second)
			for _, s := range x.model.store.Sessions() {
				f.say(s.Record.ID, client.KindResult, "all is well on this site today", nil)
			}
			x.pass(time.Second)
			x.press("P", "w")
			for _, s := range x.model.store.Sessions() {
				x.want(s.Record.ID[len(s.Record.ID)-4:])
			}
			x.press("esc", "0", "]", "p", "]", "p", "P", "w")
			pinned := x.model.sessions.Pinned()
			if len(pinned) != 2 {
				t.Fatalf("%d are pinned", len(pinned))
			}
			for _, s := range x.model.store.Sessions() {
				if id := s.Record.ID[len(s.Record.ID)-4:]; s.Choices.Pinned != strings.Contains(draw.Plain(x.model.View().Content), id) {
					t.Errorf("%dx%d: %s is pinned: %v\n%s", d.w, d.h, id, s.Choices.Pinned, x.screen())
				}
			}
		})
	}
}
