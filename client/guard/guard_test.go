package guard_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lenswatch/client/guard"
)

// payload stands for what a server sent: it must not be in any crash.
const payload = "PAYLOAD-of-a-server"

type loud struct{ text string }

func (l loud) Error() string { return l.text }

func panics() map[string]func() {
	var empty []int
	var table map[string]int
	return map[string]func(){
		"string":  func() { panic(payload) },
		"error":   func() { panic(errors.New(payload)) },
		"wrapped": func() { panic(fmt.Errorf("%w: %s", errors.ErrUnsupported, payload)) },
		"struct":  func() { panic(loud{payload}) },
		"pointer": func() { panic(&loud{payload}) },
		"index":   func() { _ = empty[len(payload)] },
		"nil map": func() { table[payload] = 1 },
		"convert": func() { _ = any(payload).(fmt.Stringer) },
		"nested": func() {
			defer func() { panic(fmt.Sprint(recover())) }()
			panic(payload)
		},
		"nil": func() { panic(nil) }, //nolint:govet // what Go makes of it is an error of its own
	}
}

func TestCrashHoldsTheStackAndNoData(t *testing.T) {
	for name, f := range panics() {
		c := guard.Do("decoder", f)
		if c == nil {
			t.Fatalf("%s: not recovered", name)
		}
		text := c.Error() + string(c.Stack)
		if strings.Contains(text, "(0x") || strings.Contains(text, "{0x") {
			t.Errorf("%s: values are in the stack:\n%s", name, c.Stack)
		}
		if strings.Contains(text, payload) {
			t.Errorf("%s: the payload is in the crash: %s", name, c.Error())
		}
		if !strings.Contains(c.Error(), "decoder") || !strings.Contains(string(c.Stack), "guard_test.panics") {
			t.Errorf("%s: it says neither what nor where: %s\n%s", name, c.Error(), c.Stack)
		}
	}
}

func TestRuntimeErrorsAreQuoted(t *testing.T) {
	var s []int
	c := guard.Do("x", func() { _ = s[3] })
	if c == nil || !strings.Contains(c.Value, "index out of range [3]") {
		t.Errorf("%v", c)
	}
}

func TestRunReturnsTheErrorOrTheCrash(t *testing.T) {
	want := errors.New("an error")
	if err := guard.Run("x", func() error { return want }); !errors.Is(err, want) || guard.Of(err) != nil {
		t.Errorf("%v", err)
	}
	if err := guard.Run("x", func() error { return nil }); err != nil {
		t.Errorf("%v", err)
	}
	err := fmt.Errorf("list sessions: %w", guard.Run("x", func() error { panic(1) }))
	if c := guard.Of(err); c == nil || c.Where != "x" {
		t.Errorf("%v", err)
	}
}

func TestACrashThatIsHandedOnStaysItself(t *testing.T) {
	first := guard.Do("reader", func() { panic(1) })
	if again := guard.Do("owner", func() { panic(first) }); again != first {
		t.Errorf("%v", again)
	}
}

func TestGroupGoesOnAndSaysWhoCrashed(t *testing.T) {
	var mu sync.Mutex
	crashed, done := 0, 0
	g := guard.Group{Crashed: func(*guard.Crash) {
		mu.Lock()
		defer mu.Unlock()
		crashed++
	}}
	for i := range 6 {
		g.Go("task", func() {
			if i%2 == 0 {
				panic(i)
			}
			mu.Lock()
			defer mu.Unlock()
			done++
		})
	}
	g.Wait()
	if crashed != 3 || done != 3 {
		t.Errorf("%d crashed, %d done", crashed, done)
	}
}
