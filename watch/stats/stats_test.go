package stats

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch"
)

var start = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

func result(after time.Duration, label string, share float64) client.Event {
	ev := client.Event{Service: "archetype", Session: "lsn-1", Kind: client.KindResult, Wire: "inference.result", Received: start.Add(after), Time: start.Add(after - 50*time.Millisecond), Text: label, Raw: []byte(`{"a":1}`)}
	ev.Result = &client.Result{Label: label, Unit: client.UnitFraction, Scores: []client.Score{{Label: label, Value: share}}, ReadIndex: -1}
	return ev
}

func text(after time.Duration, kind client.Kind, s string) client.Event {
	return client.Event{Service: "archetype", Session: "lsn-1", Kind: kind, Wire: "x", Received: start.Add(after), Text: s}
}

func state(after time.Duration, from, to string) recording.Item {
	return recording.Item{At: start.Add(after), Entry: recording.State{Session: "lsn-1", From: from, To: to}}
}

// story is what the tests count: events, and what happened besides.
func story() (items []recording.Item) {
	event := func(ev client.Event) {
		items = append(items, recording.Item{At: ev.Received, Entry: recording.Events{ev}})
	}
	items = append(items, state(0, "connecting", "live"))
	for i := range 10 {
		event(result(time.Duration(i)*time.Second, "normal", .95))
	}
	for i := range 5 {
		event(result(time.Duration(10+i)*time.Second, "worn", .55))
	}
	event(result(15*time.Second, "normal", .95))
	event(text(16*time.Second, client.KindLog, "frame 17 took 3 ms on camera north"))
	event(text(16*time.Second, client.KindLog, "frame 18 took 4 ms on camera south"))
	event(text(16*time.Second, client.KindError, "no camera"))
	items = append(items, state(20*time.Second, "live", "quiet"), state(50*time.Second, "quiet", "live"))
	items = append(items, recording.Item{At: start.Add(60 * time.Second), Entry: recording.Connection{Session: "lsn-1", Bytes: 4711}})
	items = append(items, recording.Item{At: start.Add(60 * time.Second), Entry: recording.Tick{}})
	return items
}

func live(items []recording.Item) Report {
	c := New()
	for _, it := range items {
		events, ok := it.Entry.(recording.Events)
		if !ok {
			c.Entry(it)
			continue
		}
		for i := range events {
			ev := Event{Brief: recording.BriefOf(&events[i])}
			Prepare(&ev)
			c.Add(events[i].Received.UnixNano(), &ev)
		}
	}
	return c.Report()
}

