package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"lenswatch/client"
)

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
	unread     int           // records of the list that cannot be read
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
	if c == nil {
		panic("there is no session " + id)
	}
	c <- client.Event{Service: f.name, Session: id, Kind: kind, Wire: "inference.result", Text: text, Result: r, Received: time.Now(), Raw: []byte(`{}`)}
}

func (f *fake) Name() string { return f.name }

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

func (f *fake) Sessions(ctx context.Context) ([]client.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	client.Unread(ctx, f.unread)
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
