package cli

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/watch"
)

// smallDisk mounts a file system of size bytes, which only root may; flags are those of mount.
func smallDisk(t *testing.T, size int, flags uintptr) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", flags, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// random is text that does not shrink.
func random(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(rand.Text())
	}
	return b.String()
}

// A disk that is full ends the recording: it is said once, and the command does not end well, compressed
// or not.
func TestARecordingOnAFullDiskFailsTheCommand(t *testing.T) {
	for _, name := range []string{"r.ndjson", "r.ndjson.zst"} {
		t.Run(name, func(t *testing.T) {
			dir := smallDisk(t, 64<<10, 0)
			var said []string
			o := sinkOptions{record: recordOptions{file: filepath.Join(dir, name)}}
			store := watch.NewStore(nil, watch.NoHistory)
			b, err := o.start(store, func(text string) { said = append(said, text) })
			if err != nil {
				t.Fatal(err)
			}
			for os.WriteFile(filepath.Join(dir, fmt.Sprint(len(said), time.Now().UnixNano())), make([]byte, 4096), 0o600) == nil {
			}
			batch := watch.Batch{Delivered: time.Now(), Events: []client.Event{say(client.KindResult, random(40<<10))}}
			b.batch(&batch)
			b.close()
			if err := incomplete(b.recorder, nil); ExitCode(err) != ExitUnexpected {
				t.Errorf("the command ends with %d: %v", ExitCode(err), err)
			}
			if all := strings.Join(said, "\n"); strings.Count(all, "--record: ") != 1 || !strings.Contains(all, "incomplete") || !strings.Contains(all, "no space left") {
				t.Errorf("said: %s", all)
			}
		})
	}
}

// A crash report goes where there is room, or none is written, which the error says; no part of one is left.
func TestACrashReportWithoutRoomOnTheDiskIsWrittenElsewhere(t *testing.T) {
	for name, flags := range map[string]uintptr{"no space left": 0, "read-only": unix.MS_RDONLY} {
		t.Run(name, func(t *testing.T) {
			full, other := smallDisk(t, 4096, flags), t.TempDir()
			env := Env{Getenv: func(name string) string { return map[string]string{"XDG_STATE_HOME": full}[name] }}
			crashed := guard.Run("test", func() error { panic("mistake") })
			guard.Of(crashed).Stack = []byte(strings.Repeat("lenswatch/x.y()\n\t/x.go:1\n", 1000))
			t.Setenv("TMPDIR", other)
			if err := newCrashLog(env).explain(crashed); !strings.Contains(err.Error(), "crash report (no user data): "+other) {
				t.Errorf("with room elsewhere: %v", err)
			}
			t.Setenv("TMPDIR", full)
			if err := newCrashLog(env).explain(crashed); !strings.Contains(err.Error(), "no crash report could be written") || !strings.Contains(err.Error(), name) {
				t.Errorf("without room: %v", err)
			}
			_ = filepath.WalkDir(full, func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					t.Errorf("%s is left", path)
				}
				return nil
			})
		})
	}
}
