package recording

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// cutBytes is how many of the last bytes of a recording are taken away, one after the other.
const cutBytes = 4096

// toCut records events of some hundred bytes that do not get much smaller, until the file is
// little longer than what is taken away. Compressed, each is a frame of its own.
func toCut(t *testing.T, path string) {
	synctest.Test(t, func(t *testing.T) {
		w, err := Create(path, time.Now(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		noise := rand.NewChaCha8([32]byte{})
		for i := 0; w.Progress().Bytes < cutBytes+400; i++ {
			var random [400]byte
			_, _ = noise.Read(random[:])
			ev := client.Event{Service: "a", Session: "s", ID: fmt.Sprint(i), Received: time.Now(), Raw: []byte(base64.StdEncoding.EncodeToString(random[:]))}
			w.Put(Item{time.Now(), Events{ev}})
			<-time.After(time.Second)
			synctest.Wait()
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// A recording cut at any of its last bytes is read up to its last whole line.
func TestCutAnywhere(t *testing.T) {
	for name, mark := range map[string][]byte{"a": []byte("\n{"), "a.zst": zstdMagic[:]} {
		path := filepath.Join(t.TempDir(), name)
		toCut(t, path)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%s: %d bytes, %v", name, len(whole), err)
		}
		want, _ := all(t, path)
		previous := len(want)
		for size := len(whole) - 1; size >= len(whole)-cutBytes; size-- {
			if err := os.Truncate(path, int64(size)); err != nil {
				t.Fatal(err)
			}
			r, err := Open(t.Context(), path)
			if err != nil {
				t.Fatalf("%s cut at %d: %v", name, size, err)
			}
			n := 0
			var last Item
			for it, err := r.Next(); err == nil; it, err = r.Next() {
				n, last = n+1, it
			}
			// Each line, and each frame but that of the header, begins with the mark and holds an item.
			begun := bytes.Count(whole[:size], mark)
			if mark[0] != '\n' {
				begun--
			}
			if n > previous || n < begun-1 || n == 0 || !reflect.DeepEqual(last, want[n-1]) {
				t.Fatalf("%s cut at %d: %d items, before %d, begun %d; the last is %+v", name, size, n, previous, begun, last)
			}
			if r.Cut() == nil && n < len(want) || r.Skipped() != 0 {
				t.Fatalf("%s cut at %d: %v, %d skipped", name, size, r.Cut(), r.Skipped())
			}
			if size%64 == 0 { // it is not quick
				if _, ok := r.Length(); !ok {
					t.Fatalf("%s cut at %d has no length", name, size)
				}
			}
			previous = n
			_ = r.Close()
		}
	}
}

// A compressed recording of which not even the first frame is whole is truncated, and no other kind of error.
func TestCutWithinTheFirstFrameIsTruncated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zst")
	toCut(t, path)
	if err := os.Truncate(path, 40); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrNothingLeft) {
		t.Error(err)
	}
}

// The line that a truncated recording ends within is no line that could not be read.
func TestBlocksLeaveOutALineThatWasCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	toCut(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, less := range []int64{0, 1, 20, 500} {
		if err := os.Truncate(path, info.Size()-less); err != nil {
			t.Fatal(err)
		}
		r, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		bad := 0
		err = Blocks(r, func(lines []byte) (n int) {
			for line := range bytes.Lines(lines) {
				if _, err := Parse(bytes.TrimSpace(line)); err != nil {
					n++
				}
			}
			return n
		}, func(n int) error { bad += n; return nil })
		if whole := less < 2; err != nil || bad != 0 || (r.Cut() == nil) != whole {
			t.Errorf("%d bytes less: %d bad lines, %v, %v", less, bad, err, r.Cut())
		}
		_ = r.Close()
	}
}
