package ui

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/layout"
	"lenswatch/watch"
)

func TestWrapOrSlide(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "BEGIN "+strings.Repeat("word ", 30)+"MIDDLE\n"+strings.Repeat("more ", 30)+"END", nil)
		f.say("lsn-one-0001", client.KindLog, "REMARK "+strings.Repeat("word ", 30)+"LOGEND", nil)
		x.pass(time.Second)
		x.want("BEGIN", "END", "LOGEND")
		x.press("tab", ">")
		x.want("Lines are wrapped")
		x.press("w")
		x.want("BEGIN word", "›", "LOGEND") // the logs are still wrapped
		x.wantNot("MIDDLE")
		x.press(">")
		x.want("‹", "›")
		for range 20 {
			x.press(">")
		}
		x.want("‹", "END", "Nothing more")
		x.wantNotIn(layout.Results, "BEGIN word")
		x.press("w")
		x.want("BEGIN", "MIDDLE")
		x.press("w") // the place stays
		x.wantNot("MIDDLE")
		for range 21 {
			x.press("<")
		}
		x.want("BEGIN")
		x.press("tab", "w", ">", ">", ">", ">", ">", ">")
		x.want("LOGEND")
		x.wantNot("REMARK")
	})
}

func TestSearchCountsAndGoesRound(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("tab", "/", "ladder", "enter")
		x.want("/ladder 6 of 6")
		x.press("n")
		x.want("/ladder 1 of 6", "Scene 0 with a Ladder", "Search wrapped to the top")
		x.press("n")
		x.want("/ladder 2 of 6")
		x.press("N", "N")
		x.want("/ladder 6 of 6", "Search wrapped to the bottom")
		f.say("lsn-one-0001", client.KindResult, "Another Ladder", nil)
		x.pass(time.Second)
		x.want("/ladder 6 of 7")
		x.press("G")
		x.want("/ladder 7 found")
		x.press("/", "nowhere", "enter")
		x.want("/nowhere 0 found", "No match for nowhere")
		x.press("n")
		x.want("No match for nowhere")
	})
}

// A search in much history answers keys in between, and ends with the right count.
func TestSearchInMuchHistory(t *testing.T) {
	m := loose(t)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	b := watch.Batch{Delivered: noon}
	for i := range 60_000 {
		b.Events = append(b.Events, client.Event{Session: "lsn-aaaa", Kind: client.KindResult, Received: noon, Text: fmt.Sprint("needle-free text ", i)})
	}
	b.Events[7].Text = "here it is: HAY"
	m.Update(batchMsg(b))
	m.act(action.GoResults)
	m.act(action.Search)
	m.Update(tea.PasteMsg{Content: "HAY"})
	m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	steps := 0
	for ; m.results.Busy(); steps++ {
		m.Update(fillMsg{})
	}
	wantIn(t, draw.Plain(m.View().Content), "/HAY 1 of 1", "here it is: HAY")
}

func TestFilterSaysWhereItFailed(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for range 12 {
			f.say("lsn-one-0001", client.KindResult, "no number", nil) // its payload is {}
		}
		x.pass(time.Second)
		x.press("f", ".a|ltrimstr(1)|error", "enter")
		x.want("| 12 failed]")
	})
}

func TestKindsAndLevelsAreToggledByPane(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindLog, "a remark", nil)
		f.say("lsn-one-0001", client.KindError, "it failed", nil)
		f.say("lsn-one-0001", client.KindResult, "an answer", nil)
		x.pass(time.Second)
		x.press("tab", "tab", "v")
		x.want("Show in Logs", "[✓] log messages", "[✓] errors", "Levels", "[ ] debug")
		x.press("space")
		x.want("[ ] log messages")
		x.press("esc")
		x.want("[!kind:log]", "it failed", "an answer", "connected")
		x.wantNot("a remark")
		x.press("v", "down", "down", "down", "down", "down", "down", "down", "down", "down", "space", "esc") // info
		x.want("[!kind:log] [!level:debug,info]")
		x.wantNot("connected")
		x.press("F")
		x.want("a remark", "connected")
		x.wantNot("[!kind")
		x.press("v", "j", "space", "a", "esc")
		x.wantNot("[!kind")
		x.want("a remark")
	})
}

func TestLogsReadAsSentences(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.reportedRaw["lsn-one-0001"] <- client.Event{
			Session: "lsn-one-0001", Kind: client.KindProgress, Wire: "frame.processed", Received: time.Now(), Text: `{"frame_id":12,"fps":3}`,
		}
		f.say("lsn-one-0001", client.KindLog, "a remark", nil)
		f.say("lsn-one-0001", client.KindError, "it failed", nil)
		x.pass(time.Second)
		x.want("processed frame 12, 3 fps", "info  a remark", "ERROR it failed", "info  → connected")
		x.wantNot(`"frame_id"`)
	})
}

func TestInspectingLetsTheListFollowAgain(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("tab", "enter", "k", "k", "esc")
		f.say("lsn-one-0001", client.KindResult, "the newest of all", nil)
		x.pass(time.Second)
		x.want("the newest of all")
		x.wantNot("▼", "scrolled back")
		x.press("k", "k", "enter", "esc") // it did not follow before
		f.say("lsn-one-0001", client.KindResult, "not seen yet", nil)
		x.pass(time.Second)
		x.want("▼ 1 new")
	})
}

