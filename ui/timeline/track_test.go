package timeline

import (
	"fmt"
	"testing"
	"time"
	"unsafe"

	"lenswatch/client"
	"lenswatch/watch/history"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func result(session, label string, after time.Duration) client.Event {
	return client.Event{Session: session, Kind: client.KindResult, Text: label, Received: noon.Add(after), Result: &client.Result{Label: label}}
}

// read takes all of a history in.
func (t *track) read() {
	for t.sync(); t.busy(); t.sync() {
	}
}

// What was before the view was opened and what arrives after it give the same lane.
func TestLanesAreTheSameFromBothEnds(t *testing.T) {
	const n = 600
	whole, live := history.New(0), history.New(0)
	early := newTrack(live)
	for i := range n {
		label := "normal"
		if i/10%7 == 3 {
			label = "worn"
		}
		for _, h := range []*history.Store{whole, live} {
			h.Append(result("a", label, time.Duration(i)*time.Second))
			if i%100 == 50 {
				h.Append(client.Event{Session: "a", Kind: client.KindError, Received: noon.Add(time.Duration(i) * time.Second)})
			}
		}
		if i%37 == 0 {
			early.read()
		}
	}
	early.read()
	late := newTrack(whole)
	late.read()
	changes, errors, results := 0, 0, 0
	for i := range int64(n) {
		at := noon.Unix() + i
		a, b := early.sum("a", at, at+1), late.sum("a", at, at+1)
		if a != b {
			t.Fatalf("second %d: %+v as it arrived, %+v afterwards", i, a, b)
		}
		if a.marks&markLabel != 0 {
			changes++
		}
		if a.marks&markError != 0 {
			errors++
		}
		results += int(a.results)
	}
	if changes != 17 || errors != 6 || results != n {
		t.Fatalf("%d changes, %d errors, %d results; want 17, 6, %d", changes, errors, results, n)
	}
}

// A lane takes the same memory after a week as after a minute: buckets grow longer, then the oldest go.
func TestLanesAreBounded(t *testing.T) {
	if size := unsafe.Sizeof(lane{}); size > 9<<10 {
		t.Fatalf("a lane takes %d bytes", size)
	}
	h := history.New(1 << 20)
	tr := newTrack(h)
	day := 24 * time.Hour
	for i := range 7 * 24 {
		at := time.Duration(i) * time.Hour
		h.Append(result("a", fmt.Sprint("label ", i), at))
		tr.read()
		if tr.top-tr.low > buckets {
			t.Fatalf("after %v: %d buckets", at, tr.top-tr.low)
		}
		if got := tr.sum("a", noon.Add(at).Unix(), noon.Add(at).Unix()+1).results; got == 0 {
			t.Fatalf("after %v: the newest is not there", at)
		}
	}
	from, to := tr.span()
	if tr.step != maxStep || time.Duration(to-from)*time.Second < day || time.Duration(to-from)*time.Second > 2*day {
		t.Fatalf("%d s each, from %v to %v", tr.step, time.Unix(from, 0).UTC(), time.Unix(to, 0).UTC())
	}
	if b := tr.sum("a", noon.Unix(), noon.Add(day).Unix()); b != (bucket{}) {
		t.Fatalf("the first day is %+v: nothing of it should be left", b)
	}
}
