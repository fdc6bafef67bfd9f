package recording

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"lenswatch/client/localfile"
)

// realHeader is the first line of a recording.
func realHeader(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.ndjson")
	w, err := Create(path, at(0), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line + "\n"
}

// sparse makes a file of size bytes that begins with text. It takes no room.
func sparse(t *testing.T, text string, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sparse")
	err := os.WriteFile(path, []byte(text), 0o600)
	if err == nil {
		err = os.Truncate(path, size)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAHeaderWithoutEndIsNoRecording(t *testing.T) {
	r, err := Open(t.Context(), sparse(t, "{", 1<<40))
	if !errors.Is(err, ErrNoRecording) {
		t.Errorf("%v, %v", r, err)
	}
}

// A line without end is skipped in turns, in which the caller can stop, and not for ever.
func TestALineWithoutEndIsSkippedInTurns(t *testing.T) {
	r, err := Open(t.Context(), sparse(t, realHeader(t), 1<<40))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.maxLine = 64 << 20
	r.limit = 1 << 20
	for n := 0; ; n++ {
		_, err := r.Next()
		if errors.Is(err, ErrPause) && n < 10 {
			continue
		}
		if !errors.Is(err, io.EOF) || n < 3 || n > 5 || r.Cut() == nil {
			t.Errorf("after %d turns: %v, %v", n, err, r.Cut())
		}
		return
	}
}

func TestSkippingStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Open(ctx, sparse(t, realHeader(t), 1<<40))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Next(); !errors.Is(err, ErrPause) {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.Next(); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// bomb makes a compressed recording of text and n bytes that shrink to nothing.
func bomb(t *testing.T, text, filler string, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bomb.zst")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	enc, err := zstd.NewWriter(f)
	if err != nil {
		t.Fatal(err)
	}
	block := []byte(strings.Repeat(filler, 1<<20/len(filler)))
	_, err = io.WriteString(enc, text)
	for ; n > 0 && err == nil; n -= len(block) {
		_, err = enc.Write(block)
	}
	if err = errors.Join(err, enc.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// What a compressed file becomes is bounded, whether it has lines or not.
func TestABombIsBounded(t *testing.T) {
	const limit = 2 << 20
	for name, filler := range map[string]string{"no line": "\x00", "empty lines": "\n", "unknown lines": `{"type":"x"}` + "\n"} {
		r, err := Open(t.Context(), bomb(t, realHeader(t), filler, 2*limit))
		if err != nil {
			t.Fatal(err)
		}
		r.text.most = limit
		_, err = r.Next()
		for errors.Is(err, ErrPause) {
			_, err = r.Next()
		}
		if !errors.Is(err, io.EOF) || !strings.Contains(r.Cut().Error(), "2,000 times") || r.text.n > limit+1<<20 {
			t.Errorf("%s: %v, %v, %d bytes", name, err, r.Cut(), r.text.n)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if r, err := Open(t.Context(), bomb(t, "{", " ", 2*limit)); !errors.Is(err, ErrNoRecording) {
		t.Errorf("%v, %v", r, err)
	}
}

// The end of a file is looked at for its last time; what only looks like frames is not tried for ever.
func TestTheEndOfAFileIsTriedAFewTimes(t *testing.T) {
	tail := []byte(strings.Repeat(string(zstdMagic[:]), 1<<20))
	if text := lastFrames(t.Context(), tail); text != nil {
		t.Errorf("%d bytes", len(text))
	}
}

func TestAFolderIsNoRecording(t *testing.T) {
	if _, err := Open(t.Context(), t.TempDir()); !errors.Is(err, localfile.ErrNotRegular) {
		t.Errorf("%v", err)
	}
}
