package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch/history"
)

// exportSlice is how many events are written before the screen hears of it.
const exportSlice = 5000

// export writes events to a file, slice by slice, each in a command: the screen goes on meanwhile.
type export struct {
	path    string
	entries []*history.Entry // as the list showed them when it was asked for
	done    int
	file    *os.File
	out     *bufio.Writer
	line    []byte
	err     error
}

// exportMsg says that a slice was written, or why not.
type exportMsg struct{ *export }

// exportName is the name that is proposed.
func exportName(list string, now time.Time) string {
	return "lenswatch-" + strings.ToLower(list) + "-" + now.Format("20060102-150405") + ".ndjson"
}

// askExport asks for the file to write to what the filters of the focused list show.
func (m *Model) askExport() {
	l := m.list()
	switch {
	case l.filling():
		m.toast.info("Older events are still being looked through: press e again when the title no longer says so.")
		return
	case l.view == nil || l.view.Len() == 0:
		m.toast.info("There is nothing to export: the list is empty.")
		return
	}
	p := &prompt{input: input("a file that does not exist yet"), label: "Export to"}
	p.input.CharLimit = 4096
	p.input.SetValue(exportName(l.name, m.shared.now.In(m.shared.zone)))
	p.done = func(m *Model, text string) (tea.Cmd, error) {
		path, err := exportPath(text)
		if err != nil {
			return nil, err
		}
		job := &export{path: path, entries: make([]*history.Entry, l.view.Len())}
		for i := range job.entries {
			job.entries[i] = l.view.At(i)
		}
		m.toast.info("Exporting " + counted(int64(len(job.entries)), "event") + " …")
		return job.next(m.ctx), nil
	}
	m.show(p)
}

// exportPath is the whole path of what was typed.
func exportPath(text string) (string, error) {
	if text == "" {
		return "", errors.New("write a name, or esc")
	}
	if rest, ok := strings.CutPrefix(text, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("the home folder is not known: write the whole path")
		}
		text = filepath.Join(home, rest)
	}
	return filepath.Abs(text)
}

// next writes a slice.
func (x *export) next(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		x.err = x.write(ctx)
		return exportMsg{x}
	}
}

func (x *export) write(ctx context.Context) error {
	if x.file == nil {
		f, err := os.OpenFile(x.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		x.file, x.out = f, bufio.NewWriterSize(f, 64<<10)
	}
	end := min(x.done+exportSlice, len(x.entries))
	for ; x.done < end; x.done++ {
		x.line = append(recording.AppendEvent(x.line[:0], &x.entries[x.done].Event), '\n')
		if _, err := x.out.Write(x.line); err != nil {
			return errors.Join(err, x.file.Close())
		}
		x.entries[x.done] = nil // it may have been evicted meanwhile: nothing else keeps it
	}
	switch {
	case x.done == len(x.entries):
		return errors.Join(x.out.Flush(), x.file.Close())
	case ctx.Err() != nil:
		return errors.Join(ctx.Err(), x.out.Flush(), x.file.Close())
	}
	return nil
}

// handleExport goes on with an export, or says how it ended.
func (m *Model) handleExport(x exportMsg) tea.Cmd {
	all := count(int64(len(x.entries)))
	switch {
	case errors.Is(x.err, fs.ErrExist):
		m.toast.failure("Nothing was exported: " + client.Line1(x.path) + " exists already, and lenswatch overwrites nothing. Press e and give another name.")
	case x.err != nil && x.file == nil:
		m.toast.failure("Nothing was exported: " + client.Line1(x.err.Error()) + ". Press e and give the name of a file in a folder that can be written to.")
	case x.err != nil:
		m.toast.failure(fmt.Sprintf("Only a part of the %s events is in %s: %v. Make room, delete the file, and press e again.", all, client.Line1(x.path), x.err))
	case x.done == len(x.entries):
		m.toast.success("Exported " + all + " events to " + client.Line1(x.path) + ".")
	default:
		m.toast.info("Exporting: " + count(int64(x.done)) + " of " + all + " events …")
		return x.next(m.ctx)
	}
	return nil
}
