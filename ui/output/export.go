package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/watch/history"
)

// A slice is what is unpacked at once on the drawing goroutine, and written before the screen hears of it: so
// many events, or so many bytes of payload.
const sliceEvents, sliceBytes = 1000, 4 << 20

// Export writes events to a file, slice by slice, each in a command: the screen goes on meanwhile. What is
// evicted before it was read is left out, and counted.
type Export struct {
	path   string
	events *history.Cursor
	file   *os.File
	buf    []byte
	done   bool
	err    error
}

// AskExport asks for the file to write the events of a list to.
func AskExport(h dialog.Host, list string, events *history.Cursor) {
	c := h.Context()
	name := "lenswatch-" + strings.ToLower(list) + "-" + c.Now.In(c.Zone).Format("20060102-150405") + ".ndjson"
	h.Show(dialog.NewPrompt("Export to", "a new file; one JSON object per line", name, func(h dialog.Host, text string) (tea.Cmd, error) {
		path, err := exportPath(text)
		if err != nil {
			return nil, err
		}
		h.Say(dialog.Info, "Exporting %s …", draw.Counted(events.Total(), "event"))
		return (&Export{path: path, events: events}).next(), nil
	}))
}

// exportPath is the whole path of what was typed.
func exportPath(text string) (string, error) {
	if text == "" {
		return "", errors.New("enter a file name")
	}
	if rest, ok := strings.CutPrefix(text, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("home folder unknown; enter a full path")
		}
		text = filepath.Join(home, rest)
	}
	return filepath.Abs(text)
}

// next unpacks a slice, and writes it in a command.
func (x *Export) next() tea.Cmd {
	events := x.events.Next(sliceEvents, sliceBytes)
	return func() tea.Msg {
		x.err = x.write(events)
		return x
	}
}

func (x *Export) write(events []*history.Entry) error {
	if x.file == nil {
		f, err := os.OpenFile(x.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		x.file = f
	}
	x.buf = x.buf[:0]
	for _, e := range events {
		x.buf = append(recording.AppendEvent(x.buf, &e.Event), '\n')
	}
	_, err := x.file.Write(x.buf)
	if x.done = err == nil && len(events) == 0; x.done || err != nil {
		return errors.Join(err, x.file.Close())
	}
	return nil
}

// Handle goes on with the export, or says how it ended.
func (x *Export) Handle(h dialog.Host) tea.Cmd {
	path, all := client.Line1(x.path), draw.Count(x.events.Total())
	switch {
	case errors.Is(x.err, fs.ErrExist):
		h.Say(dialog.Failure, "%s already exists. Press {export} and choose another name.", path)
	case x.err != nil && x.file == nil:
		h.Say(dialog.Failure, "Export failed: %s. Press {export} and choose a folder that you can write to.", client.Line1(x.err.Error()))
	case x.err != nil:
		h.Say(dialog.Failure, "Export incomplete: %v. %s has only a part of the %s events; delete it, make room, and press {export} again.", x.err, path, all)
	case !x.done:
		h.Say(dialog.Info, "Exporting: %s of %s events …", draw.Count(x.events.Read()), all)
		return x.next()
	case x.events.Read() < x.events.Total():
		h.Say(dialog.Failure, "Exported %s of %s events to %s; the rest had been dropped from memory.", draw.Count(x.events.Read()), all, path)
	default:
		h.Say(dialog.Success, "Exported %s events to %s.", all, path)
	}
	return nil
}
