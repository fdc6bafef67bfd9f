package custody

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/localfile"
)

// A ledger that somebody else controls would make lenswatch destroy what they name.
func TestALedgerThatOthersControlIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	for name, spoil := range map[string]func(string) error{
		"another's": func(path string) error { return os.Chown(path, 65534, -1) },
		"group":     func(path string) error { return os.Chmod(path, 0o620) },
		"all":       func(path string) error { return os.Chmod(path, 0o606) },
	} {
		l, s := Open(file(t), time.Now), &service{}
		create(t, l, s)
		kill(t, l)
		if err := spoil(l.path); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(l.path)
		next := Open(l.path, time.Now)
		left, err := next.Orphans()
		if len(left) != 0 || !errors.Is(err, ErrLedger) || !errors.Is(err, localfile.ErrNotOwn) || !strings.Contains(err.Error(), l.path) {
			t.Errorf("%s: %+v, %v", name, left, err)
		}
		if _, err := next.Create(t.Context(), s, client.CreateRequest{LensID: "lens"}); !errors.Is(err, ErrLedger) || s.made != 1 {
			t.Errorf("%s: created all the same: %v", name, err)
		}
		if after, _ := os.ReadFile(l.path); string(after) != string(before) {
			t.Errorf("%s: the file was changed", name)
		}
		next.Close()
	}
}
