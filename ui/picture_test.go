package ui

import (
	"image/color"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

var pictureSize = display{w: 120, h: 36, color: colorprofile.TrueColor}

// pictures are those of the documents, each with the keys that lead to it from the one before.
var pictures = []struct {
	name, title string
	keys        []string
}{
	{"overview", "Three sessions at once: their states, newest results, logs, and the health of them all.", nil},
	{"present", "Presentation mode: the newest result of one session, large.", []string{"j", "j", "P"}},
	{"inspector", "An event looked into: its payload as a tree.", []string{"esc", "k", "k", "tab", "k", "enter", "tab"}},
	{"stall", "A session has stalled: the cause, what to do next, and the evidence.", []string{"esc", "shift+tab", "j", "j", "wait", "i"}},
}

// distant is a network on which an answer takes its time.
type distant struct{ http.RoundTripper }

func (d distant) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(38 * time.Millisecond)
	return d.RoundTripper.RoundTrip(r)
}

// simulated is a simulator and a client of it, over real HTTP in memory, late in the morning of a bubble.
func simulated(t *testing.T) (*simulator.Simulator, client.Service) {
	t.Helper()
	time.Sleep(10*time.Hour + 24*time.Minute) // a bubble begins at midnight
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	network := memnet.Listen()
	served := make(chan struct{})
	go func() { defer close(served); _ = sim.Serve(network) }()
	transport := network.Transport()
	t.Cleanup(func() {
		_ = sim.Close()
		<-served
		transport.CloseIdleConnections()
		synctest.Wait()
	})
	svc, err := archetype.New(archetype.Options{
		Endpoint: "http://simulator.test", Key: archetype.NewSecret(simulator.DefaultKey), Transport: distant{transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	return sim, svc
}

// pictureStage plays the beginning of the demo on a screen, in virtual time and over real HTTP in memory. No
// two sessions speak at the same moment, so that the order of what they say is always the same.
func pictureStage(t *testing.T, d display) (x *terminal, stall func()) {
	t.Helper()
	sim, svc := simulated(t)
	open := func(lens string) string {
		id, err := sim.Create(lens)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	open(simulator.LensActivityMonitor)
	time.Sleep(170 * time.Millisecond)
	x = start(t, d, Options{Title: "demo"}, svc)
	x.pass(290 * time.Millisecond)
	machine := open(simulator.LensMachineState) // the next list has it: two streams that open at once do so in no order
	x.pass(7877 * time.Millisecond)             // none of their results comes as a second of a sparkline ends
	open(simulator.LensEmbedding)
	x.pass(20 * time.Second)
	return x, func() {
		if err := sim.Inject(simulator.Fault{Name: simulator.FaultStall, Session: machine}); err != nil {
			t.Fatal(err)
		}
		x.pass(24 * time.Second)
	}
}

// The pictures in docs are what the program draws. After a change of the screen: make them again with
// -update, and look at them.
func TestGoldenPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, stall := pictureStage(t, pictureSize)
		for _, p := range pictures {
			for _, k := range p.keys {
				if k == "wait" {
					stall()
					continue
				}
				x.press(k)
			}
			comparePicture(t, p.name, p.title, x, darkSwatch)
			x.prog.Send(tea.BackgroundColorMsg{Color: color.White})
			x.prog.Send(tea.ForegroundColorMsg{Color: color.RGBA{0x1f, 0x23, 0x28, 255}})
			x.pass(100 * time.Millisecond)
			comparePicture(t, p.name+"-light", p.title, x, lightSwatch)
			x.prog.Send(tea.BackgroundColorMsg{Color: color.RGBA{0x0d, 0x11, 0x17, 255}})
			x.prog.Send(tea.ForegroundColorMsg{Color: color.RGBA{0xe6, 0xed, 0xf3, 255}})
			if p.name == "overview" {
				x.resize(80, 24)
				comparePicture(t, "overview-80x24", p.title, x, darkSwatch)
				x.resize(pictureSize.w, pictureSize.h)
			}
			x.pass(100 * time.Millisecond)
		}
	})
}

func comparePicture(t *testing.T, name, title string, x *terminal, sw swatch) {
	t.Helper()
	x.mu.Lock()
	got := drawSVG(title, x.emu.Width(), x.emu.Height(), sw, x.emu.CellAt)
	x.mu.Unlock()
	path := filepath.Join("..", "docs", "pictures", name+".svg")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the program draws now. Make the pictures again, and look at them: go test ./ui -run Pictures -update", path)
	}
}
