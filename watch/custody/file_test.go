package custody

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lenswatch/client"
)

func TestCutAtAnyByte(t *testing.T) {
	l, s := Open(file(t), time.Now), &service{}
	for range 3 {
		create(t, l, s)
	}
	kill(t, l)
	whole, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) {
		if err := os.WriteFile(l.path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		next := Open(l.path, time.Now)
		left, err := next.Orphans()
		if n == len(whole)-1 { // the last line feed
			if err != nil || len(left) != 3 {
				t.Fatalf("at %d: %v", n, err)
			}
			continue
		}
		if !errors.Is(err, ErrLedger) || !strings.Contains(err.Error(), "damaged") {
			t.Fatalf("at %d: %v", n, err)
		}
		if want := max(bytes.Count(whole[:n+1], []byte("\n"))-1, 0); len(left) != want {
			t.Fatalf("at %d: %d entries could be read, want %d", n, len(left), want)
		}
	}
	if err := os.WriteFile(l.path, whole[:len(whole)-30], 0o600); err != nil {
		t.Fatal(err)
	}
	next := Open(l.path, time.Now)
	defer next.Close()
	create(t, next, s)
	if entries, err := read(l.path); err != nil || len(entries) != 3 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if retained, err := os.ReadFile(l.path + ".damaged-1"); err != nil || len(retained) != len(whole)-30 {
		t.Fatalf("the damaged file was not retained: %v", err)
	}
}

func TestANewerFileIsNotTouched(t *testing.T) {
	l := Open(file(t), time.Now)
	defer l.Close()
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		t.Fatal(err)
	}
	newer := `{"lenswatch_custody":2,"entries":0}` + "\n"
	if err := os.WriteFile(l.path, []byte(newer), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Create(t.Context(), &service{}, client.CreateRequest{LensID: "lens"}); !errors.Is(err, ErrLedger) || !strings.Contains(err.Error(), "newer") {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile(l.path); string(now) != newer {
		t.Fatalf("%s", now)
	}
}

func TestWhereNothingCanBeWritten(t *testing.T) {
	full := Open(file(t), time.Now)
	full.write = func(string, []Entry) error { return syscall.ENOSPC }
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ledgers := map[string]*Ledger{"full disk": full, "no place": Unavailable(errors.New("HOME is not set")), "no folder": Open(filepath.Join(blocked, "custody.json"), time.Now)}
	if os.Getuid() != 0 { // root may write everywhere
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		ledgers["read-only folder"] = Open(filepath.Join(dir, "custody.json"), time.Now)
	}
	for name, l := range ledgers {
		t.Run(name, func(t *testing.T) {
			defer l.Close()
			s := &service{}
			_, err := l.Create(t.Context(), s, client.CreateRequest{LensID: "lens"})
			if !errors.Is(err, ErrLedger) || s.made != 0 || len(l.CreatedHere()) != 0 {
				t.Fatalf("%v, %d made", err, s.made)
			}
			l.Accept()
			x := create(t, l, s)
			if l.Trouble() == nil || len(l.CreatedHere()) != 1 {
				t.Fatalf("%v, %+v", l.Trouble(), l.CreatedHere())
			}
			if out := l.Leave(t.Context(), []client.Service{s}, nil); len(out) != 1 || !out[0].Gone || s.ids() != "" {
				t.Fatalf("%s: %+v", x.ID, out)
			}
		})
	}
}

// The disk fills up between the request and the answer: the intent stays, and the session is found.
func TestTheIDCannotBeWritten(t *testing.T) {
	l, s := Open(file(t), time.Now), &service{}
	s.create = func(_ context.Context, x client.Session) (client.Session, error) {
		l.write = func(string, []Entry) error { return syscall.ENOSPC }
		return x, nil
	}
	create(t, l, s)
	if !errors.Is(l.Trouble(), ErrLedger) {
		t.Fatal(l.Trouble())
	}
	kill(t, l)
	next := Open(l.path, time.Now)
	if out := next.Clean(t.Context(), s, orphans(t, next)); len(out) != 1 || !out[0].Gone || s.ids() != "" {
		t.Fatalf("%+v", out)
	}
}
