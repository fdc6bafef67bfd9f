// Package report copies and saves the report of a session from the screen.
//
// It promises that making one holds nothing up: the store is read at once, and credentials are looked for and the
// file is written in a command. No file is overwritten, and only its owner can read it.
package report

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/output"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/report"
)

// Written is a report that was made.
type Written struct {
	name, text string
	err        error
}

// Write makes the report of a session, in a folder and for the clipboard; version is that of lenswatch.
func Write(h dialog.Host, store *watch.Store, s *watch.Session, folder, version string) tea.Cmd {
	c := h.Context()
	r := report.Of(store, s, c.Now, report.Origin{Lenswatch: version, Platform: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH})
	name := "lenswatch-report-" + status.Suffix(s.Record.ID) + "-" + c.Now.In(c.Zone).Format("20060102-150405") + ".md"
	return func() tea.Msg {
		text := r.Markdown()
		return Written{name, string(text), write(filepath.Join(folder, name), text)}
	}
}

func write(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(name)) // a part of a report is none
	}
	return err
}

// Handle copies the report, and says where it is.
func (w Written) Handle(h dialog.Host) tea.Cmd {
	if w.err != nil {
		h.Say(dialog.Failure, "Report copied but not saved: %s.", client.Line1(w.err.Error()))
		return tea.SetClipboard(w.text)
	}
	return output.Copy(h, "report, saved as "+client.Line1(w.name), w.text)
}
