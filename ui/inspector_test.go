package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

func (s *shelf) following() bool { return false }
func (s *shelf) setFollow(bool)  {}

// shelf is a list of events with one selected.
type shelf struct {
	entries []*history.Entry
	at      int
}

func (s *shelf) walk(n int) *history.Entry {
	if len(s.entries) == 0 {
		return nil
	}
	s.at = clamp(s.at+n, 0, len(s.entries)-1)
	return s.entries[s.at]
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// inspecting is a Model that looks inside the first of some events of session lsn-one.
func inspecting(t testing.TB, events ...client.Event) (*Model, *inspector) {
	t.Helper()
	m := loose(t)
	m.shared.store.Apply(watch.Batch{Delivered: noon, Samples: []watch.Sample{{Session: client.Session{
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
	m.shared.store.Apply(b)
	m.shared.now = b.Delivered
	list := &shelf{}
	v := m.shared.store.History().View(history.Query{Session: "lsn-one"})
	for i := range v.Len() {
		list.entries = append(list.entries, v.At(i))
	}
	d := newInspector(list)
	m.dialog = d
	return m, d
}

// look is what an inspector shows, without styles.
func look(m *Model, w, h int) string {
	_, lines := m.dialog.view(m.shared, w, h)
	for i, l := range lines {
		lines[i] = strings.TrimRight(plain(l), " ")
	}
	return strings.Join(lines, "\n")
}

func wantIn(t *testing.T, screen string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			t.Fatalf("no %q in\n%s", text, screen)
		}
	}
}

func wantNotIn(t *testing.T, screen string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			t.Fatalf("%q in\n%s", text, screen)
		}
	}
}

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
	m, d := inspecting(t, client.Event{Kind: client.KindHeartbeat, Wire: "sse.stream.heartbeat"}, ev, later)
	m.dialog.do(m, ActNextEvent)
	screen := look(m, 76, 40)
	wantIn(t, screen,
		"result · inference.result · info", "Activity", "lsn-one", "SSE id 41", " Text  JSON  Raw",
		"walking (63 %)", "Result", "63 %", "37 %", "query     q-7", "sensor    imu", "position  1,234",
		"received  2026-11-22 12:00:01.123", "service   12:00:01.000, 123 ms before it was received",
		"previous  1.1 s before: sse.stream.heartbeat", "next      1.9 s after: log.info",
		"Session at that moment", "status    running, as last told", "counters  in 1,200, out 34, events 5, as last told")
	if strings.Index(screen, "63 %\n") > strings.Index(screen, "37 %\n") {
		t.Fatalf("the best score is not the first:\n%s", screen)
	}
	title, _ := d.view(m.shared, 76, 40)
	if title != "Event · 12:00:01.123" {
		t.Fatalf("title %q", title)
	}
	m.dialog.do(m, ActNextEvent)
	wantIn(t, look(m, 76, 40), "log · log.info", "next      none yet")
}

// A neighbour that comes while the event is looked at is told.
func TestInspectorSeesTheNextEventCome(t *testing.T) {
	m, _ := inspecting(t, result("one", "{}", nil))
	wantIn(t, look(m, 76, 40), "previous  none is kept", "next      none yet")
	m.shared.store.Apply(watch.Batch{Events: []client.Event{{Session: "lsn-two", Wire: "other.session", Received: noon}}})
	wantNotIn(t, look(m, 76, 40), "other.session")
	m.shared.store.Apply(watch.Batch{Events: []client.Event{{Session: "lsn-one", Wire: "log.info", Received: noon.Add(time.Second)}}})
	wantIn(t, look(m, 76, 40), "next      1.0 s after: log.info")
}

func TestInspectorWrapsTextInFull(t *testing.T) {
	m, _ := inspecting(t, result(strings.Repeat("many words and no end ", 100)+"END", "{}", nil))
	wantIn(t, look(m, 60, 80), "END", "Timing")
	wantIn(t, look(m, 60, 20), "1–16 of")
	for range 4 {
		m.dialog.do(m, ActPageDown)
		look(m, 60, 20)
	}
	wantIn(t, look(m, 60, 20), "as last told")
	m.dialog.do(m, ActTop)
	wantIn(t, look(m, 60, 20), "1–16 of")
}

func TestInspectorWalks(t *testing.T) {
	m, d := inspecting(t, result("first", `{"n":1}`, nil), result("second", `{"n":2}`, nil))
	d.do(m, ActNextPart)
	wantIn(t, look(m, 60, 20), `"n": 1`)
	d.do(m, ActNextEvent)
	wantIn(t, look(m, 60, 20), `"n": 2`)
	d.do(m, ActNextEvent)
	if m.toast.text != "That is the newest event of the list." {
		t.Fatalf("toast %q", m.toast.text)
	}
	d.do(m, ActPrevEvent)
	d.do(m, ActPrevPart)
	wantIn(t, look(m, 60, 20), "first")
	d.do(m, ActPrevEvent)
	if m.toast.text != "That is the oldest event of the list." {
		t.Fatalf("toast %q", m.toast.text)
	}
	if d.do(m, ActCancel); m.dialog != nil {
		t.Fatal("it is still open")
	}
	if newInspector(&shelf{}) != nil {
		t.Fatal("an empty list has an event")
	}
}

func TestInspectorFolds(t *testing.T) {
	m, d := inspecting(t, result("", answerJSON, nil))
	d.do(m, ActUnfoldAll) // not where no JSON is seen
	d.do(m, ActNextPart)
	wantIn(t, look(m, 60, 40), "[ 9 numbers ]", "{ 2 members }")
	for range 7 {
		d.do(m, ActDown)
	}
	d.do(m, ActFold)
	wantIn(t, look(m, 60, 40), `"x": 1`, "[ 9 numbers ]")
	d.do(m, ActUnfoldAll)
	wantNotIn(t, look(m, 60, 40), "[ 9 numbers ]")
	d.do(m, ActFoldAll)
	wantIn(t, look(m, 60, 40), `"event_data": { 2 members }`)
}

func TestInspectorShowsBytes(t *testing.T) {
	m, d := inspecting(t, result("", "{\"a\":\"\x1b[31m\x00\u009b世\"}\n", nil))
	d.do(m, ActPrevPart)
	screen := look(m, 76, 12)
	wantIn(t, screen, `000000  7b 22 61 22 3a 22 1b 5b 33 31 6d 00 c2 9b e4 b8  {"a":".[31m.....`,
		`000010  96 22 7d 0a                                      ."}.`)
	_, lines := d.view(m.shared, 76, 12)
	if marked := m.shared.theme.Warn.Render("1b"); !strings.Contains(strings.Join(lines, ""), marked) {
		t.Fatal("the control character is not marked")
	}
	wantIn(t, look(m, 30, 12), "000000  7b 22 61 22  {\"a\"\n")
}

func TestInspectorBoundsBytes(t *testing.T) {
	m, d := inspecting(t, result("", strings.Repeat("x", maxHexBytes+17), nil))
	d.do(m, ActPrevPart)
	d.do(m, ActBottom)
	wantIn(t, look(m, 76, 12), "0ffff0  78 78", "… and 17 bytes more", "65,537 of 65,537")
}

func TestInspectorWithoutPayload(t *testing.T) {
	m, d := inspecting(t, client.Event{Kind: client.KindNotice, Wire: "notice", Text: "connected", Notice: &client.Notice{Code: client.NoticeConnected}})
	for range 2 {
		d.do(m, ActNextPart)
		d.do(m, ActFold)
		d.do(m, ActUnfoldAll)
		d.do(m, ActDown)
		wantIn(t, look(m, 60, 20), "lenswatch itself said this: there is no payload.")
	}
	if cmd := d.do(m, ActCopyJSON); cmd != nil || !strings.Contains(m.toast.text, "nothing to copy") {
		t.Fatalf("toast %q", m.toast.text)
	}
}

func TestInspectorCopies(t *testing.T) {
	m, d := inspecting(t, result("the text", answerJSON, nil))
	// The first of the two ways is the terminal's; the other would write to this machine's clipboard.
	copied := func(a Action) string { return fmt.Sprint(d.do(m, a)().(tea.BatchMsg)[0]()) }
	if got := copied(ActCopyText); got != "the text" {
		t.Fatalf("copied %q", got)
	}
	if got := copied(ActCopyJSON); got != answerJSON {
		t.Fatalf("copied %q", got)
	}
	m, d = inspecting(t, result("", strings.Repeat("x", maxClip+1), nil))
	if cmd := d.do(m, ActCopyJSON); cmd != nil || !m.toast.bad || !strings.Contains(m.toast.text, "1.0 MiB") {
		t.Fatalf("toast %q", m.toast.text)
	}
}

func embedding(vector string, norm float64, shape ...int) client.Event {
	return result("embedding", `{"decoy":[9,9,9,9],"event_data":{"response":`+vector+`}}`, &client.Result{Shape: shape, Norm: norm, ReadIndex: -1})
}

func TestInspectorMeasuresDrift(t *testing.T) {
	m, d := inspecting(t,
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
		d.do(m, ActNextEvent)
	}
	want := make([]string, 8)
	want[2] = "drift     0.3600, the cosine distance to the result of 12:00:00"
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
	m, d := inspecting(t, notice(0, client.NoticeConnecting), notice(time.Second, client.NoticeConnected), said,
		notice(3*time.Second, client.NoticeReconnecting))
	states := []string{"connecting", "live", "live", "reconnecting"}
	for i, want := range states {
		screen := look(m, 76, 40)
		_, state, _ := strings.Cut(screen, "state ")
		if state, _, _ = strings.Cut(state, "\n"); !strings.Contains(state, want) {
			t.Fatalf("event %d: %q, want %s", i, state, want)
		}
		d.do(m, ActNextEvent)
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
	m, d := inspecting(t, hostile(), result("", answerJSON, nil), embedding("[1]", 1, 1))
	for range 3 {
		for range partCount {
			for _, w := range []int{0, 1, 2, 9, 13, 20, 21, 36, 60, 76, 127, 200} {
				for _, h := range []int{0, 1, 4, 30} {
					_, lines := d.view(m.shared, w, h)
					if len(lines) != h {
						t.Fatalf("%d lines at %dx%d", len(lines), w, h)
					}
					wantSafe(t, lines, max(w, 1))
				}
			}
			d.do(m, ActNextPart)
		}
		d.do(m, ActNextEvent)
	}
}

// A message that changes nothing must not cost another wrapping of the text.
func TestInspectorCachesItsText(t *testing.T) {
	m, d := inspecting(t, result("text", "{}", nil))
	look(m, 60, 20)
	before := &d.text[0]
	look(m, 60, 20)
	if &d.text[0] != before {
		t.Fatal("the text was made again")
	}
	m.shared.style++
	look(m, 60, 20)
	if &d.text[0] == before {
		t.Fatal("the text was not made again for another theme")
	}
}

// What came after the event was opened is further down, not where the walk begins.
func TestInspectorWalksFromWhatItShows(t *testing.T) {
	m := loose(t)
	m.setFocus(PaneResults)
	say := func(text string) {
		ev := result(text, "{}", nil)
		ev.Session, ev.Received = "lsn-aaaa", noon
		m.Update(batchMsg(watch.Batch{Delivered: noon, Events: []client.Event{ev}}))
	}
	say("opened")
	m.dialog = newInspector(m.results)
	for i := range 3 {
		say(fmt.Sprint("later ", i))
	}
	wantIn(t, look(m, 60, 20), "opened")
	m.dialog.do(m, ActNextEvent)
	wantIn(t, look(m, 60, 20), "later 0")
	m.dialog.do(m, ActPrevEvent)
	wantIn(t, look(m, 60, 20), "opened")
}

// Every key of the mode does something in an open inspector, through the Model.
func TestInspectorKeys(t *testing.T) {
	m, _ := inspecting(t, result("first", answerJSON, nil), result("second", answerJSON, nil))
	m.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
	press := func(k tea.KeyPressMsg) string {
		m.Update(k)
		return plain(m.View().Content)
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
