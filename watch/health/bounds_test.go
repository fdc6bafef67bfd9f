package health

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"lenswatch/client"
)

// maxMonitor is what a Monitor may take, so that a thousand sessions stay small.
const maxMonitor = 8 << 10

func TestMonitorIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Monitor{}); n > maxMonitor-1<<10 {
		t.Errorf("a Monitor has %d bytes; with its texts it must stay under %d", n, maxMonitor)
	} else {
		t.Logf("a Monitor has %d bytes", n)
	}
}

// However long it is fed, and whatever with, a Monitor does not grow.
func TestMonitorDoesNotGrow(t *testing.T) {
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	const monitors = 20
	var all [monitors]*Monitor
	before := heap()
	for i := range all {
		all[i] = New(session, epoch, Config{})
	}
	feed := func(from, n int) {
		for i := range all {
			r := rand.New(rand.NewPCG(uint64(i), uint64(from)))
			for j := range n {
				noise(all[i], r, epoch.Add(time.Duration(from+j)*time.Second))
			}
		}
	}
	feed(0, 600)
	runtime.KeepAlive(all)
	if per := (int64(heap()) - int64(before)) / monitors; per > maxMonitor+9<<9 {
		t.Errorf("a Monitor takes %d bytes after 600 things", per)
	}
	first := heap()
	feed(600, 1800)
	if more := (int64(heap()) - int64(first)) / monitors; more > 1<<10 {
		t.Errorf("each Monitor grew by %d bytes", more)
	}
	runtime.KeepAlive(all)
}

// noise feeds m something, with texts that are as long as they may be and always others.
func noise(m *Monitor, r *rand.Rand, now time.Time) {
	long := strings.Repeat(fmt.Sprintf("text %d ", r.Uint64()), 50)
	n := client.Notice{
		Attempt: r.IntN(9), Next: now.Add(time.Duration(r.IntN(9)) * time.Second), Remedy: client.Remedy(r.IntN(10)),
		Status: r.IntN(600), Phase: client.Phase(r.IntN(6)), ReaderID: long, Channel: client.Channel(r.IntN(5)),
		Code: []client.NoticeCode{
			client.NoticeConnecting, client.NoticeConnected, client.NoticeReconnecting, client.NoticeGap, client.NoticeIdleClose, client.NoticeClosed,
		}[r.IntN(6)],
	}
	rec := client.Session{
		ID: session, LensID: "lns-1", Status: client.Status(r.IntN(8)), HasCounters: r.IntN(2) == 0,
		Counters: client.Counters{Inputs: r.Int64N(100), Outputs: r.Int64N(100) * r.Int64N(2)},
	}
	if r.IntN(2) == 0 {
		rec.Registered, rec.TTL = now.Add(-time.Duration(r.IntN(5000))*time.Second), time.Duration(r.IntN(5000))*time.Second
	}
	switch r.IntN(8) {
	case 0:
		m.Observe(&client.Event{Kind: client.KindNotice, Received: now, Notice: &n, Text: long})
	case 1:
		m.Record(rec, now)
	case 2:
		var others []client.Session
		for i := range r.IntN(12) {
			rec.ID = fmt.Sprintf("lsn-%d-%s", i, long)
			others = append(others, rec)
		}
		m.Siblings(others, now)
	case 3:
		m.Probe(ProbeResult{Kind: ProbeKind(r.IntN(6)), At: now, Remedy: n.Remedy, Status: n.Status, Phase: n.Phase, Message: long, Session: &rec})
	case 4:
		m.NeedsProbe(now)
		m.Verdict(now)
		m.Metrics(now)
	case 5:
		m.Lag(time.Duration(r.IntN(5))*time.Second, r.IntN(5), now)
		m.Connection(r.Int64(), now)
	default:
		m.Observe(&client.Event{Kind: client.Kind(r.IntN(10)), Received: now, Time: now.Add(-time.Second), Text: long, Raw: []byte(long)})
	}
}

func TestObserveAllocatesNothing(t *testing.T) {
	m, evs := busy()
	i := 0
	if n := testing.AllocsPerRun(10_000, func() {
		ev := &evs[i%len(evs)]
		ev.Received = ev.Received.Add(time.Second)
		m.Observe(ev)
		i++
	}); n != 0 {
		t.Errorf("Observe allocates %g times", n)
	}
}

// busy is a Monitor in steady state, and a second of its stream at 100,000 events/s.
func busy() (*Monitor, []client.Event) {
	now := epoch
	m := New(session, now, Config{})
	m.Observe(&client.Event{Kind: client.KindNotice, Received: now, Notice: &client.Notice{Code: client.NoticeConnected}})
	evs := make([]client.Event, 100_000)
	raw := make([]byte, 200)
	for i := range evs {
		at := now.Add(time.Duration(i) * 10 * time.Microsecond)
		evs[i] = client.Event{Kind: client.KindResult, Received: at, Time: at.Add(-20 * time.Millisecond), Raw: raw}
		switch {
		case i%50_000 == 0:
			evs[i] = client.Event{Kind: client.KindHeartbeat, Received: at, Heartbeat: &client.Heartbeat{}}
		case i%10 == 0:
			evs[i].Kind = client.KindLog
		}
	}
	for i := range evs {
		m.Observe(&evs[i])
	}
	return m, evs
}

func BenchmarkObserve(b *testing.B) {
	m, evs := busy()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ev := &evs[i%len(evs)]
		ev.Received, ev.Time = ev.Received.Add(time.Second), ev.Time.Add(time.Second)
		m.Observe(ev)
		i++
	}
}

func BenchmarkState(b *testing.B) {
	m, _ := busy()
	now := epoch.Add(time.Second)
	for b.Loop() {
		m.State(now)
	}
}

func BenchmarkMetrics(b *testing.B) {
	m, _ := busy()
	now := epoch.Add(time.Second)
	b.ReportAllocs()
	for b.Loop() {
		m.Metrics(now)
	}
}

func BenchmarkVerdict(b *testing.B) {
	for _, stalled := range []bool{false, true} {
		b.Run(map[bool]string{false: "healthy", true: "stalled"}[stalled], func(b *testing.B) {
			w := newWorld(b, 1)
			w.open()
			w.run(minute)
			w.stalled = stalled
			w.run(minute + seconds(30))
			now := w.time()
			b.ReportAllocs()
			for b.Loop() {
				w.m.Verdict(now)
			}
		})
	}
}