func TestExportWritesWhatTheFilterShows(t *testing.T) {
	t.Chdir(t.TempDir())
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("f", "ladder", "enter", "e")
		x.want("Export to: lenswatch-results-2000")
		x.press("enter")
		files, _ := filepath.Glob("lenswatch-results-*.ndjson")
		if len(files) != 1 {
			t.Fatalf("files %v:\n%s", files, x.screen())
		}
		x.want("Exported 6 events to ")
		info, err := os.Stat(files[0])
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v, %v", info.Mode(), err)
		}
		data, _ := os.ReadFile(files[0])
		lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
		if len(lines) != 6 || !bytes.Contains(lines[5], []byte("Scene 50 with a Ladder")) || !jsontext.Value(lines[5]).IsValid() {
			t.Fatalf("%d lines, the last is %s", len(lines), lines[len(lines)-1])
		}
		x.press("e", "\x15"+files[0], "enter") // ctrl+u empties the line
		x.want("already exists. Press")
		if again, _ := os.ReadFile(files[0]); !bytes.Equal(again, data) {
			t.Fatal("it was overwritten")
		}
		x.press("e", "\x15nowhere/at/all.ndjson", "enter")
		x.want("Export failed", "folder that you can write to")
		x.press("f", "no such text", "enter", "e")
		x.want("Nothing to export")
	})
}

// What is exported is read and written slice by slice: the screen hears of each.
func TestExportInSlices(t *testing.T) {
	m := loose(t)
	b := watch.Batch{Delivered: noon}
	const n = 2500
	for i := range n {
		b.Events = append(b.Events, client.Event{Session: "lsn-aaaa", Kind: client.KindResult, Received: noon, Text: fmt.Sprint("text ", i)})
	}
	m.Update(batchMsg(b))
	for m.results.Busy() {
		m.Update(fillMsg{})
	}
	path := filepath.Join(t.TempDir(), "out.ndjson")
	m.act(action.Export)
	m.dialog.Type(host{m}, tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}) // empties the line
	m.dialog.Type(host{m}, tea.PasteMsg{Content: path})
	cmd := m.dialog.Act(host{m}, action.Choose)
	msgs := 0
	for ; cmd != nil; msgs++ {
		msg := cmd()
		m.store.History().Append(client.Event{Session: "lsn-aaaa", Kind: client.KindResult, Text: "more arrives meanwhile"})
		_, cmd = m.Update(msg)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	for i, line := range lines {
		if !jsontext.Value(line).IsValid() {
			t.Fatalf("line %d: %s", i, line)
		}
	}
	if len(lines) < n || len(lines) > n+200 || msgs < 4 || bytes.Contains(data, []byte("meanwhile")) {
		t.Fatalf("%d lines by %d messages", len(lines), msgs)
	}
	if m.toast.Tone != dialog.Success {
		t.Fatalf("toast %q", m.toast.Text)
	}
}

func TestLabelStrip(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for i, label := range []string{"normal", "normal", "normal", "worn", "worn", "noisy"} {
			f.say("lsn-two-0002", client.KindResult, label, answer(label, .9))
			x.pass(time.Duration(1+i%2) * time.Second)
		}
		x.wantNot("n normal  w worn")
		x.press("]", "]")
		x.want("n normal w worn o noisy", "nnnn", "www", "oo")
		x.press("[")
		x.wantNot("n normal w worn")
		x.press("]")
		x.pass(30 * time.Second) // nothing is said: the label is not known any more
		x.want("ooooo─────")
	})
}

func TestEmbeddingsShowNormAndDrift(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		say := func(vector string, norm float64) {
			f.mu.Lock()
			c := f.reportedRaw["lsn-one-0001"]
			f.mu.Unlock()
			ev := embedding(vector, norm, 2)
			ev.Session, ev.Received = "lsn-one-0001", time.Now()
			c <- ev
			x.pass(time.Second)
		}
		say("[3,4]", 5)
		say("[4,3]", 5)
		say("[8,6]", 10)
		say("[0,6]", 6)
		x.want("embedding 2 ‖v‖ 5.000", "+0.0 %  drift 0.040", "‖v‖ 10.00 +100.0 %  drift 0.000", "-40.0 %  drift 0.400")
		say(`["x"]`, 6)
		x.want("+0.0 %")
	})
}

func TestWideCharactersAlign(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.lenses[0].Name = client.Line1("工場 👷🏽‍♀️ Wächter")
		for _, text := range []string{"世界世界世界", "👩‍👩‍👧‍👦 family 🇩🇪 flag", "e\u0301e\u0301 combining n\u0303", "ｆｕｌｌ width", strings.Repeat("漢字", 60), "plain"} {
			text = client.Clean(text) // as the clients do
			f.say("lsn-one-0001", client.KindResult, text, answer("状態"+text, .6))
			f.say("lsn-one-0001", client.KindLog, text, nil)
			f.say("lsn-one-0001", client.KindResult, text, nil)
		}
		x.pass(6 * time.Second)
		for _, keys := range [][]string{nil, {"]"}, {"w", "tab", "tab", "w"}, {">"}, {"shift+tab", ">"}, {"0"}} {
			x.press(keys...)
			x.wantAligned()
		}
	})
}

// wantAligned fails unless every border stands in its column, by the cells of the terminal.
func (x *terminal) wantAligned() {
	x.t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	for p := range layout.PaneCount {
		r := x.model.layout.Panes[p]
		for y := r.Y + 1; !r.Empty() && y < r.Y+r.H-1; y++ {
			for _, col := range []int{r.X, r.X + r.W - 1} {
				if c := x.emu.CellAt(col, y); c == nil || c.Content != "│" {
					x.t.Fatalf("%s: no border at %d, %d:\n%s", p, col, y, x.emu.String())
				}
			}
		}
	}
}
