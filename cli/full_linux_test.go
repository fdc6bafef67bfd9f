package cli

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lenswatch/client"
	"lenswatch/watch"
)

// smallDisk mounts a file system of size bytes, which only root may.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
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
			dir := smallDisk(t, 64<<10)
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
