//go:build unix

package localfile

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// Own reports, as an error that is an [ErrNotOwn], that a file belongs to another user than the one who
// runs lenswatch, or that others may write it: what it says may not be what this person wants. trusted
// are users besides this one to whom it may belong.
func Own(path string, info fs.FileInfo, trusted ...int) error {
	user := os.Geteuid()
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		if owner := int(stat.Uid); owner != user && !slices.Contains(trusted, owner) {
			return fmt.Errorf("%s: %w: owned by user %d, you are user %d; move it, or chown it to yourself", path, ErrNotOwn, owner, user)
		}
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return sharedError(fmt.Sprintf("%s: others may write this file (mode %04o); check what it says, then run: chmod go-w %q", path, mode, path))
	}
	return nil
}

// sharedError is an [ErrNotOwn] of one's own file.
type sharedError string

func (e sharedError) Error() string      { return string(e) }
func (sharedError) Is(target error) bool { return target == ErrNotOwn }
