package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/draw"
)

// drawn is what the screen is drawn as, line by line, without its styles.
func (x *terminal) drawn() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return strings.Split(draw.Plain(x.model.c.Screen(x.model.screen())), "\n")
}

// drawnIn is the same in a theme.
func (x *terminal) drawnIn(name string) []string {
	x.mu.Lock()
	x.model.palette, _ = theme.ParsePalette(name)
	setTheme(x.model)
	x.mu.Unlock()
	return x.drawn()
}

// wideStage has names and texts of wide, combining and joined characters, and of right-to-left scripts.
func wideStage(t *testing.T, d display, o Options) *terminal {
	f := newFake()
	for i, name := range []string{"日本語カメラの監視", "Übergröße naïve", "👷🏽 Baustelle", "e\u0301cran", "מצלמה", "plain"} {
		lens := fmt.Sprintf("lns-wide-%d", i)
		f.lenses = append(f.lenses, client.Lens{Service: "fake", ID: lens, Name: name, Channel: client.ChannelSSE})
		f.add(fmt.Sprintf("lsn-wide-%04d", i), lens)
	}
	x := start(t, d, o, f)
	x.pass(offTicks)
	for range 12 {
		for i, text := range []string{"作業員がはしごを運んでいます。", "Ein Kran hebt Träger – länger als die Zeile, die im Bild zu sehen ist.", "👍🏽 fertig", "e\u0301tat normal", "עובד נושא סולם", "plain"} {
			f.say(fmt.Sprintf("lsn-wide-%04d", i), client.KindResult, text, nil)
			x.pass(time.Millisecond)
		}
		x.pass(time.Second - 6*time.Millisecond)
	}
	return x
}

var columnViews = [][]string{nil, {"3"}, {"4", "z"}, {"z", "0", "]", "i"}, {"esc", "5"}, {"esc", "6"}, {"esc", "s"}, {"esc", "P"}, {"w"}, {"esc", "2", "k", "enter"}, {"esc", "?"}, {"esc", ":"}, {"esc", "T"}}

// Every line is as wide as the screen in every theme, and says the same in each: colours move nothing.
func TestThemesDrawTheSameCells(t *testing.T) {
	alike := strings.NewReplacer("━", "─", "┃", "│", "┏", "╭", "┓", "╮", "┗", "╰", "┛", "╯")
	for _, d := range goldenSizes {
		t.Run(d.name(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := wideStage(t, d, Options{Title: "wide"})
				for _, keys := range columnViews {
					x.press(keys...)
					want := ""
					for _, name := range theme.Names() {
						got := x.drawnIn(name)
						for y, line := range got {
							if w := draw.Width(line); w != d.w {
								t.Errorf("%s after %v: line %d is %d cells wide, not %d:\n%s", name, keys, y+1, w, d.w, line)
							}
						}
						text := alike.Replace(strings.Join(got, "\n"))
						if want == "" {
							want = text
						} else if text != want {
							t.Errorf("%s after %v is\n%s\nand not\n%s", name, keys, text, want)
						}
					}
				}
			})
		})
	}
}

// columnsOf is the cell in which each of the lines with a text has it.
func columnsOf(lines []string, text string) (cells []int) {
	for _, line := range lines {
		if before, _, ok := strings.Cut(line, text); ok {
			cells = append(cells, draw.Width(before))
		}
	}
	return cells
}

// What is below each other begins in the same cell, whatever the names are written in.
func TestColumnsAlignWithWideNames(t *testing.T) {
	for _, d := range goldenSizes {
		t.Run(d.name(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := wideStage(t, d, Options{Title: "wide"})
				screen := x.drawn()
				from := slices.IndexFunc(screen, func(l string) bool { return strings.Contains(l, "All sessions") })
				table := screen[from : from+min(7, d.h/4)]
				for text, rows := range map[string][]string{"●▎": table[1:], "live ": table[1:], ".0/s ": table} {
					if cells := columnsOf(rows, text); len(cells) < 3 || len(slices.Compact(slices.Clone(cells))) != 1 {
						t.Errorf("%q is in cells %v:\n%s", text, cells, strings.Join(screen, "\n"))
					}
				}
				x.press("2", "z")
				list := x.drawn()
				for _, text := range []string{"作業員", "Ein Kran", "👍🏽 fertig", "e\u0301tat normal", "plain  "} {
					at := columnsOf(list, text)
					if want := columnsOf(list, "עובד"); len(at) == 0 || len(want) == 0 || at[0] != want[0] {
						t.Errorf("%q is in cells %v, not %v:\n%s", text, at, want, strings.Join(list, "\n"))
					}
				}
			})
		})
	}
}

// Of sixty sessions, the one that is quiet is seen on the first screen, whichever it is.
func TestTheQuietOneOfSixtyIsSeenFirst(t *testing.T) {
	for _, d := range goldenSizes {
		t.Run(d.name(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				id := func(i int) string { return fmt.Sprintf("lsn-many-%04d", i) }
				for i := range 60 {
					f.add(id(i), "lns-activity")
				}
				x := start(t, d, Options{Title: "many"}, f)
				x.pass(offTicks)
				const quiet = 47
				for second := range 60 {
					for i := range 60 {
						if i != quiet || second < 30 {
							f.say(id(i), client.KindResult, "scene", nil)
						}
					}
					x.pass(time.Second)
				}
				lines := strings.Split(x.screen(), "\n")
				first := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "▎Activity Monitor") })
				if first < 0 || !strings.Contains(lines[first], "0047") || !strings.Contains(lines[first], "quiet") {
					t.Errorf("the quiet session is not the first:\n%s", x.screen())
				}
				x.want("59 live", "1 quiet", "60 open", "✗ Activity Monitor 0047")
			})
		})
	}
}
