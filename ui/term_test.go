package ui

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"io"
	"slices"
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

// offTicks puts what a test does between the ticks of the hub and of the screen: two things at one moment of virtual
// time happen in any order, and a slower machine takes the other one.
const offTicks = 7 * time.Millisecond

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

// fake is a service whose sessions say what a test lets them say.
type fake struct {
	name        string
	inputs      map[string]string // of the newest create
	mu          sync.Mutex
	lenses      []client.Lens
	open        []client.Session
	reportedRaw map[string]chan client.Event
	results     map[string]int64 // said so far, by session
	destroyed   []string
	// cut lets no destroy be answered.
	cut bool
	// destroyErr are destroys that fail.
	destroyErr map[string]error
	watchErr   map[string]error // how streams end when they are asked to open again, by session
	createErr  error
	listErr    error
	held       chan struct{} // while it is not closed, records are not answered; nil: they are
}

// fullLens is a lens for whose sessions there is no slot.
const fullLens = "lns-full"

func newFake() *fake {
	return &fake{
		name: "fake", reportedRaw: map[string]chan client.Event{}, results: map[string]int64{},
		lenses: []client.Lens{
			{Service: "fake", ID: "lns-activity", Name: "Activity Monitor", Channel: client.ChannelSSE, Processors: []string{"lens_camera_processor"}, Outputs: []string{"server_sent_events_writer"}, Model: "Newton::c2_4"},
			{Service: "fake", ID: "lns-machine", Name: "Machine State", Channel: client.ChannelSSE},
			{Service: "fake", ID: "lns-mailbox", Name: "Mailbox Lens", Channel: client.ChannelMailbox},
		},
	}
}

// add opens a session, made by someone else.
func (f *fake) add(id, lens string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open = append(f.open, client.Session{
		Service: f.name, ID: id, LensID: f.lensID(lens), Status: client.StatusRunning, StatusText: "SESSION_STATUS_RUNNING", Registered: time.Now(),
	})
	f.reportedRaw[id] = make(chan client.Event, 1000)
}

// say makes a session say something.
func (f *fake) say(id string, kind client.Kind, text string, r *client.Result) {
	f.mu.Lock()
	c := f.reportedRaw[id]
	if kind == client.KindResult {
		f.results[id]++
	}
	f.mu.Unlock()
	c <- client.Event{Service: f.name, Session: id, Kind: kind, Wire: "inference.result", Text: text, Result: r, Received: time.Now(), Raw: []byte(`{}`)}
}

func (f *fake) Name() string     { return f.name }
func (f *fake) Endpoint() string { return "http://fake.invalid" }
func (f *fake) Lenses(context.Context) ([]client.Lens, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := slices.Clone(f.lenses)
	for i := range out {
		out[i].Service = f.name
		out[i].ID = f.lensID(out[i].ID)
	}
	return out, nil
}

// lensID is the id of a lens as the service has it: two services share none.
func (f *fake) lensID(id string) string {
	if f.name == "fake" {
		return id
	}
	return f.name + "-" + id
}

func (f *fake) Sessions(context.Context) ([]client.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]client.Session, 0, len(f.open))
	for _, s := range f.open {
		out = append(out, f.counted(s))
	}
	return out, f.listErr
}

// counted is a record with its counters: an input a second, and an output for each result said.
func (f *fake) counted(s client.Session) client.Session {
	s.HasCounters = true
	s.Counters.Inputs, s.Counters.Outputs = int64(time.Since(s.Registered)/time.Second), f.results[s.ID]
	return s
}

// hold keeps the answers of Session back, or lets them go.
func (f *fake) hold(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if on {
		f.held = make(chan struct{})
		return
	}
	close(f.held)
	f.held = nil
}

func (f *fake) Session(ctx context.Context, id string) (client.Session, error) {
	f.mu.Lock()
	held := f.held
	f.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-ctx.Done():
			return client.Session{}, ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.open {
		if s.ID == id {
			return f.counted(s), nil
		}
	}
	if f.reportedRaw[id] != nil && !slices.Contains(f.destroyed, id) { // no list names it
		return client.Session{Service: f.name, ID: id, Status: client.StatusRunning, StatusText: "SESSION_STATUS_RUNNING"}, nil
	}
	return client.Session{}, client.ErrNotFound
}

func (f *fake) Create(_ context.Context, req client.CreateRequest) (client.Session, error) {
	if f.createErr != nil {
		return client.Session{}, f.createErr
	}
	if req.LensID == fullLens {
		return client.Session{}, client.ErrQuota
	}
	id := fmt.Sprintf("lsn-made-%04d", len(f.reportedRaw)+1)
	f.inputs = req.Inputs
	f.add(id, strings.TrimPrefix(req.LensID, f.name+"-"))
	return client.Session{Service: f.name, ID: id, LensID: req.LensID, Status: client.StatusRegistered, StatusText: "SESSION_STATUS_REGISTERED", Registered: time.Now()}, nil
}

func (f *fake) Destroy(ctx context.Context, id string) (client.Session, error) {
	f.mu.Lock()
	if f.cut {
		f.mu.Unlock()
		<-ctx.Done()
		return client.Session{}, fmt.Errorf("destroy session: %w: %w", client.ErrNetwork, ctx.Err())
	}
	defer f.mu.Unlock()
	if err := f.destroyErr[id]; err != nil {
		return client.Session{}, err
	}
	for i, s := range f.open {
		if s.ID == id {
			f.open = append(f.open[:i:i], f.open[i+1:]...)
			f.destroyed = append(f.destroyed, id)
			close(f.reportedRaw[id])
			return client.Session{Service: f.name, ID: id, Status: client.StatusDestroyed, StatusText: "SESSION_STATUS_DESTROYED", Ended: time.Now()}, nil
		}
	}
	return client.Session{}, client.ErrNotFound
}

func (f *fake) Watch(ctx context.Context, id string, o client.WatchOptions, sink func(client.Event)) error {
	f.mu.Lock()
	said := f.reportedRaw[id]
	f.mu.Unlock()
	if said == nil {
		return client.ErrNotFound
	}
	notice := func(code client.NoticeCode, text string) {
		sink(client.Event{Service: f.name, Session: id, Kind: client.KindNotice, Wire: "notice", Text: text, Received: time.Now(), Notice: &client.Notice{Code: code, Channel: client.ChannelSSE}})
	}
	notice(client.NoticeConnecting, "connecting")
	notice(client.NoticeConnected, "connected")
	commands := make(chan client.Command, 4)
	defer o.Commands.Listen(func(c client.Command) bool { commands <- c; return true })()
	for {
		select {
		case ev, ok := <-said:
			if !ok {
				sink(client.Event{Service: f.name, Session: id, Kind: client.KindEnd, Wire: "sse.stream.end", Text: "stream end", Received: time.Now()})
				notice(client.NoticeClosed, "the session was destroyed")
				return nil
			}
			o.Connection.Add(len(ev.Raw), ev.Received)
			sink(ev)
		case <-commands:
			f.mu.Lock()
			err := f.watchErr[id]
			f.mu.Unlock()
			if err != nil {
				return err
			}
			notice(client.NoticeConnecting, "reconnecting, as asked")
			notice(client.NoticeConnected, "connected")
		case <-ctx.Done():
			return nil
		}
	}
}
