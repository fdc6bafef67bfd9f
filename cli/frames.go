package cli

import (
	"io"
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
)

const (
	// framesPerSecond is how many frames are drawn at most; Bubble Tea takes no more. What came is handed
	// on 30 times a second at most: the others answer keys.
	framesPerSecond = 120
	frame           = time.Second / framesPerSecond
	// firstFrame is how soon a frame is drawn after a rest. It is not at once: what the model shows is
	// handed to the renderer a moment after the model was asked for it.
	firstFrame = time.Millisecond
	// lastFrame is how long after a change or a frame frames are looked for at the normal rate.
	lastFrame = 3 * frame
	// restFrame is how often a frame is looked for otherwise.
	restFrame = time.Second
)

// frames lets the renderer look for a frame when there is one. By itself it looks framesPerSecond times
// a second as long as the program runs, which wakes an idle machine all the time, and Bubble Tea 2.0.10
// has no setting for it (its pull requests 1776 and 1796 would bring one). So the renderer's ticker is
// slowed down while what the model shows stays the same.
//
// A change that this should miss is drawn within restFrame, or with the next change.
//
// What it is worth, on an idle screen of 120x36 over 20 s: 1 wake-up a second and less than 0.05 % of a core, where the
// ticker left alone takes 455 context switches a second and 1.9 %. A fixed rate of 30 would take a quarter of that, and
// answer keys after up to 33 ms instead of 8.
type frames struct {
	// onTerminalGone is called when a frame cannot be written because the terminal is gone, of which Bubble Tea says
	// nothing. A signal says so too, but not to every process. It may be nil.
	onTerminalGone func()

	mu     sync.Mutex
	ticker *time.Ticker // the renderer's; nil before it has one
	rest   *time.Timer  // slows the ticker down
	slow   bool
}

// takeTicker takes the ticker of a program that has begun to draw. One that has no such ticker draws at its
// own rate.
func (f *frames) takeTicker(program *tea.Program) {
	field := reflect.ValueOf(program).Elem().FieldByName("ticker")
	if field.IsValid() && field.Type() == reflect.TypeFor[*time.Ticker]() && !field.IsNil() {
		f.drive((*time.Ticker)(field.UnsafePointer()))
	}
}

// drive takes a ticker, if there is none yet.
func (f *frames) drive(ticker *time.Ticker) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ticker != nil {
		return
	}
	f.ticker = ticker
	f.ticker.Reset(firstFrame)
	f.rest = time.AfterFunc(lastFrame, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.slow = true
		f.ticker.Reset(restFrame)
	})
}

// changed says that there is something to draw.
func (f *frames) changed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ticker == nil {
		return
	}
	if f.slow {
		f.slow = false
		f.ticker.Reset(firstFrame)
	}
	f.rest.Reset(lastFrame)
}

// drawn says that a frame was written. That may have taken the terminal a while, and what changed
// meanwhile is to be drawn yet.
func (f *frames) drawn() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ticker == nil {
		return
	}
	f.slow = false
	f.ticker.Reset(frame)
	f.rest.Reset(lastFrame)
}

// framedModel is a model that reports on its changes.
type framedModel struct {
	tea.Model
	frames  *frames
	program *tea.Program
	shown   tea.View
}

func (m *framedModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, raw := msg.(tea.RawMsg); raw { // the renderer writes it when it looks for a frame
		m.frames.changed()
	}
	_, cmd := m.Model.Update(msg)
	return m, cmd
}

func (m *framedModel) View() tea.View {
	v := m.Model.View()
	if v.Content != "" { // before there is something to draw, the renderer has only questions for the terminal
		m.frames.takeTicker(m.program)
	}
	if !reflect.DeepEqual(v, m.shown) {
		m.shown = v
		m.frames.changed()
	}
	return v
}

// framedOutput is an output that reports what is written to it.
type framedOutput struct {
	io.Writer
	frames *frames
}

func (o framedOutput) Write(p []byte) (int, error) {
	defer o.frames.drawn()
	n, err := o.Writer.Write(p)
	if err != nil && isTerminalGone(err) && o.frames.onTerminalGone != nil {
		o.frames.onTerminalGone()
	}
	return n, err
}

// framedTerminal is one that Bubble Tea takes for the terminal that it is.
type framedTerminal struct {
	term.File
	framedOutput
}

func (t framedTerminal) Write(p []byte) (int, error) { return t.framedOutput.Write(p) }

// output is w, which reports what is written to it.
func (f *frames) output(w io.Writer) io.Writer {
	o := framedOutput{w, f}
	if file, ok := w.(term.File); ok {
		return framedTerminal{file, o}
	}
	return o
}
