//go:build unix

package localfile_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"lenswatch/client/localfile"
)

// None of these may be waited for: the test would not end.
func TestWhatIsNoFileIsRefusedAtOnce(t *testing.T) {
	dir := t.TempDir()
	fifo, socket, link := filepath.Join(dir, "fifo"), filepath.Join(dir, "s"), filepath.Join(dir, "link")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, link, socket, dir, "/dev/zero", "/dev/tty", "/dev/null"} {
		if f, err := localfile.Open(path); !errors.Is(err, localfile.ErrNotRegular) && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v, %v", path, f, err)
		}
		if _, err := localfile.Read(t.Context(), path, 10); err == nil {
			t.Errorf("%s was read", path)
		}
	}
}
