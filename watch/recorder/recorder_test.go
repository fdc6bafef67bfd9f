package recorder

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// read reads a recording to its end.
func read(t *testing.T, path string) (items []recording.Item) {
	t.Helper()
	r, err := recording.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		it, err := r.Next()
		if errors.Is(err, io.EOF) {
			return items
		}
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, it)
	}
}

// of are the entries of one type.
func of[E recording.Entry](items []recording.Item) (out []E) {
	for _, it := range items {
		if e, ok := it.Entry.(E); ok {
			out = append(out, e)
		}
	}
	return out
}

// types are the types of items, one word each, without the end.
func types(items []recording.Item) string {
	out := ""
	for _, it := range items {
		if it.Entry.Type() != "end" {
			out += it.Entry.Type() + " "
		}
	}
	return out
}

func stop(t *testing.T, r *Recorder) {
	t.Helper()
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
}

// result is a result of session one, of now.
func result(text string) client.Event {
	return client.Event{Service: "a", Session: "one", Kind: client.KindResult, Wire: "inference.result", Received: time.Now(), Text: text}
}

// connected begins to watch session one, whose stream is open and whose line is line.
func connected(store *watch.Store, line *client.Connection) {
	now := time.Now()
	line.Add(100, now)
	store.Apply(watch.Batch{
		Delivered: now, Opened: []watch.StreamOpened{{Service: "a", Session: "one", Connection: line}},
		Samples: []watch.Sample{{Session: client.Session{Service: "a", ID: "one", LensID: "lns", Status: client.StatusRunning, Fetched: now}, CreatedHere: true}},
		Events: []client.Event{{
			Service: "a", Session: "one", Kind: client.KindNotice, Wire: "notice", Received: now,
			Notice: &client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE},
		}},
	})
	store.Tick(now)
}

// What the store knows when a recording begins is reported in it first.
func TestStartsWithASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, refused := filepath.Join(t.TempDir(), "a"), fmt.Errorf("open stream: %w", client.ErrRefused)
		store := watch.NewStore([]watch.ServiceInfo{{Name: "a"}}, 0)
		connected(store, new(client.Connection))
		store.Apply(watch.Batch{
			Delivered: time.Now(), Lenses: []watch.LensListing{{Service: "a", Lenses: []client.Lens{{Service: "a", ID: "lns", Name: "Lens"}}}},
			Samples: []watch.Sample{{Session: client.Session{Service: "a", ID: "two"}}},
			Lists:   []watch.Listing{{Service: "a", At: time.Now(), Sessions: []client.Session{{Service: "a", ID: "one"}}}},
			Ended:   []watch.StreamEnded{{Session: "two", Err: refused, At: time.Now()}},
		})
		r, err := Start(path, Options{Lenswatch: "1.0"}, store)
		if err != nil {
			t.Fatal(err)
		}
		stop(t, r)
		items := read(t, path)
		if got := types(items); got != "batch lenses session session batch opened list event over " {
			t.Fatalf("%s", got)
		}
		for _, b := range of[recording.Batch](items) {
			if !b.Snapshot {
				t.Errorf("%+v", b)
			}
		}
		if reported := of[recording.Sample](items); !reported[0].CreatedHere || reported[0].Record.ID != "one" || reported[0].Record.LensName != "Lens" || reported[1].CreatedHere {
			t.Errorf("%+v", reported)
		}
		if l := of[recording.Lenses](items)[0]; len(l.Lenses) != 1 || l.Lenses[0].Name != "Lens" {
			t.Errorf("%+v", l)
		}
		if o := of[recording.StreamOpened](items)[0]; o.Session != "one" || o.Service != "a" {
			t.Errorf("%+v", o)
		}
		if ev := of[recording.Event](items)[0]; ev.Session != "one" || ev.Notice.Code != client.NoticeConnected || ev.Notice.Channel != client.ChannelSSE {
			t.Errorf("%+v", ev)
		}
		if o := of[recording.StreamEnded](items)[0]; o.Session != "two" || !errors.Is(o.Err, client.ErrRefused) {
			t.Errorf("%+v", o)
		}
	})
}

// named is a service of which the name is known.
type named struct {
	client.Service
	name string
}

func (n named) Name() string   { return n.name }
func (named) Endpoint() string { return "http://a.invalid" }

