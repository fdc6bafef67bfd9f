//go:build unix

package localfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lenswatch/client/localfile"
)

// One's own file that others may write is not said to be another user's.
func TestAFileThatOthersMayWriteIsStillOnesOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	err = localfile.Own(path, info)
	if !errors.Is(err, localfile.ErrNotOwn) || !strings.Contains(err.Error(), ": others may write this file (mode 0666); ") || strings.Contains(err.Error(), "another user") {
		t.Errorf("%v", err)
	}
}
