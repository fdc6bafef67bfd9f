package ui

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"lenswatch/client"
	"lenswatch/ui/playback"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// terminal is a Program that draws on an emulated terminal, inside a synctest bubble.
type terminal struct {
	t     *testing.T
	mu    sync.Mutex
	emu   *vt.Emulator
	keys  *io.PipeWriter
	prog  *tea.Program
	model *Model
	ended chan error
	bells int      // guarded by mu: the emulator rings while it is written to
	notes []string // likewise: desktop notifications
	moves int      // likewise: frames of what moves
}

// Write is the program's output. Where its input is no terminal, Bubble Tea counts on a line feed
// that returns the carriage too, as a terminal driver makes it.
func (x *terminal) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	_, err := x.emu.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	return len(p), err
}

// display says how the emulated terminal is.
type display struct {
	w, h  int
	light bool
	color colorprofile.Profile
}

// start runs a Model over services on an emulated terminal. Everything ends with the test.
func start(t *testing.T, l display, o Options, services ...client.Service) *terminal {
	t.Helper()
	return startWith(t, l, o, watch.Options{}, services...)
}

// startWith is start with options for the hub.
func startWith(t *testing.T, l display, o Options, h watch.Options, services ...client.Service) *terminal {
	t.Helper()
	h.All = true
	hub := watch.NewHub(services, h)
	hub.Start()
	x := startOn(t, l, o, hub, nil)
	t.Cleanup(hub.Close)
	return x
}

// quickFloor is the shortest pause that is called quiet in tests.
const quickFloor = 5 * time.Second

// startOn runs a Model over a source; prepare gets it before it runs.
func startOn(t *testing.T, l display, o Options, source watch.Source, prepare func(*Model)) *terminal {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	o.Zone = time.UTC
	if o.Thresholds == (health.Config{}) {
		o.Thresholds.QuietFloor = quickFloor // or a stall of a young stream would take minutes to be certain
	}
	x := &terminal{t: t, emu: vt.NewEmulator(l.w, l.h), ended: make(chan error, 1)}
	if live, ok := source.(watch.Live); ok {
		x.model = New(ctx, live, o)
	} else {
		x.model = NewReplay(ctx, source.(playback.Player), o)
	}
	if prepare != nil {
		prepare(x.model)
	}
	x.emu.SetCallbacks(vt.Callbacks{Bell: func() { x.bells++ }})
	x.emu.RegisterOscHandler(9, func(data []byte) bool {
		if text := strings.TrimPrefix(string(data), "9;"); !strings.HasPrefix(text, "4;") { // else it is the progress bar
			x.notes = append(x.notes, text)
		}
		return true
	})
	fg, bg := color.Color(color.RGBA{0xe6, 0xed, 0xf3, 255}), color.Color(color.RGBA{0x0d, 0x11, 0x17, 255}) // as of the pictures
	if l.light {
		fg, bg = color.RGBA{0x1f, 0x23, 0x28, 255}, color.White
	}
	x.emu.SetDefaultForegroundColor(fg)
	x.emu.SetDefaultBackgroundColor(bg)
	in, keys := io.Pipe()
	x.keys = keys
	go func() { _, _ = io.Copy(keys, x.emu) }() // the terminal's own answers
	if l.color == 0 {
		l.color = colorprofile.ANSI
	}
	x.prog = tea.NewProgram(x.model, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(x),
		tea.WithWindowSize(l.w, l.h), tea.WithColorProfile(l.color), tea.WithFPS(30),
		tea.WithoutSignalHandler(), tea.WithFilter(x.filter), tea.WithEnvironment([]string{"TERM=xterm-256color"}))
	go func() {
		_, err := x.prog.Run()
		x.ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		x.pass(2 * time.Second) // the clock's last tick
		x.mu.Lock()
		defer x.mu.Unlock()
		_, _ = keys.Close(), x.emu.Close()
	})
	x.pass(time.Second + offTicks)
	return x
}

// offTicks puts what a test does between the ticks of the hub and of the screen, and a frame after them: two things at
// one moment of virtual time happen in any order, and a slower machine takes the other one.
const offTicks = 40 * time.Millisecond

// filter stands in for being stopped by the terminal, which would stop the tests too. The lock puts what a test read of
// the model before what the next message changes.
func (x *terminal) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch msg.(type) {
	case tea.SuspendMsg:
		return tea.ResumeMsg{}
	case moveMsg:
		x.moves++
	}
	return msg
}

// pass lets virtual time go by, and everything settle.
func (x *terminal) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// press types keys as a terminal sends them, and lets the screen settle.
func (x *terminal) press(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		if seq, ok := sequences[k]; ok {
			k = seq
		} else if letter, ok := strings.CutPrefix(k, "shift+"); ok {
			k = fmt.Sprintf("\x1b[%d;2u", letter[0]) // as terminals send it that distinguish keys from text
		}
		if _, err := io.WriteString(x.keys, k); err != nil {
			x.t.Fatalf("press: %v", err)
		}
		x.pass(200 * time.Millisecond)
	}
}

var sequences = map[string]string{
	"enter": "\r", "esc": "\x1b", "ctrl+up": "\x1b[1;5A", "ctrl+down": "\x1b[1;5B", "ctrl+right": "\x1b[1;5C", "ctrl+left": "\x1b[1;5D",
	"shift+right": "\x1b[1;2C", "shift+left": "\x1b[1;2D", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
	"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "delete": "\x1b[3~", "ctrl+c": "\x03", "backspace": "\x7f", "blur": "\x1b[O", "focus": "\x1b[I",
	"ctrl+b": "\x02", "ctrl+f": "\x06", "ctrl+u": "\x15", "ctrl+d": "\x04", "ctrl+p": "\x10", "ctrl+z": "\x1a", "ctrl+n": "\x0e",
}

// screen is what the cells say.
func (x *terminal) screen() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	lines := strings.Split(x.emu.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// want fails unless the screen has each text.
func (x *terminal) want(texts ...string) {
	x.t.Helper()
	s := x.screen()
	for _, text := range texts {
		if !strings.Contains(s, text) {
			x.t.Fatalf("the screen has no %q:\n%s", text, s)
		}
	}
}

// has reports whether the screen has a text.
func (x *terminal) has(text string) bool { return strings.Contains(x.screen(), text) }

// wantNot fails if the screen has one of the texts.
func (x *terminal) wantNot(texts ...string) {
	x.t.Helper()
	s := x.screen()
	for _, text := range texts {
		if strings.Contains(s, text) {
			x.t.Fatalf("the screen has %q:\n%s", text, s)
		}
	}
}

// resize makes the terminal another size.
func (x *terminal) resize(w, h int) {
	x.mu.Lock()
	x.emu.Resize(w, h)
	x.mu.Unlock()
	x.prog.Send(tea.WindowSizeMsg{Width: w, Height: h})
	x.pass(200 * time.Millisecond)
}

// exited waits for the program to end.
func (x *terminal) exited() error {
	x.t.Helper()
	select {
	case err := <-x.ended:
		return err
	case <-time.After(10 * time.Second):
		x.t.Fatalf("the program did not end:\n%s", x.screen())
		return nil
	}
}
