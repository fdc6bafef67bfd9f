package manage

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/fields"
	"lenswatch/watch/pipeline"
)

// source is the part of a form that asks what a session is to read.
type source struct {
	service string
	kind    *fields.Field
	of      map[string]*fields.Field // by kind
	windows []*fields.Field          // how a file is read: rows or frames per inference, and from one to the next
	loop    *fields.Field            // whether a file is read again and again
	files   bool                     // were asked for
	needed  bool                     // the lens names no input of its own: without one the session has nothing to read
	chosen  bool                     // a person chose the kind
}

// The kinds of source, as a person reads them.
const (
	sourceNone   = "none"
	sourceStored = "stored file"
	sourceLocal  = "local file"
	sourceCamera = "camera"
)

// Whether a file is read again and again.
const (
	loopNo  = "no"
	loopYes = "yes"
)

// newSource asks for what a lens can read.
func newSource(l client.Lens) *source {
	s := &source{service: l.Service, needed: len(l.Inputs) == 0, of: map[string]*fields.Field{
		sourceStored: fields.New(client.Field{Label: "File", Hint: "Loading the account's files…", Required: true}),
		sourceLocal:  fields.New(client.Field{Label: "Path", Hint: "A local csv, jsonl or mp4 file. It is uploaded to your account.", Required: true}),
		sourceCamera: fields.New(client.Field{Label: "URL", Hint: "rtsp://user:password@host/path. Password and query are sent to the service, and never stored or shown.", Required: true}),
	}}
	s.windows = []*fields.Field{
		fields.New(client.Field{Label: "Window", Hint: "Rows or frames per inference (empty: lens default)."}),
		fields.New(client.Field{Label: "Step", Hint: "Step between inferences, in rows or frames (empty: lens default)."}),
	}
	s.loop = fields.New(client.Field{Label: "Loop", Hint: "Restart the file when it ends ({left} / {right} to change).", Options: []string{loopNo, loopYes}})
	s.of[sourceStored].Pick = true
	s.of[sourceCamera].Mask = maskCamera
	none := "Without an input, the session uses the lens's own input or waits for pushed rows."
	if s.needed {
		none = "Without an input the session waits for pushed rows (lenswatch sessions feed)."
	}
	hint := none
	if l.Channel == client.ChannelNone {
		hint = "The lens has no output: lenswatch adds one (output_stream.set). " + none
	}
	s.kind = fields.New(client.Field{Label: "Input", Hint: hint, Options: []string{sourceNone, sourceStored, sourceLocal, sourceCamera}})
	return s
}

// shown are the fields for the kind that is chosen.
func (s *source) shown() []*fields.Field {
	if x := s.of[s.kind.Value()]; x != nil {
		return append([]*fields.Field{s.kind, x}, s.reading()...)
	}
	return []*fields.Field{s.kind}
}

// reading are the fields for how the chosen file is read. None has to be filled in.
func (s *source) reading() (out []*fields.Field) {
	x := s.of[s.kind.Value()]
	if x == nil || x == s.of[sourceCamera] {
		return nil
	}
	kind, known := pipeline.KindOf(x.Value())
	if !known {
		return nil
	}
	if kind.Windowed() {
		out = append(out, s.windows...)
	}
	if kind.Loops() {
		out = append(out, s.loop)
	}
	return out
}

// read sets how an input is read, as the fields say that are shown.
func (s *source) read(in *client.Input) error {
	for _, x := range s.reading() {
		switch text := x.Value(); {
		case x == s.loop:
			in.Loop = text == loopYes
		case text == "":
		default:
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return errors.New(x.Label + " must be a whole number greater than 0")
			}
			if x == s.windows[0] {
				in.Window = n
			} else {
				in.Step = n
			}
		}
	}
	return nil
}

// Listed is what the account has stored.
type Listed struct {
	form  *form
	files []client.File
	err   error
}

// load asks for the account's files when they are wanted, once.
func (s *source) load(f *form) tea.Cmd {
	if s == nil || s.files || !s.needed && s.kind.Value() != sourceStored {
		return nil
	}
	s.files = true
	m := f.manager
	store, ok := m.Live.Service(s.service).(client.FileStore)
	if !ok {
		s.of[sourceStored].Hint = "This service has no file storage."
		return nil
	}
	return m.request(requestTimeout, func(ctx context.Context) tea.Msg {
		files, err := store.Files(ctx)
		return Listed{f, files, err}
	})
}

// HandleListed offers the files that a session can read, the newest first. Where the session has nothing to read without
// one, a file is what is chosen until a person chooses.
func (m *Manager) HandleListed(msg Listed) {
	s := msg.form.source
	x := s.of[sourceStored]
	if msg.err != nil {
		s.files = false // they are asked for again
		x.Hint = "Couldn't list the files: " + reason(msg.err) + "."
		return
	}
	slices.SortStableFunc(msg.files, func(a, b client.File) int { return b.Uploaded.Compare(a.Uploaded) })
	x.Options = nil
	for _, file := range msg.files {
		if _, known := pipeline.KindOf(file.ID); known {
			x.Options = append(x.Options, file.ID)
		}
	}
	x.Hint = "Choose with {up} and {down}; type to filter."
	if len(x.Options) == 0 {
		x.Hint = "The account has no csv, jsonl or mp4 file. Choose a local file to upload one."
	} else if i := slices.Index(s.kind.Options, sourceStored); s.needed && !s.chosen {
		s.kind.Choice = i
		msg.form.Resize()
	}
}

