package ui

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
	"lenswatch/watch"
	"lenswatch/watch/health"
	"lenswatch/watch/recorder"
	"lenswatch/watch/replay"
)

// recordDemo plays the demo's story on a screen that records, and returns the file and what the screen
// showed at some moments.
func recordDemo(t *testing.T, moments []time.Duration) (path string, shown []string) {
	t.Helper()
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	network := memnet.Listen()
	served := make(chan struct{})
	go func() { defer close(served); _ = sim.Serve(network) }()
	transport := network.Transport()
	svc, err := archetype.New(archetype.Options{Endpoint: "http://simulator.test", Key: archetype.NewSecret(simulator.DefaultKey), Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	go sim.Story(t.Context())
	hub := watch.NewHub([]client.Service{svc}, watch.Options{All: true})
	hub.Start()
	path = filepath.Join(t.TempDir(), "demo.ndjson.zst")
	began := time.Now()
	x := startOn(t, medium, Options{Title: "demo"}, hub, func(m *Model) {
		r, err := recorder.Open(path, recorder.Options{}, recorder.ServicesOf(m.store))
		if err != nil {
			t.Fatal(err)
		}
		m.RecordTo(r)
	})
	for _, at := range moments {
		x.pass(time.Until(began.Add(at)))
		shown = append(shown, x.panes())
	}
	x.want("REC")
	x.press("q")
	if err := x.exited(); err != nil {
		t.Fatal(err)
	}
	hub.Close()
	if said := x.model.StopRecording(); !strings.Contains(said, "events to "+path) {
		t.Fatalf("the recording ended with %q", said)
	}
	_ = sim.Close()
	<-served
	transport.CloseIdleConnections()
	return path, shown
}

// panes is the screen without its header and footer, where a recording differs.
func (x *terminal) panes() string {
	lines := strings.Split(x.screen(), "\n")
	return strings.Join(lines[1:len(lines)-1], "\n")
}

// The moments of the demo that are compared: all is well, a session has stalled, a connection has
// broken and is open again, later. They are just after a second, when all figures have been drawn,
// and not when chance opens a connection again: 1.5 s after it was lost, at most.
var moments = []time.Duration{20*time.Second + settled, 40*time.Second + settled, 53*time.Second + settled, 70*time.Second + settled}

// settled is more than a frame.
const settled = 45 * time.Millisecond

// A recording of the demo shows what the screen showed, at any speed, and sought to the same place.
func TestRecordingOfTheDemoShowsTheSameScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, shown := recordDemo(t, moments)
		for _, speed := range []float64{1, 4} {
			p := openPlayer(t, path, speed)
			began := time.Now()
			x := startOn(t, medium, Options{Title: "replay"}, p, nil)
			p.SetBatchInterval(time.Millisecond) // a frame is worth more of the recording, the faster it is played
			for i, at := range moments {
				x.pass(time.Until(began.Add(time.Duration(float64(at) / speed))))
				p.Pause()
				x.pass(time.Second)
				began = began.Add(time.Second)
				x.compare(t, speed, at, shown[i])
				p.Resume()
			}
		}
		p := openPlayer(t, path, replay.Max)
		x := startOn(t, medium, Options{Title: "replay"}, p, nil)
		x.pass(5 * time.Second)
		x.want("end ", "of 01:1")
		p.Pause()
		p.SetSpeed(1)
		p.SetBatchInterval(time.Millisecond)
		for _, i := range []int{2, 0, 3, 1} {
			if err := p.Seek(t.Context(), moments[i]-2*time.Second); err != nil {
				t.Fatal(err)
			}
			x.pass(time.Second)
			p.Resume()
			x.pass(2 * time.Second)
			p.Pause()
			x.pass(time.Second)
			x.compare(t, 0, moments[i], shown[i])
		}
	})
}

func openPlayer(t *testing.T, path string, speed float64) *replay.Player {
	t.Helper()
	p, err := replay.Open(t.Context(), path, replay.Options{Speed: speed, Thresholds: health.Config{QuietFloor: quickFloor}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func (x *terminal) compare(t *testing.T, speed float64, at time.Duration, want string) {
	t.Helper()
	got := x.panes()
	if got == want {
		return
	}
	is, was := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(is), len(was)) {
		if is[i] != was[i] {
			t.Errorf("speed %g, %v: line %d was\n%s\nand is\n%s", speed, at, i+2, was[i], is[i])
		}
	}
}

// The keys of a player.
func TestPlayerControls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, _ := recordDemo(t, moments)
		p := openPlayer(t, path, 1)
		x := startOn(t, medium, Options{Title: "replay"}, p, nil)
		x.pass(30 * time.Second)
		x.want("▸ 00:3")
		x.press("space")
		x.want("‖ paused")
		before := p.Position()
		x.pass(time.Minute)
		if now := p.Position(); now.Now != before.Now {
			t.Fatalf("a paused recording went on from %v to %v", before.Now, now.Now)
		}
		x.press(".", ".")
		if n := p.Position().Events; n != before.Events+2 {
			t.Fatalf("%d events after two steps from %d", n, before.Events)
		}
		x.press(",")
		if n := p.Position().Events; n != before.Events+1 {
			t.Fatalf("%d events after a step back", n)
		}
		for key, move := range map[string]time.Duration{"ctrl+right": 10 * time.Second, "ctrl+left": -10 * time.Second} {
			at := p.Position().Now
			x.press(key)
			if now := p.Position().Now; (now - at - move).Abs() > time.Second {
				t.Errorf("%q: from %v to %v", key, at, now)
			}
		}
		x.press("ctrl+up")
		x.want("Playing at 2× speed")
		x.press("ctrl+down", "ctrl+down")
		x.want("Playing at 0.5× speed")
		x.press("J", "1:05", "enter")
		x.want("01:05")
		x.press("J", "nowhere", "enter")
		x.want("is not a valid position")
		x.press("esc")
		x.press("J", "e", "n", "d", "enter")
		x.pass(time.Second) // the header says the end with its clock
		x.want("end 01:1")
	})
}

// What is done to a live session cannot be done to a recorded one. Whatever the key, the answer is the
// same, and says where it can be done.
func TestARecordingAnswersThatNothingIsDoneToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, _ := recordDemo(t, moments[:1])
		x := startOn(t, medium, Options{Title: "replay"}, openPlayer(t, path, 1), nil)
		x.pass(10 * time.Second)
		for _, scope := range []string{"0", "]"} {
			x.press(scope)
			for _, key := range []string{"c", "d", "D", "a", "r", "x", "R", "u"} {
				x.press(key)
				x.want("Not available while replaying.")
				x.press("?", "esc")
				x.wantNot("Not available")
			}
		}
		x.press("i")
		x.wantNot("r reconnect", "x channel")
		for _, key := range []string{"r", "x", "c", "d"} {
			x.press(key)
			x.want("Not available while replaying.", "Diagnosis", "esc close")
		}
	})
}
