package ui

import (
	"bufio"
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
	"lenswatch/watch"
	"lenswatch/watch/history"
)

func TestWrapOrSlide(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "BEGIN "+strings.Repeat("word ", 30)+"MIDDLE\n"+strings.Repeat("more ", 30)+"END", nil)
		f.say("lsn-one-0001", client.KindLog, "REMARK "+strings.Repeat("word ", 30)+"LOGEND", nil)
		x.pass(time.Second)
		x.want("BEGIN", "END", "LOGEND")
		x.press("tab", ">")
		x.want("Long lines are wrapped")
		x.press("w")
		x.want("BEGIN word", "›", "LOGEND") // the logs are still wrapped
		x.wantNot("MIDDLE")
		x.press(">")
		x.want("‹", "›")
		for range 20 {
			x.press(">")
		}
		x.want("‹", "END", "There is no more")
		x.wantNot("BEGIN word")
		x.press("w")
		x.want("BEGIN", "MIDDLE")
		x.press("w") // the place is kept
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

func TestSlideCutsWhereItSays(t *testing.T) {
	s := loose(t).shared
	for _, c := range []struct {
		line string
		x, w int
		want string
	}{
		{"short", 0, 10, "short"},
		{"0123456789", 0, 10, "0123456789"},
		{"0123456789A", 0, 10, "012345678›"},
		{"0123456789A", 5, 10, "‹6789A    "},
		{"0123456789ABCDEFGH", 5, 10, "‹6789ABCD›"},
		{"世界世界世界", 0, 6, "世界 ›"},
		{"世界世界世界", 1, 6, "‹界世›"},
		{"世界世界世界", 2, 6, "‹ 世 ›"},
		{"gone", 9, 6, "‹     "},
		{"", 9, 6, ""},
	} {
		if got := plain(s.slide(c.line, c.x, c.w)); got != c.want {
			t.Errorf("%q from %d: %q, want %q", c.line, c.x, got, c.want)
		}
	}
}

func TestSearchCountsAndGoesRound(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		ladder(f)
		x.pass(time.Second)
		x.press("tab", "/", "ladder", "enter")
		x.want("/ladder 6 of 6")
		x.press("n")
		x.want("/ladder 1 of 6", "Scene 0 with a Ladder", "went on from the oldest")
		x.press("n")
		x.want("/ladder 2 of 6")
		x.press("N", "N")
		x.want("/ladder 6 of 6", "went on from the newest")
		f.say("lsn-one-0001", client.KindResult, "Another Ladder", nil)
		x.pass(time.Second)
		x.want("/ladder 6 of 7")
		x.press("G")
		x.want("/ladder 7 found")
		x.press("/", "nowhere", "enter")
		x.want("/nowhere 0 found", "Nothing here has nowhere")
		x.press("n")
		x.want("Nothing here has nowhere")
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
	m.do(ActSearch)
	m.Update(tea.PasteMsg{Content: "HAY"})
	m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	steps := 0
	for ; m.results.searching(); steps++ {
		m.Update(fillMsg{})
	}
	wantIn(t, plain(m.View().Content), "/HAY 1 of 1", "here it is: HAY")
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
		x.want("Logs: what is shown", "[✓] log lines", "[✓] errors", "Levels", "[✓] debug")
		x.press("space")
		x.want("[ ] log lines")
		x.press("esc")
		x.want("[!kind:log]", "it failed", "an answer", "connected")
		x.wantNot("a remark")
		x.press("v", "down", "down", "down", "down", "down", "down", "down", "down", "down", "space", "esc") // info
		x.want("[!kind:log] [!level:info]")
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

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"words":                                 "words",
		`{"frame_id":1,"fps":2.5}`:              "processed frame 1, 2.5 fps",
		`{"status_text":"all good","type":"x"}`: "processed status text all good",
		`{"a":{"b":1},"c":null}`:                "processed a {…}, c null",
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}`: "processed a 1, b 1, c 1, d 1, e 1, f 1, g 1, h 1, and 2 more",
		`{"processing_time_sec":"soon"}`:                                "processed processing time sec soon",
		`{"broken":`:                                                    `{"broken":`,
		`{}`:                                                            `{}`,
		`{"a":"\u001b[31mred"}`:                                         "processed a " + client.Line1("\x1b[31mred"),
	} {
		if got := sentence(&client.Event{Kind: client.KindProgress, Wire: "frame.processed", Text: text}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
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
		x.want("Export to lenswatch-results-2000")
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
		x.want("exists already, and lenswatch overwrites nothing")
		if again, _ := os.ReadFile(files[0]); !bytes.Equal(again, data) {
			t.Fatal("it was overwritten")
		}
		x.press("e", "\x15nowhere/at/all.ndjson", "enter")
		x.want("Nothing was exported", "folder that can be written to")
		x.press("f", "no such text", "enter", "e")
		x.want("There is nothing to export")
	})
}

// What is exported is written slice by slice: the screen hears of each.
func TestExportInSlices(t *testing.T) {
	m := loose(t)
	b := watch.Batch{Delivered: noon}
	const n = 2*exportSlice + 10
	for i := range n {
		b.Events = append(b.Events, client.Event{Session: "lsn-aaaa", Kind: client.KindResult, Received: noon, Text: fmt.Sprint("text ", i)})
	}
	m.Update(batchMsg(b))
	for m.results.filling() {
		m.Update(fillMsg{})
	}
	path := filepath.Join(t.TempDir(), "out.ndjson")
	m.do(ActExport)
	cmd, err := m.dialog.(*prompt).done(m, path)
	if err != nil {
		t.Fatal(err)
	}
	msgs := 0
	for ; cmd != nil; msgs++ {
		msg := cmd()
		m.shared.store.History().Append(client.Event{Session: "lsn-aaaa", Text: "more comes meanwhile"})
		_, cmd = m.Update(msg)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := 0
	for s := bufio.NewScanner(f); s.Scan(); lines++ {
		if !jsontext.Value(s.Bytes()).IsValid() {
			t.Fatalf("line %d: %s", lines, s.Text())
		}
	}
	if want := m.results.view.Len(); lines < n || lines > want || msgs != 3 {
		t.Fatalf("%d lines by %d messages, want %d by 3", lines, msgs, want)
	}
	if !m.toast.good {
		t.Fatalf("toast %q", m.toast.text)
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

// What one drawing has no time to measure is measured after it.
func TestDriftsAreLeftForLater(t *testing.T) {
	var d drifts
	entry := func(seq history.Seq, vector string, norm float64) *history.Entry {
		return &history.Entry{Event: embedding(vector, norm, 2), Seq: seq}
	}
	a, b := entry(1, "[3,4]", 5), entry(2, "[4,3]", 5)
	d.begin()
	d.spent = driftDrawing
	if _, ok := d.of(a, b); ok || !d.measure(time.Second) || d.measure(time.Second) {
		t.Fatal("it was not left, or not measured once")
	}
	if x, ok := d.of(a, b); !ok || x < .0399 || x > .0401 {
		t.Fatalf("%v, %v", x, ok)
	}
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
	for p := range paneCount {
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
