//go:build !windows

package atomicfile

import (
	"path/filepath"

	"github.com/google/renameio/v2"
)

// Write puts data into the file of that path, in place of what was there. The temporary file stands
// next to it, under its name with a dot before and a number behind.
func Write(path string, data []byte) error {
	return renameio.WriteFile(path, data, 0o600, renameio.WithTempDir(filepath.Dir(path)))
}
