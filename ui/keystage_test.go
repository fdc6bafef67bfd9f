package ui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/draw"
	watchalerts "lenswatch/watch/alerts"
)

// keyStage is a screen with everything on it that a key may be about.
func keyStage(t *testing.T) *terminal {
	f := newFake()
	f.lenses = append(f.lenses, client.Lens{Service: "fake", ID: "lns-form", Name: "Lens with a form", Fields: []client.Field{{Name: "one", Label: "One"}, {Name: "two", Label: "Two"}}},
		client.Lens{Service: "fake", ID: fullLens, Name: "Full lens"})
	f.add("lsn-one-0001", "lns-activity")
	f.add("lsn-two-0002", "lns-machine")
	x := start(t, display{w: 120, h: 22}, Options{Title: "test", Reports: t.TempDir(), Rules: alertlist.Options{Rules: []watchalerts.Rule{{Name: "worn", Label: "worn"}, {Name: "scene", Match: []string{"scene"}}}}}, curled{f})
	raw := `{"numbers":[` + strings.TrimSuffix(strings.Repeat("0,", 39), ",") + `,39],"more":{"a":1}}`
	for i := range 30 {
		label := "normal"
		if i%10 == 9 {
			label = "worn"
		}
		f.sayRaw("lsn-two-0002", label, raw)
		f.sayRaw("lsn-one-0001", fmt.Sprintf("scene %02d ", i)+strings.Repeat("and more of it ", 20), raw)
		x.pass(10 * time.Millisecond) // two streams are received in any order
	}
	x.pass(time.Second)
	return x
}

// curled is a fake whose streams curl can read.
type curled struct{ *fake }

// Requests are more than a list of them shows at once.
func (c curled) Requests(after int64) (out []client.Request, newest int64) {
	for i := after; i < 60; i++ {
		if i%20 == 19 {
			out = append(out, client.Request{At: time.Now(), Session: "lsn-one-0001", Op: "get session", Request: "POST /lens/sessions/events/process", Status: 200})
			continue
		}
		out = append(out, client.Request{At: time.Now(), Op: "list sessions", Request: "GET /lens/sessions/info", Status: 503, Took: time.Second, Err: "server error", UIDs: []string{"u-1"}})
	}
	return out, 60
}

func (c curled) Curl(id string) string { return "curl -N " + c.Endpoint() + "/" + id }

// Record is a record with more members than are seen at once.
func (c curled) Record(_ context.Context, id string) (client.Record, error) {
	r := client.Record{Raw: []byte(`{"session_id":"` + id + `","numbers":{"a":1}}`)}
	for i := range 40 {
		r.Fields = append(r.Fields, client.RecordField{Group: "session", Name: fmt.Sprintf("member_%02d", i), Value: "x"})
	}
	return r, nil
}

// sayRaw is say, with a payload; the text is a label if it is one word.
func (f *fake) sayRaw(id, text, raw string) {
	f.mu.Lock()
	c := f.reportedRaw[id]
	f.mu.Unlock()
	ev := client.Event{Service: "fake", Session: id, Kind: client.KindResult, Wire: "inference.result", Text: text, Received: time.Now(), Raw: []byte(raw)}
	if !strings.Contains(text, " ") {
		ev.Result = &client.Result{Label: text, Scores: []client.Score{{Label: text, Value: 1}}, Unit: client.UnitFraction}
	}
	c <- ev
}

func selection(m *Model) int { return int(list(m).Selected().Seq) }

func focus(m *Model) int { return int(m.focus) }

func paneHeight(m *Model) int { return m.layout.Panes[m.focus].H }

func paneWidth(m *Model) int { return m.layout.Panes[m.focus].W }

func slid(m *Model) int { return m.results.Format.X }

// chosen is the line of a dialog that is drawn as the chosen one.
func chosen(m *Model) int {
	for i, line := range slices.Backward(m.dialog.View(m.c).Lines) {
		for _, st := range []theme.Style{m.c.Selected, m.c.Accent} {
			if strings.HasPrefix(line, string(st)) {
				return i
			}
		}
	}
	return -1
}

// scrolled grows as a dialog is scrolled down.
func scrolled(m *Model) int { return -m.dialog.View(m.c).Below }

// inJSON is the selected row of the JSON of an event.
func inJSON(m *Model) int {
	first, _, _ := strings.Cut(draw.Plain(m.dialog.View(m.c).Lines[3]), "–")
	n, _ := strconv.Atoi(first[strings.LastIndex(first, " ")+1:])
	return n + chosen(m)
}
