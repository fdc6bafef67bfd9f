package localfile_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lenswatch/client/localfile"
)

func TestReadIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := localfile.Read(t.Context(), path, 10); err != nil || string(got) != "0123456789" {
		t.Errorf("%q, %v", got, err)
	}
	got, err := localfile.Read(t.Context(), path, 9)
	if !errors.Is(err, localfile.ErrTooLarge) || got != nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := localfile.Read(ctx, path, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	endless := localfile.Reader(ctx, zeros{})
	for range 3 {
		if n, err := endless.Read(make([]byte, 4)); n != 4 || err != nil {
			t.Fatal(n, err)
		}
	}
	cancel()
	if _, err := io.Copy(io.Discard, endless); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestWhatIsMissingIsSaidSo(t *testing.T) {
	if _, err := localfile.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := localfile.Open(t.TempDir()); !errors.Is(err, localfile.ErrNotRegular) || !strings.Contains(err.Error(), "a folder") {
		t.Errorf("%v", err)
	}
}
