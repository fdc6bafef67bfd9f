package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
)

// mouseCase is what the mouse does in a mode: a click on a text, twice or once, or else the wheel down over the middle of
// the screen; then what the screen has, or that a figure of the model grew.
type mouseCase struct {
	before []string
	click  string
	twice  bool
	want   string
	gone   string
	figure func(*Model) int
}

var mouseCases = map[action.Mode][]mouseCase{
	action.Main:        {{click: "▎Activity Monitor 0001", want: "Results · Activity Monitor 0001"}, {before: []string{"tab", "g"}, figure: selection}},
	action.PickLens:    {{click: "Mailbox Lens", want: "lns-mailbox"}, {figure: chosen}},
	action.FindSession: {{click: "▎Machine State 0002  ", want: "Results · Machine State 0002"}, {figure: chosen}},
	action.Confirm:     {{click: "n no", gone: "Destroy this session?"}},
	action.ConfirmID:   {{click: "esc cancel", gone: "Type 0001"}},
	action.Quota:       {{click: "▎Machine State 0002  ", twice: true, want: "Destroy this session?"}, {figure: chosen}},
	action.PaletteMode: {{click: "list alerts", want: "Alerts · 1 firing"}, {figure: chosen}},
	action.ThemeMode:   {{click: "catppuccin", want: "apply"}, {figure: chosen}},
	action.AttachMode:  {{click: "esc cancel", gone: "lsn-…"}},
	action.Parameters:  {{click: "esc cancel", gone: "Create: Lens with a form"}, {click: "Two ", want: "enter create"}},
	action.Leave:       {{click: "esc cancel", gone: "destroy and quit"}},

	action.DiagnosisMode:  {{figure: scrolled}, {click: "esc close", gone: "Ruled out"}},
	action.InspectMode:    {{click: " JSON ", want: "numbers"}, {click: " Raw ", want: "000010  "}, {before: []string{"tab"}, click: "[ 40 numbers ]", twice: true, gone: "[ 40 numbers ]"}},
	action.HelpMode:       {{figure: scrolled}, {click: "esc close", gone: "type to filter"}},
	action.TogglesMode:    {{click: "[✓] results", want: "[ ] results"}, {click: "[✓] warn", want: "[ ] warn"}, {figure: chosen}},
	action.RequestsMode:   {{figure: scrolled}},
	action.AlertsMode:     {{figure: chosen}, {click: "scene  Activity Monitor", twice: true, gone: "Alerts · "}},
	action.MessagesMode:   {{figure: scrolled}},
	action.RecordMode:     {{figure: scrolled}},
	action.StatisticsMode: {{before: []string{"["}, figure: scrolled}, {click: "▎Machine State 0002", twice: true, want: "Statistics · Machine State 0002"}},
	action.TimelineMode:   {{figure: laneOf}, {click: "▎Machine State 0002", twice: true, gone: "Timeline · "}},
	action.SavedMode:      {{click: "one  ", want: "[normal] follow"}, {figure: chosen}},
	action.PresentMode: {
		{before: []string{"w"}, click: "▎Machine State 0002", gone: "▎Activity Monitor 0001"},
		{want: "▎Machine State 0002"},
	},
}

// last finds the lowest place of a text on the screen but for the footer, where it has another.
func (x *terminal) last(text string) (cx, cy int) {
	cx, cy = x.at(text)
	lines := strings.Split(x.screen(), "\n")
	for y, line := range lines[:len(lines)-1] {
		if i := strings.LastIndex(line, text); i >= 0 {
			cx, cy = len([]rune(line[:i])), y
		}
	}
	return cx, cy
}

// In every mode the mouse does what it looks as if it did. What is typed at the foot of the screen is the exception: it
// has the keyboard.
func TestEveryViewTakesTheMouse(t *testing.T) {
	for _, mode := range action.Modes() {
		cases := mouseCases[mode]
		if len(cases) == 0 && mode != action.Prompt {
			t.Errorf("%v has no row here", mode)
		}
		for _, c := range cases {
			t.Run(mode.String()+"/"+c.click, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { c.check(t, keyStage(t), mode) })
			})
		}
	}
}

func (c mouseCase) check(t *testing.T, x *terminal, mode action.Mode) {
	x.press(reach[mode]...)
	x.press(c.before...)
	if got := x.model.mode(); got != mode {
		t.Fatalf("the screen is in mode %v:\n%s", got, x.screen())
	}
	was := 0
	if c.figure != nil {
		was = c.figure(x.model)
	}
	if c.click != "" {
		if c.want != "" && c.want != "apply" {
			x.wantNot(c.want)
		}
		cx, cy := x.last(c.click)
		x.click(cx+1, cy)
		if c.twice {
			x.mouse(buttonLeft, cx+1, cy, false)
		}
	} else {
		x.mouse(buttonWheel+1, 60, 11, false)
	}
	switch {
	case c.figure != nil:
		if is := c.figure(x.model); is <= was {
			t.Errorf("%d became %d:\n%s", was, is, x.screen())
		}
	case c.want != "":
		x.want(c.want)
	default:
		x.wantNot(c.gone)
	}
}

// A click on a session of the wall shows it alone, and the next one the wall.
func TestWallIsClickedAtEverySize(t *testing.T) {
	atSizes(t, func(t *testing.T, x *terminal) {
		x.press("P", "w")
		x.click(x.at("0002"))
		x.want("0002")
		x.wantNot("0001")
		x.click(x.model.layout.Width/2, x.model.layout.Height/2)
		x.want("0002", "0001")
	})
}

func TestAlarmIsClicked(t *testing.T) {
	atSizes(t, func(t *testing.T, x *terminal) {
		x.pass(time.Second)
		x.click(x.at("i diagnose"))
		x.want("Diagnosis · ")
	})
}

// Wherever it is clicked, however often, the screen stays whole.
func TestClicksAnywhereLeaveTheScreenWhole(t *testing.T) {
	for _, mode := range action.Modes() {
		if mode == action.Leave {
			continue // a click on its key ends the program
		}
		t.Run(mode.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x := keyStage(t)
				x.press(reach[mode]...)
				for y := 1; y < 21; y += 4 { // not the footer: it has a key that ends the program
					for cx := 1; cx < 120; cx += 31 {
						x.mouse(buttonLeft, cx, y, false)
						x.mouse(buttonWheel, cx, y, false)
					}
				}
				for _, line := range x.drawn() {
					if draw.Width(line) != 120 {
						t.Fatalf("a line is %d cells wide:\n%s", draw.Width(line), strings.Join(x.drawn(), "\n"))
					}
				}
			})
		})
	}
}

// In a form of choices the mouse goes to a field, and takes the option or the file that it points to.
func TestFormsTakeTheMouse(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, _ *controlled) {
		x.press("c", "mute", "enter")
		x.click(x.at("camera"))
		x.want("[camera]", "URL *")
		x.click(x.at("stored file"))
		x.want("[stored file]")
		x.click(x.at("File *"))
		x.want("▸ new.csv")
		x.click(x.at("old.csv"))
		x.want("▸ old.csv")
		x.wantNot("▸ new.csv")
		x.click(x.at("none"))
		x.want("[none]")
		x.wantNot("File *")
	})
}
