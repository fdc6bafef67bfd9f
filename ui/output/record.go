package output

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/recorder"
)

// Recording is the recording that is being written, if there is one.
type Recording struct {
	Options recorder.Options
	Store   *watch.Store

	rec    *recorder.Recorder // nil if there is none
	busy   bool               // a file is being opened or closed
	warned string
}

// Opened is the outcome of opening a file to record to, and Closed of closing it.
type (
	Opened struct {
		rec  *recorder.Recorder
		path string
		err  error
	}
	Closed struct {
		rec *recorder.Recorder
		err error
	}
)

// To records to a file that was opened, from now on.
func (r *Recording) To(rec *recorder.Recorder, now time.Time) {
	r.rec, r.warned = rec, ""
	rec.Snapshot(now, r.Store)
}

// Batch records a batch, before the store has it.
func (r *Recording) Batch(b watch.Batch) {
	if r.rec != nil {
		r.rec.Batch(b)
	}
}

// Stop ends the recording and says what became of it; empty if there is none. It waits for the disk, and is for
// the time after the program.
func (r *Recording) Stop() string {
	rec := r.rec
	if rec == nil {
		return ""
	}
	r.rec = nil
	if err := rec.Stop(); err != nil {
		return incomplete(err)
	}
	return recorded(rec)
}

// Toggle asks for a file to record to, or stops the recording.
func (r *Recording) Toggle(h dialog.Host) tea.Cmd {
	switch rec := r.rec; {
	case r.busy:
		h.Say(dialog.Info, "Still writing the previous recording.")
	case rec != nil:
		r.rec, r.busy = nil, true
		h.Say(dialog.Info, "Closing the recording …")
		return func() tea.Msg { return Closed{rec, rec.Stop()} }
	default:
		c := h.Context()
		h.Show(dialog.NewPrompt("Record to", "name.ndjson, or name.ndjson.zst to compress it",
			"lenswatch-"+c.Now.In(c.Zone).Format("20060102-150405")+".ndjson", r.open))
	}
	return nil
}

func (r *Recording) open(_ dialog.Host, name string) (tea.Cmd, error) {
	if name == "" {
		return nil, errors.New("enter a file name")
	}
	r.busy = true
	options, services := r.Options, recorder.ServicesOf(r.Store)
	return func() tea.Msg {
		rec, err := recorder.Open(name, options, services)
		return Opened{rec, name, err}
	}, nil
}

// HandleOpened begins with the recording that was opened.
func (r *Recording) HandleOpened(h dialog.Host, m Opened) {
	r.busy = false
	if m.err != nil {
		h.Say(dialog.Failure, "Recording failed: %v.", m.err)
		return
	}
	r.To(m.rec, h.Context().Now)
	path := m.path
	if dir, err := os.Getwd(); err == nil && !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	h.Say(dialog.Success, "Recording to %s. Press {record} to stop.", path)
}

// HandleClosed says what became of the recording.
func (r *Recording) HandleClosed(h dialog.Host, m Closed) {
	r.busy = false
	if m.err != nil {
		h.Say(dialog.Failure, "%s", incomplete(m.err))
		return
	}
	h.Say(dialog.Success, "%s", recorded(m.rec))
}

func incomplete(err error) string {
	return "Recording incomplete: " + err.Error() + ". Everything up to that point is usable."
}

// recorded says what a recording has become.
func recorded(r *recorder.Recorder) string {
	p := r.State()
	text := fmt.Sprintf("Recorded %s to %s (%s).", draw.Counted(p.Events, "event"), p.Path, draw.Size(p.Bytes))
	if p.Files > 1 {
		text = fmt.Sprintf("Recorded %s to %d files; the newest is %s.", draw.Counted(p.Events, "event"), p.Files, p.Path)
	}
	if p.Lost > 0 {
		text += fmt.Sprintf(" Dropped because the disk was too slow: %s.", draw.Counted(p.Lost, "event"))
	}
	return text
}

// Tick records that a second is over, and says once what is wrong with the recording.
func (r *Recording) Tick(h dialog.Host, now time.Time) {
	if r.rec == nil {
		return
	}
	r.rec.Tick(now, r.Store)
	p, trouble := r.rec.State(), ""
	switch {
	case p.Err != nil:
		trouble = incomplete(p.Err)
	case p.Warning != nil:
		trouble = "Recording continues: " + p.Warning.Error() + "."
	case p.Lost > 0:
		trouble = "Disk too slow – dropping events from the recording."
	}
	if trouble != "" && trouble != r.warned {
		r.warned = trouble
		h.Say(dialog.Failure, "%s", trouble)
	}
}

// Mark says in the header that a recording is written; empty if there is none.
func (r *Recording) Mark(c *draw.Context) string {
	if r.rec == nil {
		return ""
	}
	p := r.rec.State()
	if p.Err != nil {
		return c.Bad.Render(c.Glyphs.Cross + " recording failed")
	}
	return c.Bad.Render(c.Glyphs.Live+" REC") + c.Dim.Render(" "+draw.Size(p.Bytes))
}
