package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"lenswatch/client"
)

// disk mounts a file system of size bytes, which only root may; flags are those of mount.
func disk(t *testing.T, size int, flags uintptr) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", flags, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// A report that cannot be saved is copied all the same, says why, and leaves no part of a file.
func TestAReportWithoutRoomOnTheDiskIsCopied(t *testing.T) {
	for want, flags := range map[string]uintptr{"no space left on device": 0, "read-only file system": unix.MS_RDONLY} {
		synctest.Test(t, func(t *testing.T) {
			f, folder := newFake(), disk(t, 4096, flags)
			f.add("lsn-one-0001", "lns-activity")
			x := start(t, display{w: 220, h: 30}, Options{Title: "test", Reports: folder}, f)
			for range 20 {
				f.sayRaw("lsn-one-0001", "a long text", `{"text":"`+strings.Repeat("x", 1000)+`"}`)
			}
			x.pass(time.Second)
			x.press("]", "W")
			x.want("Report copied but not saved", want)
			if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
				t.Errorf("%v are left, %v", files, err)
			}
		})
	}
}

// An export that the disk has no room for says that it is incomplete; one into a folder that is read-only, that it failed.
func TestAnExportWithoutRoomOnTheDiskSaysSo(t *testing.T) {
	for want, flags := range map[string]uintptr{"Export incomplete": 0, "Export failed": unix.MS_RDONLY} {
		synctest.Test(t, func(t *testing.T) {
			f, folder := newFake(), disk(t, 4096, flags)
			f.add("lsn-one-0001", "lns-activity")
			x := start(t, display{w: 200, h: 30}, Options{Title: "test"}, f)
			for range 20 {
				f.say("lsn-one-0001", client.KindResult, strings.Repeat("x", 1000), nil)
			}
			x.pass(time.Second)
			x.press("2", "e", "\x15"+filepath.Join(folder, "a.ndjson"), "enter")
			x.pass(time.Second)
			x.want(want)
		})
	}
}
