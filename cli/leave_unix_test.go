//go:build unix

package cli

import (
	"bytes"
	"context"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// draws is a model that reports when it drew something.
type draws struct {
	tea.Model
	once  sync.Once
	drawn chan struct{}
}

func (d *draws) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := d.Model.Update(msg)
	return d, cmd
}

func (d *draws) View() tea.View {
	v := d.Model.View()
	if v.Content != "" {
		d.once.Do(func() { close(d.drawn) })
	}
	return v
}

// A terminal that reads nothing cannot hold the program, nor keep a session open.
func TestATerminalThatStopsReading(t *testing.T) {
	s := newStage(t, false)
	// Its buffer is full before the first frame.
	fd := int(s.side.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := syscall.Write(fd, bytes.Repeat([]byte("x"), 1024)); err != nil {
			break
		}
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	drawn := make(chan struct{})
	s.screen.wrap = func(m tea.Model) tea.Model { return &draws{Model: m, drawn: drawn} }
	done := make(chan error, 1)
	go func() { done <- s.screen.run(ctx) }()
	<-drawn
	<-time.After(10 * time.Second / framesPerSecond) // the next frame is held
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it did not leave")
	}
	s.check(t, 0)
}
