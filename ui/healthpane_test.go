package ui

import (
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/ui/layout"
)

// What to do next stands in the health pane as a whole, with its key, wherever there is room.
func TestHealthShowsTheWholeNextStep(t *testing.T) {
	for _, d := range []display{{w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		bubble(t, d, func(t *testing.T, x *terminal, f *fake) {
			for range 25 {
				f.say("lsn-one-0001", client.KindResult, "scene", nil)
				x.pass(time.Second)
			}
			x.press("]")
			x.pass(30 * time.Second)
			if pane := x.pane(layout.Health); !strings.Contains(pane, "A Create another session of this lens.") {
				t.Fatalf("%dx%d: the step is cut or has no key: %q\n%s", d.w, d.h, pane, x.screen())
			}
		})
	}
}

// pane is the text inside a pane, its lines joined.
func (x *terminal) pane(p layout.Pane) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.model.layout.Panes[p]
	var words []string
	for y := r.Y + 1; y < r.Y+r.H-1; y++ {
		var line strings.Builder
		for col := r.X + 1; col < r.X+r.W-1; col++ {
			if c := x.emu.CellAt(col, y); c != nil {
				line.WriteString(c.Content)
			}
		}
		words = append(words, strings.Fields(line.String())...)
	}
	return strings.Join(words, " ")
}

// wantIn fails unless a pane has each text, wherever its lines end.
func (x *terminal) wantNotIn(p layout.Pane, texts ...string) {
	x.t.Helper()
	for _, text := range texts {
		if strings.Contains(x.pane(p), text) {
			x.t.Errorf("%v has %q:\n%s", p, text, x.screen())
		}
	}
}

func (x *terminal) wantIn(p layout.Pane, texts ...string) {
	x.t.Helper()
	in := x.pane(p)
	for _, text := range texts {
		if !strings.Contains(in, text) {
			x.t.Fatalf("%s has no %q: %s\n%s", p, text, in, x.screen())
		}
	}
}

// What follows an age is shown whole or not at all: half a value is another value. Of an ID, its end
// is what sets it apart.
func TestHealthPaneCutsNoMetric(t *testing.T) {
	bubble(t, display{w: 80, h: 24}, func(t *testing.T, x *terminal, f *fake) {
		const id = "lsn-2611269927a129abed290316d0-0078c"
		f.add(id, "lns-activity")
		x.pass(6 * time.Second)
		for range 40 {
			f.say(id, client.KindResult, "a result", nil)
			x.pass(1230 * time.Millisecond)
		}
		x.press("]", "]", "]")
		x.pass(500 * time.Millisecond)
		x.wantIn(layout.Health, "result 1 s ago heartbeat")
		if title := strings.Split(x.screen(), "\n")[16]; !strings.Contains(title, "╭ Health · Activity Monit… 078c ─╮") {
			t.Fatalf("the title is %q", title)
		}
		x.press("tab", "tab", "tab", "z")
		x.wantIn(layout.Health, "ago typically every 1.3 s", "ID "+id)
		x.resize(40, 30)
		x.wantIn(layout.Health, "ID lsn-2611269927a129ab…078c")
	})
}

// The pane that stands for all says whether its session is worse than the others.
func TestHealthOfAllSaysWhetherOneIsWorse(t *testing.T) {
	bubble(t, display{w: 200, h: 60}, func(t *testing.T, x *terminal, f *fake) {
		x.wantNot("all healthy") // nobody knows, without a result
		for range 5 {
			f.say("lsn-one-0001", client.KindResult, "scene", nil)
			f.say("lsn-two-0002", client.KindResult, "scene", nil)
			x.pass(time.Second)
		}
		x.want("all healthy")
		for range 25 {
			f.say("lsn-one-0001", client.KindResult, "scene", nil)
			x.pass(time.Second)
		}
		x.pass(30 * time.Second)
		x.want("needs attention")
	})
}

// What is awaited, and when it will be known, is said before anything is overdue; what several sessions have in common,
// once it is.
func TestHealthSaysWhatIsAwaitedAndWhatIsShared(t *testing.T) {
	bubble(t, display{w: 200, h: 60}, func(t *testing.T, x *terminal, f *fake) {
		for range 40 {
			for _, id := range []string{"lsn-one-0001", "lsn-two-0002"} {
				f.say(id, client.KindResult, "scene", nil)
			}
			x.pass(time.Second)
		}
		x.press("]")
		x.pass(14 * time.Second)
		x.wantIn(layout.Health, "Not yet known: whether such a pause is typical, known in")
		x.pass(40 * time.Second)
		x.wantIn(layout.Health, "Together: 2")
		x.press("i")
		x.want("Together", "2 sessions since 00:00:40: the service fake.")
	})
}
