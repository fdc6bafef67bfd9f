package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The report of the diagnosis is saved for its owner alone, without credentials, and copied.
func TestReportIsSavedAndCopied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, folder := newFake(), t.TempDir()
		f.add("lsn-one-0001", "lns-activity")
		x := start(t, display{w: 100, h: 30}, Options{Title: "test", Reports: folder}, f)
		f.sayRaw("lsn-one-0001", "opening the camera", `{"url":"rtsp://admin:hunter2@10.0.0.7/1"}`)
		x.pass(time.Second)
		x.press("]", "i", "W")
		x.want("Copied the report")
		names, err := filepath.Glob(filepath.Join(folder, "lenswatch-report-0001-*.md"))
		if err != nil || len(names) != 1 {
			t.Fatalf("%v, %v", names, err)
		}
		info, err := os.Stat(names[0])
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		text, err := os.ReadFile(names[0])
		if err != nil || !strings.Contains(string(text), "rtsp://[redacted]@10.0.0.7/1") || strings.Contains(string(text), "hunter2") {
			t.Errorf("%s, %v", text, err)
		}
		x.press("W") // within the same second
		x.want("Report copied but not saved")
		x.wantNot("already")
	})
}
