package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/inspect"
	"lenswatch/ui/layout"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

func (s *shelf) Following() bool               { return false }
func (s *shelf) SetFollow(*draw.Context, bool) {}

// shelf is a list of events with one selected.
type shelf struct {
	entries []*history.Entry
	at      int
}

func (s *shelf) Walk(_ *draw.Context, n int) *history.Entry {
	if len(s.entries) == 0 {
		return nil
	}
	s.at = min(max(s.at+n, 0), len(s.entries)-1)
	return s.entries[s.at]
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// inspecting is a Model that looks inside the first of some events of session lsn-one.
func inspecting(t testing.TB, events ...client.Event) *Model {
	t.Helper()
	m := loose(t)
	m.store.Apply(watch.Batch{Delivered: noon, Samples: []watch.Sample{{Session: client.Session{
		ID: "lsn-one", LensName: "Activity", StatusText: "x", Status: client.StatusRunning, HasCounters: true,
		Counters: client.Counters{Inputs: 1200, Outputs: 34, Events: 5},
	}}}})
	b := watch.Batch{Delivered: noon.Add(time.Minute)}
	for i, ev := range events {
		ev.Session = "lsn-one"
		if ev.Received.IsZero() {
			ev.Received = noon.Add(time.Duration(i) * 1500 * time.Millisecond)
		}
		b.Events = append(b.Events, ev)
	}
	m.store.Apply(b)
	m.now(b.Delivered)
	list := &shelf{}
	v := m.store.History().View(history.Query{Session: "lsn-one"})
	for i := range v.Len() {
		list.entries = append(list.entries, v.At(i))
	}
	m.show(inspect.New(m.c, list, m.store))
	return m
}

// look is what an inspector shows, without styles.
func look(m *Model, w, h int) string {
	lines := inside(m, w, h).Lines
	for i, l := range lines {
		lines[i] = strings.TrimRight(draw.Plain(l), " ")
	}
	return strings.Join(lines, "\n")
}

func inside(m *Model, w, h int) dialog.Content {
	m.dialog.SetSize(w, h)
	m.dialog.Sync(host{m})
	return m.dialog.View(m.c)
}

// do carries out an action of the dialog.
func do(m *Model, id action.ID) tea.Cmd { return m.dialog.Act(host{m}, id) }

const answerJSON = `{"type":"inference.result","event_data":{"response":["A \"ladder\""],` +
	`"meta":{"deep":{"x":1,"y":{}},"none":[]}},"vector":[1,2,3,4,5,6,7,8,9],"ok":true,"left":null}`

func result(text, raw string, r *client.Result) client.Event {
	return client.Event{Kind: client.KindResult, Wire: "inference.result", ID: "41", Text: text, Raw: []byte(raw), Result: r}
}

func TestInspectorShowsAnEvent(t *testing.T) {
	ev := result("walking (63 %)", answerJSON, &client.Result{
		Label: "walking", Unit: client.UnitFraction, QueryID: "q-7", SensorID: "imu", ReadIndex: 1234,
		Scores: []client.Score{{Label: "sitting", Value: .37}, {Label: "walking", Value: .63}},
	})
	ev.Received, ev.Time = noon.Add(1123*time.Millisecond), noon.Add(time.Second)
	later := client.Event{Kind: client.KindLog, Wire: "log.info", Text: "later", Received: noon.Add(3 * time.Second)}
	m := inspecting(t, client.Event{Kind: client.KindHeartbeat, Wire: "sse.stream.heartbeat"}, ev, later)
	do(m, action.NextEvent)
	screen := look(m, 76, 40)
	wantIn(t, screen,
		"result · inference.result · info", "Activity", "lsn-one", "SSE ID 41", " Text  JSON  Raw",
		"walking (63 %)", "Result", "63 %", "37 %", "query     q-7", "sensor    imu", "position  1,234",
		"received  2026-11-22 12:00:01.123", "service   12:00:01.000, 123 ms before receipt",
		"previous  1.1 s before: sse.stream.heartbeat", "next      1.9 s after: log.info",
		"Session state at the time", "status    running, last reported", "counters  in 1,200, out 34, events 5, last reported")
	if strings.Index(screen, "63 %\n") > strings.Index(screen, "37 %\n") {
		t.Fatalf("the best score is not the first:\n%s", screen)
	}
	if title := inside(m, 76, 40).Title; title != "Event · 12:00:01.123" {
		t.Fatalf("title %q", title)
	}
	do(m, action.NextEvent)
	wantIn(t, look(m, 76, 40), "log · log.info", "next      none yet")
}

// A neighbour that arrives while the event is looked at is shown.
func TestInspectorSeesTheNextEventCome(t *testing.T) {
	m := inspecting(t, result("one", "{}", nil))
	wantIn(t, look(m, 76, 40), "previous  none retained", "next      none yet")
	m.store.Apply(watch.Batch{Events: []client.Event{{Session: "lsn-two", Wire: "other.session", Received: noon}}})
	wantNotIn(t, look(m, 76, 40), "other.session")
	m.store.Apply(watch.Batch{Events: []client.Event{{Session: "lsn-one", Wire: "log.info", Received: noon.Add(time.Second)}}})
	wantIn(t, look(m, 76, 40), "next      1 s after: log.info")
}

func TestInspectorWrapsTextInFull(t *testing.T) {
	m := inspecting(t, result(strings.Repeat("many words and no end ", 100)+"END", "{}", nil))
	wantIn(t, look(m, 60, 80), "END", "Timing")
	wantIn(t, look(m, 60, 20), "1–16 of")
	for range 4 {
		do(m, action.PageDown)
		look(m, 60, 20)
	}
	wantIn(t, look(m, 60, 20), "last reported")
	do(m, action.Top)
	wantIn(t, look(m, 60, 20), "1–16 of")
}

func TestInspectorWalks(t *testing.T) {
	m := inspecting(t, result("first", `{"n":1}`, nil), result("second", `{"n":2}`, nil))
	do(m, action.NextPart)
	wantIn(t, look(m, 60, 20), `"n": 1`)
	do(m, action.NextEvent)
	wantIn(t, look(m, 60, 20), `"n": 2`)
	do(m, action.NextEvent)
	if m.toast.Text != "Already at the newest event." {
		t.Fatalf("toast %q", m.toast.Text)
	}
	do(m, action.PrevEvent)
	do(m, action.PrevPart)
	wantIn(t, look(m, 60, 20), "first")
	do(m, action.PrevEvent)
	if m.toast.Text != "Already at the oldest event." {
		t.Fatalf("toast %q", m.toast.Text)
	}
	if do(m, action.Cancel); m.dialog != nil {
		t.Fatal("it is still open")
	}
	if inspect.New(m.c, &shelf{}, m.store) != nil {
		t.Fatal("an empty list has an event")
	}
}

func TestInspectorFolds(t *testing.T) {
	m := inspecting(t, result("", answerJSON, nil))
	do(m, action.UnfoldAll) // not where no JSON is seen
	do(m, action.NextPart)
	wantIn(t, look(m, 60, 40), "[ 9 numbers ]", "{ 2 members }")
	for range 7 {
		do(m, action.Down)
	}
	do(m, action.Fold)
	wantIn(t, look(m, 60, 40), `"x": 1`, "[ 9 numbers ]")
	do(m, action.UnfoldAll)
	wantNotIn(t, look(m, 60, 40), "[ 9 numbers ]")
	do(m, action.FoldAll)
	wantIn(t, look(m, 60, 40), `"event_data": { 2 members }`)
}

func TestInspectorShowsBytes(t *testing.T) {
	m := inspecting(t, result("", "{\"a\":\"\x1b[31m\x00\u009b世\"}\n", nil))
	do(m, action.PrevPart)
	screen := look(m, 76, 12)
	wantIn(t, screen, `000000  7b 22 61 22 3a 22 1b 5b 33 31 6d 00 c2 9b e4 b8  {"a":".[31m.....`,
		`000010  96 22 7d 0a                                      ."}.`)
	lines := inside(m, 76, 12).Lines
	if marked := m.c.Theme.Warn.Render("1b"); !strings.Contains(strings.Join(lines, ""), marked) {
		t.Fatal("the control character is not marked")
	}
	wantIn(t, look(m, 30, 12), "000000  7b 22 61 22  {\"a\"\n")
}

func TestInspectorBoundsBytes(t *testing.T) {
	m := inspecting(t, result("", strings.Repeat("x", 1<<20+17), nil))
	do(m, action.PrevPart)
	do(m, action.Bottom)
	wantIn(t, look(m, 76, 12), "0ffff0  78 78", "… and 17 bytes more", "65,537 of 65,537")
}

func TestInspectorWithoutPayload(t *testing.T) {
	m := inspecting(t, client.Event{Kind: client.KindNotice, Wire: "notice", Text: "connected", Notice: &client.Notice{Code: client.NoticeConnected}})
	for range 2 {
		do(m, action.NextPart)
		do(m, action.Fold)
		do(m, action.UnfoldAll)
		do(m, action.Down)
		wantIn(t, look(m, 60, 20), "Generated by lenswatch; no payload.")
	}
	if cmd := do(m, action.CopyJSON); cmd != nil || !strings.Contains(m.toast.Text, "Nothing to copy") {
		t.Fatalf("toast %q", m.toast.Text)
	}
}

func TestInspectorCopies(t *testing.T) {
	m := inspecting(t, result("the text", answerJSON, nil))
	// The first of the two ways is the terminal's; the other would write to this machine's clipboard.
	copied := func(a action.ID) string { return fmt.Sprint(do(m, a)().(tea.BatchMsg)[0]()) }
	if got := copied(action.CopyText); got != "the text" {
		t.Fatalf("copied %q", got)
	}
	if got := copied(action.CopyJSON); got != answerJSON {
		t.Fatalf("copied %q", got)
	}
	m = inspecting(t, result("", strings.Repeat("x", 1<<20+1), nil))
	if cmd := do(m, action.CopyJSON); cmd != nil || !m.toast.Stays || !strings.Contains(m.toast.Text, "1.0 MiB") {
		t.Fatalf("toast %q", m.toast.Text)
	}
}

func embedding(vector string, norm float64, shape ...int) client.Event {
	return result("embedding", `{"decoy":[9,9,9,9],"event_data":{"response":`+vector+`}}`, &client.Result{Shape: shape, Norm: norm, ReadIndex: -1})
}

func TestInspectorMeasuresDrift(t *testing.T) {
	m := inspecting(t,
		embedding(`[[3,0],[0,4]]`, 5, 2, 2),
		client.Event{Kind: client.KindLog, Wire: "log.info"},
		embedding(`[[0,3],[0,4]]`, 5, 2, 2), // 1 - 16/25
		embedding(`[0,3,0,4]`, 5, 4),        // another shape
		embedding(`[0,3,"x",4]`, 5, 4),      // no such numbers in the payload
		embedding(`[0,3,0,4]`, 6, 4),        // another length
		result("words", `{}`, nil),
		embedding(`[0,3,0,4]`, 5, 4), // after something else
	)
	var drifts []string
	for range 8 {
		drift := ""
		for line := range strings.Lines(look(m, 76, 40)) {
			if strings.HasPrefix(line, "drift") {
				drift = strings.TrimSpace(line)
			}
		}
		drifts = append(drifts, drift)
		do(m, action.NextEvent)
	}
	want := make([]string, 8)
	want[2] = "drift     0.3600 (cosine distance to the result at 12:00:00)"
	if !slices.Equal(drifts, want) {
		t.Fatalf("got %q", drifts)
	}
}

func TestInspectorKnowsTheStateOfThatMoment(t *testing.T) {
	notice := func(after time.Duration, code client.NoticeCode) client.Event {
		return client.Event{Kind: client.KindNotice, Wire: "notice", Received: noon.Add(after), Text: string(code), Notice: &client.Notice{Code: code, Channel: client.ChannelSSE}}
	}
	said := result("said while live", "{}", nil)
	said.Received = noon.Add(2 * time.Second)
	m := inspecting(t, notice(0, client.NoticeConnecting), notice(time.Second, client.NoticeConnected), said,
		notice(3*time.Second, client.NoticeReconnecting))
	states := []string{"connecting", "live", "live", "reconnecting"}
	for i, want := range states {
		screen := look(m, 76, 40)
		_, state, _ := strings.Cut(screen, "\nstate ")
		if state, _, _ = strings.Cut(state, "\n"); !strings.Contains(state, want) {
			t.Fatalf("event %d: %q, want %s", i, state, want)
		}
		do(m, action.NextEvent)
	}
}

// hostile is an event whose every string means harm.
func hostile() client.Event {
	evil := "\x1b]0;owned\x07\x1b[2J\u009b2J\u202e\r\n\x00世界🙂" + strings.Repeat("e\u0301", 50)
	ev := result(evil+strings.Repeat(" 世界", 200), `{"k":"`+evil+`"}`, &client.Result{
		Label: evil, QueryID: evil, SensorID: evil, SensorTime: evil, ReadIndex: 3, Shape: []int{1 << 40, 1 << 40}, Norm: 1,
		Scores: []client.Score{{Label: evil, Value: -1e300}, {Label: "世界世界世界世界", Value: 1e300}, {Label: "", Value: 0}},
	})
	ev.Wire, ev.ID, ev.Time = evil, evil, noon.Add(-48*time.Hour)
	return ev
}

func TestInspectorFitsEverySize(t *testing.T) {
	m := inspecting(t, hostile(), result("", answerJSON, nil), embedding("[1]", 1, 1))
	for range 3 {
		for range 3 {
			for _, w := range []int{0, 1, 2, 9, 13, 20, 21, 36, 60, 76, 127, 200} {
				for _, h := range []int{0, 1, 4, 30} {
					lines := inside(m, w, h).Lines
					if len(lines) != h {
						t.Fatalf("%d lines at %dx%d", len(lines), w, h)
					}
					wantSafe(t, lines, max(w, 1))
				}
			}
			do(m, action.NextPart)
		}
		do(m, action.NextEvent)
	}
}

// What came after the event was opened is further down, not where the walk begins.
func TestInspectorWalksFromWhatItShows(t *testing.T) {
	m := loose(t)
	m.setFocus(layout.Results)
	say := func(text string) {
		ev := result(text, "{}", nil)
		ev.Session, ev.Received = "lsn-aaaa", noon
		m.Update(batchMsg(watch.Batch{Delivered: noon, Events: []client.Event{ev}}))
	}
	say("opened")
	m.show(inspect.New(m.c, m.results, m.store))
	for i := range 3 {
		say(fmt.Sprint("later ", i))
	}
	wantIn(t, look(m, 60, 20), "opened")
	do(m, action.NextEvent)
	wantIn(t, look(m, 60, 20), "later 0")
	do(m, action.PrevEvent)
	wantIn(t, look(m, 60, 20), "opened")
}

// Every key of the mode does something in an open inspector, through the Model.
func TestInspectorKeys(t *testing.T) {
	m := inspecting(t, result("first", answerJSON, nil), result("second", answerJSON, nil))
	m.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
	press := func(k tea.KeyPressMsg) string {
		m.Update(k)
		return draw.Plain(m.View().Content)
	}
	wantIn(t, press(tea.KeyPressMsg{Code: 'j', Text: "j"}), "second", "Timing")
	wantIn(t, press(tea.KeyPressMsg{Code: 'k', Text: "k"}), "first", "Timing")
	wantIn(t, press(tea.KeyPressMsg{Code: tea.KeyTab}), "[ 9 numbers ]")
	wantNotIn(t, press(tea.KeyPressMsg{Code: 'E', Text: "E"}), "[ 9 numbers ]")
	wantIn(t, press(tea.KeyPressMsg{Code: 'C', Text: "C"}), "[ 9 numbers ]", "{ 2 members }")
	press(tea.KeyPressMsg{Code: tea.KeyDown})
	press(tea.KeyPressMsg{Code: tea.KeyDown})
	wantIn(t, press(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}), `"response": [ 1 string ]`)
	wantNotIn(t, press(tea.KeyPressMsg{Code: tea.KeyEnter}), `"response"`)
	wantIn(t, press(tea.KeyPressMsg{Code: tea.KeyTab}), "000000  7b 22")
	press(tea.KeyPressMsg{Code: tea.KeyEscape})
	if m.dialog != nil {
		t.Fatal("it is still open")
	}
}
