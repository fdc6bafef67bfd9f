package ui

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/layout"
	"lenswatch/watch"
)

// Drawing changes nothing: a screen on which everything is drawn after each message, panes without their caches too,
// shows what one shows that was drawn only at the end.
func TestDrawingChangesNothing(t *testing.T) {
	keys := everyKey()
	for range 6 { // what moves in lists and dialogs, more often than the rest
		for _, k := range []string{"up", "down", "k", "pgup", "g", "tab", "enter", "esc", "esc"} {
			keys = append(keys, pressOf(k))
		}
	}
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 3))
		often, once := loose(t), loose(t)
		once.now(often.c.Now)
		once.services.Began = often.services.Began
		now := time.Unix(1_700_000_000, 0)
		said := ""
		for range 60 {
			var msg tea.Msg
			switch rng.IntN(5) {
			case 0:
				msg = tea.WindowSizeMsg{Width: 36 + rng.IntN(180), Height: 8 + rng.IntN(60)}
			case 1:
				now = now.Add(time.Second)
				msg = tickMsg(now)
			case 2:
				now = now.Add(time.Millisecond)
				msg = batchMsg(watch.Batch{Delivered: now, Events: fuzzEvents(byte(rng.IntN(256)), now)})
			default:
				msg = keys[rng.IntN(len(keys))]
				said += " " + msg.(tea.KeyPressMsg).String()
			}
			often.Update(msg)
			for p := range layout.PaneCount {
				often.panes[p].View(often.c, p == often.focus)
			}
			if often.dialog != nil {
				often.dialog.View(often.c)
			}
			once.handle(msg)
			if once.dialog != nil {
				once.dialog.Sync(host{once})
			}
			once.results.News()
			once.logs.News()
		}
		for p := range layout.PaneCount {
			a, b := shownBy(often, p), shownBy(once, p)
			if a != b {
				t.Fatalf("seed %d, %v: after%s it is\n%s\nwhere it was drawn often, and\n%s", seed, p, said, a, b)
			}
		}
		if often.dialog != nil {
			a, b := often.dialog.View(often.c), once.dialog.View(once.c)
			if a.Title != b.Title || a.Below != b.Below || !slices.Equal(a.Lines, b.Lines) {
				t.Fatalf("seed %d: after%s the dialog is\n%v\nwhere it was drawn often, and\n%v", seed, said, a, b)
			}
		}
	}
}

// shownBy is all that a pane shows.
func shownBy(m *Model, p layout.Pane) string {
	return m.panes[p].Title(m.c).Text() + "\n" + strings.Join(m.panes[p].View(m.c, false), "\n")
}
