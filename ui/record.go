package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/watch/recorder"
)

// record is the recording that is being written, if there is one.
type record struct {
	*recorder.Recorder
	path   string
	busy   bool // a file is being opened or closed
	warned string
}

// recordOpenedMsg is the answer to opening a file to record to.
type recordOpenedMsg struct {
	recorder *recorder.Recorder
	path     string
	err      error
}

// recordClosedMsg is the answer to closing it.
type recordClosedMsg struct {
	recorder *recorder.Recorder
	err      error
}

// RecordTo records to a file that was opened, from now on.
func (m *Model) RecordTo(r *recorder.Recorder) {
	m.record = record{Recorder: r, path: r.State().Path}
	r.Snapshot(m.shared.now, m.shared.store)
}

// StopRecording ends a recording that is being written, and says what became of it; empty if there is
// none. It waits for the disk, and is for the time after the program.
func (m *Model) StopRecording() string {
	r := m.record.Recorder
	if r == nil {
		return ""
	}
	m.record = record{}
	err := r.Stop()
	if err != nil {
		return recordFailed(err)
	}
	return recorded(r)
}

// toggleRecord begins a recording, or ends the one that is being written.
func (m *Model) toggleRecord() tea.Cmd {
	switch r := m.record.Recorder; {
	case m.record.busy:
		m.toast.info("The disk is still busy with the last recording.")
	case r != nil:
		m.record = record{busy: true}
		m.toast.info("Closing the recording …")
		return func() tea.Msg { return recordClosedMsg{r, r.Stop()} }
	default:
		m.askRecord()
	}
	return nil
}

// askRecord asks for the file's name.
func (m *Model) askRecord() {
	p := &prompt{input: input("name.ndjson, or name.ndjson.zst to compress it"), label: "Record to"}
	p.input.SetValue("lenswatch-" + m.shared.now.In(m.shared.zone).Format("20060102-150405") + ".ndjson")
	p.input.CursorEnd()
	p.done = func(m *Model, name string) (tea.Cmd, error) {
		if name == "" {
			return nil, fmt.Errorf("a name is needed")
		}
		m.record.busy = true
		options, services := m.opts.Record, recorder.ServicesOf(m.shared.store)
		return func() tea.Msg {
			r, err := recorder.Open(name, options, services)
			return recordOpenedMsg{r, name, err}
		}, nil
	}
	m.show(p)
}

func (m *Model) handleRecordOpened(msg recordOpenedMsg) {
	m.record.busy = false
	if msg.err != nil {
		m.toast.failure("Nothing is recorded: " + msg.err.Error() + ".")
		return
	}
	m.RecordTo(msg.recorder)
	path := msg.path
	if dir, err := os.Getwd(); err == nil && !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	m.toast.success("Recording to " + path + ". R ends it.")
}

func (m *Model) handleRecordClosed(msg recordClosedMsg) {
	m.record.busy = false
	if msg.err != nil {
		m.toast.failure(recordFailed(msg.err))
		return
	}
	m.toast.success(recorded(msg.recorder))
}

func recordFailed(err error) string {
	return "The recording is not whole: " + err.Error() + ". What was written until then is good."
}

// recorded says what a recording has become.
func recorded(r *recorder.Recorder) string {
	p := r.State()
	text := fmt.Sprintf("Recorded %s to %s (%s).", counted(p.Events, "event"), p.Path, size(p.Bytes))
	if p.Files > 1 {
		text = fmt.Sprintf("Recorded %s to %d files, the newest is %s.", counted(p.Events, "event"), p.Files, p.Path)
	}
	if p.Lost > 0 {
		text += fmt.Sprintf(" Left out, as the disk was too slow: %s.", counted(p.Lost, "event"))
	}
	return text
}

// tickRecord records what a second brought, and says once what is wrong with the recording.
func (m *Model) tickRecord(now time.Time) {
	r := m.record.Recorder
	if r == nil {
		return
	}
	r.Tick(now, m.shared.store)
	p, trouble := r.State(), ""
	switch {
	case p.Err != nil:
		trouble = recordFailed(p.Err)
	case p.Warning != nil:
		trouble = "The recording goes on, but: " + p.Warning.Error() + "."
	case p.Lost > 0:
		trouble = "The disk is too slow: events are left out of the recording."
	}
	if trouble != "" && trouble != m.record.warned {
		m.record.warned = trouble
		m.toast.failure(trouble)
	}
}

// recordMark says in the header that a recording is written.
func (m *Model) recordMark() string {
	r, th := m.record.Recorder, m.shared.theme
	if r == nil {
		return ""
	}
	p := r.State()
	if p.Err != nil {
		return th.Bad.Render(th.Glyphs.Cross + " recording failed")
	}
	return th.Bad.Render(th.Glyphs.Live+" REC") + th.Dim.Render(" "+size(p.Bytes))
}
