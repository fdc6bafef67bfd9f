//go:build unix

package localfile

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// Own reports, as an error that wraps [ErrNotOwn], that a file belongs to another user than the one who
// runs lenswatch, or that others may write it: what it says may not be what this person wants. trusted
// are users besides this one to whom it may belong.
func Own(path string, info fs.FileInfo, trusted ...int) error {
	user := os.Geteuid()
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		if owner := int(stat.Uid); owner != user && !slices.Contains(trusted, owner) {
			return fmt.Errorf("%s: %w: user %d owns it, and you are user %d; move it away, or make it yours with chown", path, ErrNotOwn, owner, user)
		}
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("%s: %w: others may write it (mode %04o); check what it says, then run: chmod go-w %q", path, ErrNotOwn, mode, path)
	}
	return nil
}
