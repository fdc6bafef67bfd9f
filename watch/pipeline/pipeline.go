// Package pipeline makes a mute session speak: it gives a session an output and an input.
//
// What it promises:
//
//   - The order loses no results: upload, output, an open stream, then input. Results that a lens writes before its
//     consumer is open may be lost.
//   - Nothing is sent twice, and a session that has an output keeps it.
//   - Every step is reported when it starts and when it ends.
//
// It knows neither a screen nor a command line, and opens no stream by itself.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/units"
)

// ErrOutputUnknown says that nothing was sent, as it is not known whether the session has an output.
var ErrOutputUnknown = errors.New("the service did not report whether the session already has an output, so nothing was sent")

// ErrUnsupported says that a service's sessions take no input or output.
var ErrUnsupported = errors.New("sessions of this service have no input or output")

// startWithin is how long a new session may take to run before its pipeline is set.
const startWithin = 90 * time.Second

// pollEvery is the time between two looks at a session that does not run yet.
const pollEvery = time.Second

// Step is a part of what is done.
type Step string

// The steps, in their order.
const (
	StepUpload Step = "upload"
	StepStart  Step = "start"
	StepOutput Step = "output"
	StepStream Step = "stream"
	StepInput  Step = "input"
)

// Progress is what is reported of a step.
type Progress struct {
	Step Step
	Done bool
	Text string // what is being done, or how it came out; one line
}

// Plan says what a session is to get.
type Plan struct {
	// Output gives the session an output stream, unless it has one. Where that is not known, it is [ErrOutputUnknown],
	// unless Anyway is set.
	Output, Anyway bool
	// Input is what the session is to read; nil leaves its input as it is.
	Input *client.Input
	// File is uploaded first, if it is set, and becomes the Input's file.
	File *File
	// Opened waits until the session's stream is open. It may be nil: nobody reads the stream then.
	Opened func(context.Context) error
}

// File is a local file to upload.
type File struct {
	Name    string // without folders; its end says what it holds
	Size    int64  // bytes
	Content io.Reader
}

// Run carries a plan out and reports each step. It ends at the first step that fails.
func Run(ctx context.Context, svc client.Service, id string, p Plan, report func(Progress)) error {
	control, ok := svc.(client.Controller)
	if !ok {
		return ErrUnsupported
	}
	r := run{ctx: ctx, svc: svc, control: control, id: id, report: report}
	if p.File != nil {
		if _, err := r.look(); err != nil { // nothing is uploaded for a session that is not there
			return err
		}
		if err := r.upload(&p); err != nil {
			return err
		}
	}
	session, err := r.started()
	if err != nil {
		return err
	}
	if p.Output {
		if err := r.output(session, p.Anyway); err != nil {
			return err
		}
	}
	if p.Input == nil {
		return nil
	}
	if p.Opened != nil {
		if err := r.step(StepStream, "waiting for the stream to open", "stream open", p.Opened); err != nil {
			return err
		}
	}
	name := Describe(*p.Input)
	return r.step(StepInput, "setting the input: "+name, "input set: "+name+"; the service accepted it", func(ctx context.Context) error {
		return control.SetInput(ctx, id, *p.Input)
	})
}

// run is one plan being carried out.
type run struct {
	ctx     context.Context
	svc     client.Service
	control client.Controller
	id      string
	report  func(Progress)
}

func (r *run) step(s Step, doing, done string, do func(context.Context) error) error {
	r.report(Progress{Step: s, Text: doing})
	if err := do(r.ctx); err != nil {
		return err
	}
	r.report(Progress{Step: s, Done: true, Text: done})
	return nil
}

// upload stores the plan's file, and makes it the plan's input.
func (r *run) upload(p *Plan) error {
	store, ok := r.svc.(client.FileStore)
	if !ok {
		return ErrUnsupported
	}
	kind, known := KindOf(p.File.Name)
	if !known {
		return &client.Error{Op: "upload file", Kind: client.ErrRequest, Message: fmt.Sprintf("%s is not a csv, jsonl or mp4 file", client.Line1(p.File.Name))}
	}
	in := client.Input{Kind: kind}
	if p.Input != nil {
		in = *p.Input
		in.Kind = kind
	}
	name := client.Line1(p.File.Name)
	return r.step(StepUpload, fmt.Sprintf("uploading %s, %s", name, units.Size(p.File.Size)), "uploaded "+name, func(ctx context.Context) error {
		f, err := store.Upload(ctx, p.File.Name, p.File.Content, r.sent(name, p.File.Size))
		in.FileID = f.ID
		p.Input = &in
		return err
	})
}

// sent reports how much of a file was sent, each time that it is another tenth.
func (r *run) sent(name string, size int64) func(int64) {
	last := int64(0)
	return func(n int64) {
		if size <= 0 || n*10/size == last {
			return
		}
		last = n * 10 / size
		r.report(Progress{Step: StepUpload, Text: fmt.Sprintf("uploading %s: %d %% of %s", name, last*10, units.Size(size))})
	}
}

// look asks for the session's record. A session that has ended is [client.ErrNotFound].
func (r *run) look() (client.Session, error) {
	s, err := r.svc.Session(r.ctx, r.id)
	if err == nil && s.Status.Final() {
		err = &client.Error{Op: "set up session", Kind: client.ErrNotFound, Message: "the session has ended: " + s.Status.String()}
	}
	return s, err
}

// started waits until the session runs: what is set before may be lost.
func (r *run) started() (client.Session, error) {
	deadline := time.Now().Add(startWithin)
	for reported := false; ; {
		s, err := r.look()
		switch {
		case err != nil:
			return s, err
		case s.Status != client.StatusCreated && s.Status != client.StatusRegistered:
			if reported {
				r.report(Progress{Step: StepStart, Done: true, Text: "session running"})
			}
			return s, nil
		case time.Now().After(deadline):
			return s, &client.Error{Op: "set up session", Kind: client.ErrServer, Message: "the session has not started within " + units.Duration(startWithin)}
		}
		if !reported {
			r.report(Progress{Step: StepStart, Text: "waiting for the session to start"})
			reported = true
		}
		if err := rest.Sleep(r.ctx, pollEvery); err != nil {
			return s, err
		}
	}
}

// looks is how often a record that is not whole is asked for again before it is taken for all that there is.
const looks = 3

// output gives the session an output stream, unless its record names one. A record that is not whole names none either:
// only one that is says that there is none.
func (r *run) output(s client.Session, anyway bool) error {
	has := func() bool {
		return s.OutputStream != "" || s.Channel == client.ChannelSSE || s.Channel == client.ChannelMailbox
	}
	for i := 1; i < looks && !s.Whole() && !has(); i++ {
		if err := rest.Sleep(r.ctx, pollEvery); err != nil {
			return err
		}
		var err error
		if s, err = r.look(); err != nil {
			return err
		}
	}
	if has() {
		r.report(Progress{Step: StepOutput, Done: true, Text: "the session already has an output"})
		return nil
	}
	if !s.Whole() && !anyway {
		return &client.Error{Op: "set output", Kind: client.ErrServer, Err: ErrOutputUnknown}
	}
	return r.step(StepOutput, "setting the output", "output set; the service accepted it", func(ctx context.Context) error {
		return r.control.SetOutput(ctx, r.id)
	})
}