func recorded(t *testing.T, items []recording.Item) Report {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.ndjson")
	w, err := recording.Create(path, start, recording.Options{Queue: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	w.Put(items...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := recording.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := New()
	if skipped, err := c.Recording(r); skipped != 0 || err != nil {
		t.Fatal(skipped, err)
	}
	return c.Report()
}

func TestStoryIsCounted(t *testing.T) {
	r := live(story())
	if len(r.Sessions) != 1 || !r.From.Equal(start) || !r.To.Equal(start.Add(time.Minute)) {
		t.Fatalf("%+v", r)
	}
	s := r.Sessions[0]
	if s.Events != 19 || s.Kinds["result"] != 16 || s.Kinds["error"] != 1 || s.Wire != 4711 || s.Payload != 16*7 {
		t.Errorf("%+v", s)
	}
	if want := []Label{{"normal", 11, 11. / 16, 10, 10}, {"worn", 5, 5. / 16, 5, 5}}; !reflect.DeepEqual(s.Labels, want) {
		t.Errorf("labels %+v, want %+v", s.Labels, want)
	}
	if want := []Transition{{"normal", "worn", 1}, {"worn", "normal", 1}}; !reflect.DeepEqual(s.Transitions, want) {
		t.Errorf("transitions %+v", s.Transitions)
	}
	if s.Confidence[9] != 11 || s.Confidence[5] != 5 {
		t.Errorf("confidence %v", s.Confidence)
	}
	if s.Interval.Count != 15 || s.Interval.P50 < .9 || s.Interval.P50 > 1.1 {
		t.Errorf("interval %+v", s.Interval)
	}
	if s.States["live"] != 30 || s.States["quiet"] != 30 || *s.Uptime != .5 {
		t.Errorf("states %v, uptime %v", s.States, *s.Uptime)
	}
	if len(s.Stalls) != 1 || s.Stalls[0].Seconds != 35 || !s.Stalls[0].From.Equal(start.Add(15*time.Second)) {
		t.Errorf("stalls %+v", s.Stalls)
	}
	if len(r.Groups) != 2 || r.Groups[0].Template != "frame <*> took <*> ms on camera <*>" || r.Groups[0].Count != 2 {
		t.Errorf("groups %+v", r.Groups)
	}
	if want := []uint32{10, 6}; !reflect.DeepEqual(s.Rate.Results, want) || s.Rate.Part != 10 {
		t.Errorf("rate %+v", s.Rate)
	}
}

// A stall is all of the time without results, whatever states it went through, and no dwell time of the label before it.
func TestStallsBeginWithTheLastResult(t *testing.T) {
	event := func(ev client.Event) recording.Item {
		return recording.Item{At: ev.Received, Entry: recording.Events{ev}}
	}
	second := time.Second
	items := []recording.Item{
		state(0, "connecting", "live"), event(result(1*second, "idle", .9)), event(result(2*second, "idle", .9)),
		state(22*second, "live", "quiet"), state(26*second, "quiet", "silent"), event(result(30*second, "idle", .9)), state(30*second, "silent", "live"),
		event(result(31*second, "worn", .9)),
		state(50*second, "live", "reconnecting"), state(53*second, "reconnecting", "live"),
		state(73*second, "live", "quiet"), {At: start.Add(80 * second), Entry: recording.Tick{}},
	}
	s := recorded(t, items).Sessions[0]
	want := []Stall{{"quiet", start.Add(2 * second), 28}, {"quiet", start.Add(53 * second), 27}, {"reconnecting", start.Add(50 * second), 3}}
	if !reflect.DeepEqual(s.Stalls, want) {
		t.Errorf("stalls %+v, want %+v", s.Stalls, want)
	}
	if len(s.Labels) != 2 || s.Labels[0].Name != "idle" || s.Labels[0].Dwell != 2 || s.Labels[0].Longest != 1 {
		t.Errorf("labels %+v", s.Labels)
	}
}

// The same code counts what is live and what was recorded.
func TestRecordingsCountAsLiveEventsDo(t *testing.T) {
	a, _ := json.Marshal(live(story()))
	b, _ := json.Marshal(recorded(t, story()))
	if string(a) != string(b) {
		t.Errorf("live\n%s\nrecorded\n%s", a, b)
	}
}

// Neither time nor variety makes a Collector grow.
func TestStatisticsTakeConstantMemory(t *testing.T) {
	c := New()
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range 200_000 {
		ev := Event{Brief: recording.Brief{Session: fmt.Appendf(nil, "lsn-%d-%s", i%1000, strings.Repeat("x", 200)), Kind: client.KindResult, Confidence: .5, Notice: client.NoticeCode(fmt.Sprint(i))}}
		switch i % 3 {
		case 0:
			ev.Label = fmt.Appendf(nil, "label %d %s", i, strings.Repeat("y", 1000))
		case 1:
			ev.Text = fmt.Appendf(nil, "%c%c%c text of %c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26, 'a'+i%23, 'a'+i%19)
		case 2:
			ev.Kind = client.KindNotice
		}
		Prepare(&ev)
		c.Add(start.Add(time.Duration(i)*time.Minute).UnixNano(), &ev)
		c.Entry(recording.Item{At: start.Add(time.Duration(i) * time.Minute), Entry: recording.State{Session: fmt.Sprint(i), From: fmt.Sprint(i), To: fmt.Sprint(i + 1)}})
	}
	if grown := int64(heap()) - int64(before); grown > 16<<20 {
		t.Errorf("it has %d bytes", grown)
	}
	r := c.Report()
	if len(r.Sessions) != maxSessions || r.Other == 0 || len(r.Groups) > maxGroups || r.OtherTexts == 0 {
		t.Errorf("%d sessions, %d other, %d groups, %d other texts", len(r.Sessions), r.Other, len(r.Groups), r.OtherTexts)
	}
}

// A recording of an hour at 1,000 events a second has 3.6 million events, which are to take less than 3 s.
func BenchmarkRecording(b *testing.B) {
	const n = 200_000
	path := filepath.Join(b.TempDir(), "a.ndjson")
	w, err := recording.Create(path, start, recording.Options{Queue: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	events := make(recording.Events, n)
	for i := range events {
		at := time.Duration(i) * time.Millisecond
		ev := result(at, []string{"normal", "normal", "worn", "blocked"}[i/500%4], .9)
		ev.Session = fmt.Sprintf("lsn-251207a89f948ed4e30d8f80aaba%02d", i%8)
		ev.Raw = fmt.Appendf(nil, `{"type":"inference.result","event_data":{"response":["normal",{"normal":0.9,"worn":0.1}],"query_id":"q-%d"}}`, i)
		if i%4 == 0 {
			ev = text(at, client.KindLog, fmt.Sprintf("frame %d of camera %d was processed in %d ms", i, i%7, i%50))
		}
		events[i] = ev
	}
	w.Put(recording.Item{Entry: events})
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := recording.Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := New().Recording(r); err != nil {
			b.Fatal(err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// What counts from a moment on has nothing from before, although the store knows it.
func TestCountingFromAMomentHasNothingFromBefore(t *testing.T) {
	store := watch.NewStore([]watch.ServiceInfo{{Name: "archetype"}}, watch.NoHistory)
	store.Apply(watch.Batch{Opened: []watch.StreamOpened{{Service: "archetype", Session: "lsn-1", Connection: new(client.Connection)}}, Delivered: start})
	said := func(after time.Duration) watch.Batch {
		return watch.Batch{Events: []client.Event{
			{Service: "archetype", Session: "lsn-1", Kind: client.KindNotice, Wire: "notice", Notice: &client.Notice{Code: client.NoticeConnected}, Received: start.Add(after)},
			result(after, "idle", .9),
		}, Delivered: start.Add(after)}
	}
	store.Apply(said(time.Second))
	store.Tick(start.Add(2 * time.Second))
	from := start.Add(10 * time.Second)
	l := NewLiveFrom(from, store)
	b := said(20 * time.Second)
	store.Apply(b)
	l.Batch(&b)
	l.Second(start.Add(30*time.Second), store)
	r := l.Report()
	if len(r.Sessions) != 1 || !r.From.Equal(from) || r.Sessions[0].Kinds["result"] != 1 {
		t.Fatalf("%+v", r)
	}
	total := 0.0
	for _, seconds := range r.Sessions[0].States {
		total += seconds
	}
	if total != 20 {
		t.Errorf("20 s were counted, and the states took %v", r.Sessions[0].States)
	}
}

// The texts of progress and heartbeats say nothing of what the session found, and a stream that ends and is opened again at
// once has not stalled.
func TestProgressAndShortReconnectsAreNotListed(t *testing.T) {
	items := story()
	for _, k := range []client.Kind{client.KindProgress, client.KindStart, client.KindHeartbeat, client.KindEnd} {
		ev := text(17*time.Second, k, "frame 210 processed")
		items = append(items, recording.Item{At: ev.Received, Entry: recording.Events{ev}})
	}
	items = append(items, state(61*time.Second, "live", "reconnecting"), state(61*time.Second+time.Millisecond, "reconnecting", "live"))
	r := live(items)
	for _, g := range r.Groups {
		if strings.Contains(g.Template, "processed") {
			t.Errorf("progress is a group: %+v", g)
		}
	}
	if stalls := r.Sessions[0].Stalls; len(stalls) != 1 {
		t.Errorf("stalls %+v", stalls)
	}
}
