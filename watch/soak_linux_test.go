package watch_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
	"lenswatch/watch"
	"lenswatch/watch/custody"
	"lenswatch/watch/recorder"
)

// dayFaults are in force one after the other, for a part of an hour each. None loses an event, or makes another kind of it.
var dayFaults = []string{
	"drop", "eof", "silence", "hang=sessions", "crlf", "server-error=consumer", "multi-line", "reset", "comments", "rate-limit=7", "utf8-split",
	"bad-gateway", "half-open", "bursts=20s", "duplicate-after-resume=50", "false-page=sessions",
}

// A day is a simulated day of one program: each hour has a session, a fault, a network that goes away, a time in which the
// program is suspended, and another run that resumes after a kill. Some have a full disk, and a destroy whose answer is lost.
type day struct {
	t       *testing.T
	sim     *simulator.Simulator
	network *memnet.Listener
	service *archetype.Service
	ledger  *custody.Ledger
	dir     string

	hub     *watch.Hub
	store   *watch.Store
	rec     *recorder.Recorder
	lastID  string
	results int64
	late    int64 // results since the disk is full
	isFull  bool
}

// run begins to watch: a new run of the program does, and has nothing of the one before but what stands in files.
func (d *day) run(id, since string) {
	d.hub = watch.NewHub([]client.Service{d.service}, watch.Options{Custody: d.ledger})
	d.store = watch.NewStore(watch.InfoOf([]client.Service{d.service}), 1<<20)
	d.hub.Start()
	if err := d.hub.WatchSince(d.service.Name(), id, since); err != nil {
		d.t.Fatal(err)
	}
}

// record begins a recording.
func (d *day) record(path string) {
	var err error
	if d.rec, err = recorder.Start(path, recorder.Options{}, d.store); err != nil {
		d.t.Fatal(err)
	}
	d.isFull, d.late = false, 0
}

// stopRecording ends the recording, which says what it lacks if the disk was full.
func (d *day) stopRecording(n int) {
	progress := d.rec.State()
	if err := d.rec.Stop(); errors.Is(err, syscall.ENOSPC) != d.isFull || d.isFull && progress.Lost < d.late {
		d.t.Errorf("hour %d: the recording lost %d, %d results came since the disk was full; %v", n, progress.Lost, d.late, err)
	}
}

// pass lets time go by.
func (d *day) pass(long time.Duration) {
	ctx, cancel := context.WithTimeout(d.t.Context(), long)
	defer cancel()
	watch.Follow(ctx, d.hub, d.store, func(now time.Time, b *watch.Batch) bool {
		if b == nil {
			d.rec.Tick(now, d.store)
			return true
		}
		d.rec.Batch(*b)
		for _, ev := range b.Events {
			if ev.Kind == client.KindResult {
				d.results++
				d.lastID = ev.ID
				if d.isFull {
					d.late++
				}
			}
		}
		return true
	})
}

// fillDisk makes every further write to the recording fail.
func (d *day) fillDisk(path string) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	defer full.Close()
	for fd := 3; fd < 1024; fd++ {
		if to, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd)); err == nil && to == path {
			d.isFull = true
			if err := syscall.Dup3(int(full.Fd()), fd, syscall.O_CLOEXEC); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	if !d.isFull {
		d.t.Fatal("the recording is not open")
	}
}

// hour is one hour.
func (d *day) hour(n int) {
	path := filepath.Join(d.dir, "recording-"+strconv.Itoa(n))
	session, err := d.ledger.Create(d.t.Context(), d.service, client.CreateRequest{LensID: simulator.LensMachineState})
	if err != nil {
		d.t.Fatal(err)
	}
	d.results, d.lastID = 0, ""
	d.run(session.ID, "")
	d.record(path)
	d.pass(10 * time.Minute)
	fault, err := simulator.ParseFault(dayFaults[n%len(dayFaults)])
	if err != nil {
		d.t.Fatal(err)
	}
	_ = d.sim.Inject(fault)
	d.pass(10 * time.Minute)
	d.sim.Heal("", "")
	d.pass(5 * time.Minute)
	d.network.Cut()
	d.pass(5 * time.Minute)
	if n%4 == 1 {
		d.fillDisk(path)
	}
	time.Sleep(5 * time.Minute) // suspended
	d.pass(5 * time.Minute)
	if n%3 == 2 { // killed: what was not handed over is read again by the next run
		d.hub.Close()
		d.stopRecording(n)
		d.run(session.ID, d.lastID)
		d.record(path + "-resumed")
		d.pass(10 * time.Minute)
	}
	d.end(n, session.ID)
}

// end stops the session's output, counts, and destroys it.
func (d *day) end(n int, id string) {
	_ = d.sim.Inject(simulator.Fault{Name: simulator.FaultStall})
	d.pass(2 * time.Minute)
	record, err := d.service.Session(d.t.Context(), id)
	if err != nil || record.Counters.Outputs != d.results || d.results == 0 {
		d.t.Errorf("hour %d, %s: %d results were counted of %d, %v", n, dayFaults[n%len(dayFaults)], d.results, record.Counters.Outputs, err)
	}
	d.sim.Heal("", "")
	if n%5 == 3 {
		_ = d.sim.Inject(simulator.Fault{Name: simulator.FaultLostAnswer, Arg: "destroy"})
	}
	if _, err := d.ledger.Destroy(d.t.Context(), d.service, id); err != nil {
		d.t.Errorf("hour %d: %v", n, err)
	}
	d.sim.Heal("", "")
	d.pass(time.Minute)
	d.stopRecording(n)
	d.hub.Close()
	d.hub, d.store, d.rec = nil, nil, nil
}

// state is what must not grow.
type state struct{ heap, goroutines, descriptors int64 }

func (d *day) state() state {
	d.service.Close()
	synctest.Wait()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		d.t.Fatal(err)
	}
	return state{int64(m.HeapAlloc), int64(runtime.NumGoroutine()), int64(len(open))}
}

// A day with faults, kills, suspends and full disks: every result is counted once, and memory, goroutines, descriptors and the
// ledger are at its end as they were after its first hours.
func TestADayLeavesNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(simulator.Config{Rate: 0.5, Heartbeat: 30 * time.Second, WarmUp: -1})
		if err != nil {
			t.Fatal(err)
		}
		network := memnet.Listen()
		served := make(chan struct{})
		go func() { defer close(served); _ = sim.Serve(network) }()
		transport := network.Transport()
		transport.ResponseHeaderTimeout = 30 * time.Second
		service, err := archetype.New(archetype.Options{Endpoint: "http://" + network.Addr().String(), Key: archetype.NewSecret(simulator.DefaultKey), Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		d := &day{t: t, sim: sim, network: network, service: service, dir: dir, ledger: custody.Open(filepath.Join(dir, "ledger"), time.Now)}
		var early, late state
		for n := range 24 {
			d.hour(n)
			if own := d.ledger.Own(); len(own) > 0 {
				t.Errorf("hour %d: the ledger has %v", n, own)
			}
			if n == 7 {
				early = d.state()
			}
		}
		late = d.state()
		if late.heap > early.heap+early.heap/5+1<<20 || late.goroutines > early.goroutines || late.descriptors > early.descriptors {
			t.Errorf("after 8 hours %+v, after 24 %+v", early, late)
		}
		text, _ := os.ReadFile(filepath.Join(dir, "ledger"))
		if strings.Contains(string(text), "lsn-") {
			t.Errorf("the ledger's file has %s", text)
		}
		_ = sim.Close()
		<-served
		transport.CloseIdleConnections()
		synctest.Wait()
	})
}