// Each change of state and verdict is reported once, and the state of the connection while there is any.
func TestChangesAreRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, store, line := filepath.Join(t.TempDir(), "a"), watch.NewStore(nil, 0), new(client.Connection)
		r, err := Start(path, Options{}, store)
		if err != nil {
			t.Fatal(err)
		}
		connected(store, line)
		for second := range 600 {
			<-time.After(time.Second)
			now := time.Now()
			if second < 60 {
				line.Add(50, now)
				b := watch.Batch{Delivered: now, Events: []client.Event{result("x")}}
				store.Apply(b)
				r.Batch(b)
			}
			store.Tick(now)
			r.Tick(now, store)
		}
		stop(t, r)
		items, s := read(t, path), store.Session("one")
		states, timeline := of[recording.State](items), s.Health.Timeline()
		if len(states) < 3 || len(states) != len(timeline) {
			t.Fatalf("%d changes of state are reported, of %d", len(states), len(timeline))
		}
		for i, c := range timeline {
			if got := states[i]; got.Session != "one" || got.From != c.From.String() || got.To != c.To.String() || got.Cause != c.Cause {
				t.Errorf("got %+v, want %+v", got, c)
			}
		}
		verdicts, last := of[recording.Verdict](items), s.Health.Verdict(time.Now())
		if len(verdicts) < 2 || verdicts[len(verdicts)-1].Verdict != last.Code.String() || verdicts[len(verdicts)-1].Sentence == "" {
			t.Fatalf("%+v, the last is %v", verdicts, last.Code)
		}
		for i, v := range verdicts[1:] {
			if v.Verdict == verdicts[i].Verdict && v.Confidence == verdicts[i].Confidence {
				t.Errorf("reported twice: %+v", v)
			}
		}
		lines := of[recording.Connection](items)
		if len(lines) != 60 || lines[59].Bytes != 100+60*50 || len(of[recording.Tick](items)) != 600 || len(of[recording.Event](items)) != 60 {
			t.Errorf("%d lines, %+v", len(lines), lines)
		}
	})
}

// A file that has reached its size is followed by one that begins with what is known.
func TestNextFileStartsWithASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, store, line := filepath.Join(t.TempDir(), "a"), watch.NewStore(nil, 0), new(client.Connection)
		r, err := Start(path, Options{MaxSize: 2000}, store)
		if err != nil {
			t.Fatal(err)
		}
		connected(store, line)
		for n := 0; r.State().Files < 3; n++ {
			b := watch.Batch{Delivered: time.Now(), Events: []client.Event{result(fmt.Sprint(n))}}
			store.Apply(b)
			r.Batch(b)
			<-time.After(time.Second)
			store.Tick(time.Now())
			r.Tick(time.Now(), store)
			synctest.Wait()
		}
		stop(t, r)
		for part, name := range map[int]string{1: path + ".2", 2: path + ".1", 3: path} {
			items := read(t, name)
			batch, ok := items[0].Entry.(recording.Batch)
			if known := ok && batch.Snapshot && len(of[recording.Sample](items)) == 1 && len(of[recording.StreamOpened](items)) == 1; known != (part > 1) {
				t.Errorf("file %d: %s", part, types(items))
			}
			// What is unchanged is reported anew, so that the file can be read alone.
			if len(of[recording.Connection](items)) == 0 || len(of[recording.Verdict](items)) == 0 {
				t.Errorf("file %d: %s", part, types(items))
			}
		}
	})
}

// What does not fit into the queue is counted, and reported in its place.
func TestFullQueueIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a")
		r, err := Start(path, Options{Queue: 2000}, watch.NewStore(nil, 0))
		if err != nil {
			t.Fatal(err)
		}
		r.Batch(watch.Batch{Delivered: time.Now(), Events: []client.Event{result("one")}})
		synctest.Wait()
		r.Batch(watch.Batch{Delivered: time.Now(), Events: make([]client.Event, 20)})
		if p := r.State(); p.Lost != 20 {
			t.Errorf("%+v", p)
		}
		synctest.Wait()
		r.Batch(watch.Batch{Delivered: time.Now(), Events: []client.Event{result("two")}})
		stop(t, r)
		if got := types(read(t, path)); got != "batch event batch lost batch event " {
			t.Errorf("%s", got)
		}
		if l := of[recording.Lost](read(t, path)); l[0].Events != 20 {
			t.Errorf("%+v", l)
		}
	})
}

// A session that went and came again has a new monitor, whose changes are all new.
func TestSessionsThatComeAgainAreRecorded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	now := time.Unix(1_700_000_000, 0)
	storeOf := func(notices int) *watch.Store {
		s := watch.NewStore(nil, 0)
		var b watch.Batch
		for i := range notices {
			code := client.NoticeConnected
			if i%2 == 1 {
				code = client.NoticeReconnecting
			}
			b.Events = append(b.Events, client.Event{Session: "lsn-1", Kind: client.KindNotice, Received: now.Add(time.Duration(i) * time.Second), Notice: &client.Notice{Code: code}})
		}
		s.Apply(b)
		return s
	}
	r, err := Start(path, Options{}, storeOf(0))
	if err != nil {
		t.Fatal(err)
	}
	r.Tick(now.Add(time.Minute), storeOf(9))
	r.Tick(now.Add(2*time.Minute), storeOf(2))
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if n := strings.Count(string(text), `"type":"state"`); err != nil || n < 10 {
		t.Errorf("%d changes of state were recorded, %v", n, err)
	}
}