// check reports what is wrong with what was typed.
func (s *source) check() error {
	_, closeFile, err := s.plan()
	if err == nil {
		closeFile()
	}
	return err
}

// plan is what a session is to get. The function closes its file.
func (s *source) plan() (p pipeline.Plan, closeFile func(), err error) {
	none := func() {}
	if s == nil {
		return p, none, nil
	}
	switch kind := s.kind.Value(); kind {
	case sourceStored:
		id := s.of[kind].Value()
		k, _ := pipeline.KindOf(id)
		p.Input = &client.Input{Kind: k, FileID: id}
		return p, none, s.read(p.Input)
	case sourceCamera:
		in, err := pipeline.Camera(s.of[kind].Value())
		if err != nil {
			return p, none, err
		}
		p.Input = &in
	case sourceLocal:
		p.Input = &client.Input{}
		if err := s.read(p.Input); err != nil {
			return p, none, err
		}
		file, f, err := pipeline.Open(s.of[kind].Value())
		if err != nil {
			return p, none, err
		}
		p.File = file
		return p, func() { f.Close() }, nil
	}
	return p, none, nil
}

// portOnly is what a host and a port look like before the path: no password can follow.
var portOnly = regexp.MustCompile(`^[^:/@]*:\d{1,5}/`)

// maskCamera hides the password of a camera's URL, and its query, which may hold a token, while they are typed too. As long
// as the URL may still turn out to have a password, what may be it is hidden.
func maskCamera(text string) string {
	scheme, rest := "", text
	if i := strings.Index(text, "://"); i >= 0 {
		scheme, rest = text[:i+3], text[i+3:]
	}
	colon, at := strings.IndexByte(rest, ':'), strings.LastIndexByte(rest, '@')
	switch {
	case colon < 0, at < 0 && portOnly.MatchString(rest), at >= 0 && at < colon:
		return scheme + maskQuery(rest)
	case at < 0:
		at = len(rest)
	}
	hidden := strings.Repeat("*", len([]rune(rest[colon+1:at])))
	return scheme + rest[:colon+1] + hidden + maskQuery(rest[at:])
}

// maskQuery hides what stands in the query or the fragment of a URL's rest.
func maskQuery(text string) string {
	i := strings.IndexAny(text, "?#")
	if i < 0 {
		return text
	}
	return text[:i+1] + strings.Map(func(r rune) rune {
		if r == '=' || r == '&' {
			return r
		}
		return '*'
	}, text[i+1:])
}

// uploadTimeout bounds setting up a session whose input is uploaded first, setupTimeout any other.
const (
	uploadTimeout = time.Hour
	setupTimeout  = 3 * time.Minute
)

// setUp gives a session an output or an input, step by step. form may be nil.
func (m *Manager) setUp(w *work, f *form, s client.Session, p pipeline.Plan, closeFile func()) tea.Cmd {
	limit := setupTimeout
	if p.File != nil {
		limit = uploadTimeout
	}
	steps := make(chan pipeline.Progress, 1)
	run := m.request(limit, func(ctx context.Context) tea.Msg {
		defer close(steps)
		defer closeFile()
		done := ""
		err := m.Live.Setup(ctx, s.Service, s.ID, p, func(p pipeline.Progress) {
			if p.Done {
				done = p.Text
			}
			select {
			case steps <- p:
			case <-ctx.Done():
			}
		})
		return SetUp{form: f, work: w, session: s, done: done, err: err}
	})
	return tea.Batch(run, nextStep(w, steps))
}

// SetUp is how setting up a session ended; Stepped that it got further.
type (
	SetUp struct {
		form    *form
		work    *work
		session client.Session
		done    string // the last step that was done: the outcome may arrive before it is shown
		err     error
	}
	Stepped struct {
		work  *work
		step  pipeline.Progress
		steps <-chan pipeline.Progress
	}
)

// nextStep waits for the next step.
func nextStep(w *work, steps <-chan pipeline.Progress) tea.Cmd {
	return func() tea.Msg {
		step, ok := <-steps
		if !ok {
			return nil
		}
		return Stepped{w, step, steps}
	}
}

// HandleStepped shows how far setting up is.
func (m *Manager) HandleStepped(msg Stepped) tea.Cmd {
	w := msg.work
	if w.text = strings.TrimSuffix(sentence(msg.step.Text), "."); msg.step.Done && w.form != nil {
		w.form.steps = append(w.form.steps, msg.step.Text)
	}
	return nextStep(w, msg.steps)
}

// HandleSetUp says how setting up a session ended.
func (m *Manager) HandleSetUp(h dialog.Host, msg SetUp) tea.Cmd {
	if msg.work != nil {
		m.finish(msg.work)
	}
	f, name := msg.form, m.name(&msg.session)
	switch {
	case errors.Is(msg.err, pipeline.ErrOutputUnknown) && (f == nil || !f.closed):
		m.askAnyway(h, f, msg.session)
	case msg.err != nil && f != nil && !f.closed:
		f.failed(h, msg.err)
	case msg.err != nil:
		if f != nil {
			f.failed(h, msg.err)
		}
		h.Say(dialog.Failure, "Couldn't set up %s: %s. %s", name, reason(msg.err), advice(msg.err))
	default:
		if f != nil {
			f.work = nil
			if msg.done != "" && (len(f.steps) == 0 || f.steps[len(f.steps)-1] != msg.done) {
				f.steps = append(f.steps, msg.done)
			}
			f.finished(h)
			return m.done(h, f)
		}
		h.Say(dialog.Success, "%s has an output now. If no results arrive, set its input ({set-input}).", name)
	}
	return nil
}
