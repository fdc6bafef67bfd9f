package recorder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
)

// fill lets every further write to a file that is open fail, as on a full disk.
func fill(t *testing.T, path string) {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range open {
		if to, _ := os.Readlink("/proc/self/fd/" + e.Name()); to == path {
			fd := 0
			for _, digit := range e.Name() {
				fd = 10*fd + int(digit-'0')
			}
			if err := syscall.Dup3(int(full.Fd()), fd, syscall.O_CLOEXEC); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("the file is not open")
}

// A disk that is full ends the recording, not the run, and Stop says so.
func TestStopReportsAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, store := filepath.Join(t.TempDir(), "a"), watch.NewStore(nil, 0)
		r, err := Start(path, Options{}, store)
		if err != nil {
			t.Fatal(err)
		}
		put := func(text string) {
			r.Batch(watch.Batch{Delivered: time.Now(), Events: []client.Event{result(text)}})
			<-time.After(2 * time.Second)
			r.Tick(time.Now(), store)
		}
		put("one")
		fill(t, path)
		put("two")
		put("three")
		if p := r.State(); !errors.Is(p.Err, syscall.ENOSPC) || p.Events != 1 || p.Lost != 2 {
			t.Errorf("%+v", p)
		}
		if err := r.Stop(); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") {
			t.Errorf("%v", err)
		}
		if got := types(read(t, path)); got != "batch event " {
			t.Errorf("%s", got)
		}
	})
}
