package cli

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// said shows the last text that it was sent.
type said struct{ text string }

func (m *said) Init() tea.Cmd { return nil }

func (m *said) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if text, ok := msg.(string); ok {
		m.text = text
	}
	return m, nil
}

func (m *said) View() tea.View { return tea.NewView(m.text) }

// slate is a terminal that may take a while for each write.
type slate struct {
	bytes.Buffer
	accepts time.Duration
	wrote   time.Time // when the last write was over
}

func (s *slate) Write(p []byte) (int, error) {
	<-time.After(s.accepts)
	s.wrote = time.Now()
	return s.Buffer.Write(p)
}

// startFrames runs a program in virtual time, and waits until it has drawn what it shows first.
func startFrames(t *testing.T, to *slate) (*framedModel, *frames) {
	t.Helper()
	f := &frames{}
	m := &framedModel{Model: &said{text: "first"}, frames: f}
	m.program = tea.NewProgram(m, tea.WithInput(new(bytes.Buffer)), tea.WithOutput(f.output(to)), tea.WithWindowSize(20, 3),
		tea.WithColorProfile(colorprofile.ANSI), tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if _, err := m.program.Run(); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		m.program.Quit()
		<-ended
	})
	<-time.After(10 * time.Second)
	synctest.Wait()
	if !strings.Contains(to.String(), "first") {
		t.Fatalf("the first frame was not drawn: %q", to)
	}
	return m, f
}

// A screen that stays as it is is not looked at more than once a second. The renderer's ticker is Bubble
// Tea's own, so this fails with a version that has another.
func TestFramesRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, f := startFrames(t, &slate{})
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.ticker == nil {
			t.Fatal("the renderer has no ticker that could be slowed down")
		}
		if !f.slow {
			t.Error("the renderer looks for frames though nothing changes")
		}
	})
}

// After a rest a change is on the screen at once, and so is what goes to the terminal besides frames.
func TestFramesAfterARest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &slate{}
		m, _ := startFrames(t, to)
		for _, msg := range []tea.Msg{"second", tea.RawMsg{Msg: "raw"}} {
			<-time.After(1500 * time.Millisecond)
			sent := time.Now()
			m.program.Send(msg)
			<-time.After(restFrame)
			if took := to.wrote.Sub(sent); took < 0 || took > 2*firstFrame {
				t.Errorf("%v was drawn after %v", msg, took)
			}
		}
	})
}

// What changes while a slow terminal takes a frame is looked for when it has taken it, not after a rest.
func TestFramesOnASlowTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &frames{}
		ticker := time.NewTicker(frame)
		f.drive(ticker)
		to := f.output(&slate{accepts: 20 * lastFrame})
		for range 3 {
			f.changed()
			<-ticker.C
			if _, err := to.Write([]byte("frame")); err != nil { // as the renderer does, between two ticks
				t.Fatal(err)
			}
			wrote := time.Now()
			<-ticker.C
			if took := time.Since(wrote); took > frame {
				t.Errorf("the next frame is looked for after %v", took)
			}
			<-time.After(restFrame)
		}
	})
}

// However much changes, frames are drawn at the normal rate at most.
func TestFramesAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &slate{}
		m, _ := startFrames(t, to)
		writes := 0
		for range 1000 {
			before := to.wrote
			m.program.Send(strings.Repeat("x", 1+writes%19))
			<-time.After(time.Millisecond)
			synctest.Wait()
			if to.wrote != before {
				writes++
			}
		}
		if writes < framesPerSecond*9/10 || writes > framesPerSecond+1 {
			t.Errorf("%d frames in a second", writes)
		}
	})
}
