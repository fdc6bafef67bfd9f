package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/layout"
)

// What a terminal reports of the mouse (SGR encoding): left button, motion with it held, wheel.
const (
	buttonLeft  = 0
	motionLeft  = 32
	buttonWheel = 64 // up; one more is down
)

// mouse sends one report; the cell is counted from 0.
func (x *terminal) mouse(button, cx, cy int, release bool) {
	x.t.Helper()
	end := "M"
	if release {
		end = "m"
	}
	x.press(fmt.Sprintf("\x1b[<%d;%d;%d%s", button, cx+1, cy+1, end))
}

func (x *terminal) click(cx, cy int) {
	x.mouse(buttonLeft, cx, cy, false)
	x.mouse(buttonLeft, cx, cy, true)
}

// at finds a text on the screen.
func (x *terminal) at(text string) (cx, cy int) {
	x.t.Helper()
	for y, line := range strings.Split(x.screen(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return len([]rune(before)), y
		}
	}
	x.t.Fatalf("the screen has no %q:\n%s", text, x.screen())
	return 0, 0
}

func TestMouseChoosesAndFocuses(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.click(x.at("Machine State 0002"))
		x.want("Results · Machine State 0002")
		x.pass(time.Second)
		x.click(x.at("All sessions"))
		x.want("Results · all sessions")
		x.click(x.at("Logs · all"))
		x.press("z")
		x.want("Logs · all sessions")
		x.wantNot("Results · all sessions")
		x.click(x.at("Health"))
		x.want("Health · ")
		x.click(x.at("? help"))
		x.want("type to filter")
		x.click(x.at("esc close"))
		x.wantNot("type to filter")
	})
}

func TestMouseChoosesInDialogs(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press(":")
		x.mouse(buttonWheel+1, 60, 18, false)
		x.click(x.at("create a session"))
		x.want("Create a session", "lns-activity")
		x.click(x.at("Mailbox Lens"))
		x.want("lns-mailbox")
		x.wantNot("Created")
		x.pass(time.Second)
		cx, cy := x.at("Mailbox Lens")
		x.mouse(buttonLeft, cx, cy, false)
		x.mouse(buttonLeft, cx, cy, false)
		x.want("Created Mailbox Lens")
	})
}

func TestWheelScrollsWhatIsUnderThePointer(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for i := range 60 {
			f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("scene %02d", i), nil)
		}
		x.pass(time.Second)
		cx, cy := x.at("scene 58")
		for range 3 {
			x.mouse(buttonWheel, cx, cy, false)
		}
		x.wantNotIn(layout.Results, "scene 59", "scene 51")
		x.want("scene 50", "scrolled")
		f.say("lsn-one-0001", client.KindResult, "scene 60", nil)
		x.pass(time.Second)
		x.want("1 new")
		for range 4 {
			x.mouse(buttonWheel+1, cx, cy, false)
		}
		x.want("scene 60", "follow")
	})
}

func TestEventsCanBeClicked(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for i := range 5 {
			f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("scene %d", i), nil)
		}
		x.pass(time.Second)
		cx, cy := x.at("scene 2")
		x.click(cx, cy)
		x.want("scrolled")
		x.pass(time.Second)
		x.mouse(buttonLeft, cx, cy, false)
		x.mouse(buttonLeft, cx, cy, false)
		x.want("Event", "scene 2")
	})
}

func TestBordersAreDraggedAndRemembered(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		cx, cy := x.at("╭ Results")
		x.mouse(buttonLeft, cx, cy+5, false)
		x.mouse(motionLeft, cx+20, cy+5, false)
		x.mouse(motionLeft, cx+21, cy+6, false)
		x.mouse(buttonLeft, cx+21, cy+6, true)
		if now, _ := x.at("╭ Results"); now != cx+21 {
			t.Fatalf("the border is at %d, want %d", now, cx+21)
		}
		x.mouse(motionLeft, cx, cy+5, false)
		if now, _ := x.at("╭ Results"); now != cx+21 {
			t.Fatal("a border moves after the button was released")
		}
		if x.model.ViewState().Splits == (layout.Splits{}) {
			t.Fatal("the border is not part of what is remembered")
		}
		x.press("=")
		if now, _ := x.at("╭ Results"); now != cx {
			t.Fatalf("= does not restore the border: %d, want %d", now, cx)
		}
	})
}

func TestMouseCanBeSwitchedOff(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("M")
		x.want("the terminal selects text")
		x.click(x.at("Machine State 0002"))
		x.want("Results · all sessions")
		if v := x.model.View(); v.MouseMode != 0 {
			t.Fatal("the mouse is still asked for")
		}
		x.press("M")
		x.want("Hold shift to select text")
		x.click(x.at("Machine State 0002"))
		x.want("Results · Machine State 0002")
	})
}

func TestPanesAreResizedByKeys(t *testing.T) {
	for _, d := range []display{{w: 90, h: 30}, {w: 120, h: 36}, {w: 200, h: 60}} {
		bubble(t, d, func(t *testing.T, x *terminal, f *fake) {
			for range layout.PaneCount {
				x.press("tab")
				p := x.model.focus
				for _, k := range []struct {
					grow, shrink string
					size         func(layout.Rect) int
				}{{"+", "-", func(r layout.Rect) int { return r.H }}, {")", "(", func(r layout.Rect) int { return r.W }}} {
					before := k.size(x.model.layout.Panes[p])
					x.press(k.grow)
					larger := k.size(x.model.layout.Panes[p])
					if larger == before {
						x.want("Can't resize this pane")
						continue
					}
					x.press(k.shrink)
					if after := k.size(x.model.layout.Panes[p]); larger < before || after != before {
						t.Errorf("%dx%d, %v: %s and %s make %d cells %d, then %d", d.w, d.h, p, k.grow, k.shrink, before, larger, after)
					}
				}
			}
		})
	}
}

// The picker shows what the cursor is on at once; leaving brings back what was.
func TestThemePickerPreviews(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("T")
		x.want("follows the terminal", "catppuccin", "╭ Sessions")
		for x.model.palette != theme.HighContrast {
			x.press("down")
		}
		x.want("┏ Sessions")
		x.press("esc")
		x.want("╭ Sessions")
		x.press("T", "mono")
		if x.model.ViewState().Palette != theme.Mono {
			t.Fatal("what is typed is not shown")
		}
		x.press("enter")
		x.want("Theme: mono.")
		if x.model.ViewState().Palette != theme.Mono {
			t.Fatal("the theme is not part of what is remembered")
		}
	})
}
