package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

var briefStart = time.Date(2026, 11, 27, 23, 59, 59, 0, time.UTC)

func briefEvents() (out []client.Event) {
	base := client.Event{Service: "archetype", Session: "lsn-1", Kind: client.KindResult, Wire: "inference.result", Received: briefStart.Add(1500 * time.Millisecond), Raw: []byte(`{"a":1}`)}
	add := func(change func(*client.Event)) {
		ev := base
		change(&ev)
		out = append(out, ev)
	}
	scores := []client.Score{{Label: "worn", Value: .2}, {Label: "normal", Value: .8}}
	add(func(ev *client.Event) { ev.Text = "plain" })
	add(func(ev *client.Event) { ev.Text = `quote " and \ and é`; ev.ID = "17" })
	add(func(ev *client.Event) { ev.Time = briefStart.Add(1234567891) })
	add(func(ev *client.Event) {
		ev.Result = &client.Result{Label: "normal", Scores: scores, Unit: client.UnitFraction, ReadIndex: -1}
	})
	add(func(ev *client.Event) {
		ev.Result = &client.Result{Label: "worn", Scores: []client.Score{{Label: "worn", Value: 3}, {Label: "x", Value: 1}}, Unit: client.UnitVotes, ReadIndex: 7, QueryID: "q", SensorTime: "00:01"}
	})
	add(func(ev *client.Event) {
		ev.Result = &client.Result{Scores: scores, Unit: client.UnitPercent, ReadIndex: -1}
	})
	add(func(ev *client.Event) { ev.Result = &client.Result{Shape: []int{1, 2}, Norm: 1.5, ReadIndex: -1} })
	add(func(ev *client.Event) { ev.Raw = []byte("no JSON") })
	add(func(ev *client.Event) { ev.Raw = []byte{0xff} })
	add(func(ev *client.Event) { ev.Raw = nil })
	add(func(ev *client.Event) {
		ev.Kind, ev.Notice = client.KindNotice, &client.Notice{Code: client.NoticeGap, Count: 3}
	})
	add(func(ev *client.Event) { ev.Kind, ev.Fault = client.KindError, &client.Fault{UIDs: []string{"u"}} })
	add(func(ev *client.Event) {
		ev.Kind, ev.Heartbeat = client.KindHeartbeat, &client.Heartbeat{HasBytes: true, Bytes: 3}
	})
	return out
}

// What is read of a line without decoding it is what decoding it comes to.
func TestBriefsAreWhatEventsSay(t *testing.T) {
	var s Scanner
	events := briefEvents()
	for i := range 200 { // more heads than are remembered, and again those that were
		ev := events[0]
		ev.Session, ev.Kind = fmt.Sprintf("lsn-251207a89f948ed4e30d8f80aaba%02d", i%100), client.Kind(i%3)
		events = append(events, ev)
	}
	for _, ev := range append(events, events...) {
		line := bytes.TrimSuffix(appendLine(nil, briefStart, &ev), []byte("\n"))
		want := BriefOf(&ev)
		want.T = 1500 * time.Millisecond
		var got Brief
		if err := s.Brief(line, &got); err != nil || !sameBrief(got, want) {
			t.Errorf("%s\nis %+v, want %+v, %v", line, got, want, err)
		}
	}
	if err := s.Brief([]byte(`{"type":"event","t":1,"ti`), new(Brief)); err == nil {
		t.Error("a line that was cut was read")
	}
}

func sameBrief(a, b Brief) bool {
	text := bytes.Equal(a.Session, b.Session) && bytes.Equal(a.Text, b.Text) && bytes.Equal(a.Label, b.Label)
	a.Session, a.Text, a.Label, b.Session, b.Text, b.Label = nil, nil, nil, nil, nil, nil
	return text && reflect.DeepEqual(a, b)
}

func FuzzBrief(f *testing.F) {
	for _, ev := range briefEvents() {
		f.Add(appendLine(nil, briefStart, &ev))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var s Scanner
		var fast, slow Brief
		s.in = line
		if !s.plain(&fast) {
			return
		}
		ev, at, err := new(eventReader).read(line)
		if err != nil {
			return // what is no JSON may have a brief
		}
		if slow = BriefOf(&ev); !bytes.Equal(slow.Text, fast.Text) && ev.Text == string(fast.Text) {
			t.Errorf("%q", line)
		}
		again := Brief{}
		if s.in = line; !s.plain(&again) || !sameBrief(again, fast) {
			t.Errorf("%s\nis %+v at first, then %+v", line, fast, again)
		}
		if at != fast.T || slow.Kind != fast.Kind || slow.Confidence != fast.Confidence {
			t.Errorf("%s\nis %+v, want %+v", line, fast, slow)
		}
	})
}

// Blocks hands over every line, in order, whatever their lengths, and says how the recording ends.
func TestBlocksHaveEveryLineInOrder(t *testing.T) {
	for _, name := range []string{"a.ndjson", "a.ndjson.zst"} {
		path := filepath.Join(t.TempDir(), name)
		w, err := Create(path, briefStart, Options{Queue: 1 << 30})
		if err != nil {
			t.Fatal(err)
		}
		const n = 20_000
		for i := range n {
			ev := briefEvents()[0]
			ev.Text = fmt.Sprint(i)
			if i%5000 == 7 {
				ev.Raw = []byte(`"` + strings.Repeat("x", 3<<20) + `"`)
			}
			w.Put(Item{At: ev.Received, Entry: Events{ev}})
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		next := 0
		read := func(stopAt int) (cut error, err error) {
			r, err := Open(context.Background(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			next = 0
			err = Blocks(r, func(lines []byte) []string {
				var s Scanner
				var out []string
				for line := range bytes.Lines(lines) {
					var b Brief
					if IsEvent(line) && s.Brief(bytes.TrimRight(line, "\n"), &b) == nil {
						out = append(out, string(b.Text))
					}
				}
				return out
			}, func(texts []string) error {
				for _, text := range texts {
					if text != fmt.Sprint(next) {
						t.Fatalf("got event %s, want %d", text, next)
					}
					if next++; next == stopAt {
						return errStop
					}
				}
				return nil
			})
			return r.Cut(), err
		}
		if cut, err := read(0); next != n || cut != nil || err != nil {
			t.Errorf("%s: %d events, %v, %v", name, next, cut, err)
		}
		if _, err := read(100); !errors.Is(err, errStop) || next != 100 {
			t.Errorf("%s: stopped after %d: %v", name, next, err)
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, whole[:len(whole)*2/3], 0o600); err != nil {
			t.Fatal(err)
		}
		if cut, err := read(0); next == 0 || cut == nil || err != nil {
			t.Errorf("%s, truncated: %d events, %v, %v", name, next, cut, err)
		}
	}
}

var errStop = errors.New("enough")
