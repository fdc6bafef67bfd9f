// Package guard recovers from panics: the one way for every goroutine of lenswatch.
//
// What it promises:
//
//   - A bug in one goroutine ends what that goroutine did, not the program. Whoever owns it gets a
//     [*Crash], an error that says what was lost, with the stack for the crash report.
//   - No crash quotes foreign data: of the panic's value it reports the type, and the text only of the
//     runtime's own errors, which quote none.
//
// What no Go program can recover from, such as memory that runs out, ends it.
package guard

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// Crash is a panic that was recovered.
type Crash struct {
	Where string // what panicked, in lenswatch's own words: "stream"
	Value string // what may be said of the panic's value
	Stack []byte // of the goroutine, as in [debug.Stack], but without the arguments of functions
}

// Error says what panicked and why. It holds no data from outside.
func (c *Crash) Error() string {
	return fmt.Sprintf("bug in lenswatch: panic in %s: %s", c.Where, c.Value)
}

// Of finds the crash that err wraps; nil if it wraps none.
func Of(err error) *Crash {
	if c, ok := errors.AsType[*Crash](err); ok {
		return c
	}
	return nil
}

// Run calls f and returns its error, or a [*Crash] if it panics.
func Run(where string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = crashOf(where, r)
		}
	}()
	return f()
}

// Do calls f and returns a crash if it panics, else nil.
func Do(where string, f func()) *Crash {
	return Of(Run(where, func() error { f(); return nil }))
}

// Go calls f in a goroutine of its own. If f panics, crashed gets to know there; it must not panic.
// Without crashed nobody does: for what nobody waits for.
func Go(where string, crashed func(*Crash), f func()) { go heard(where, crashed, f) }

func heard(where string, crashed func(*Crash), f func()) {
	if c := Do(where, f); c != nil && crashed != nil {
		crashed(c)
	}
}

// Group waits for goroutines. The zero value is ready.
type Group struct {
	Crashed func(*Crash) // as in [Go]; Wait waits for it too
	tasks   sync.WaitGroup
}

// Go calls f in a goroutine of its own, as [Go] does.
func (g *Group) Go(where string, f func()) {
	g.tasks.Go(func() { heard(where, g.Crashed, f) })
}

// Wait waits until all of them have ended.
func (g *Group) Wait() { g.tasks.Wait() }

func crashOf(where string, r any) *Crash {
	if c, ok := r.(*Crash); ok {
		return c // handed on from another goroutine
	}
	return &Crash{Where: where, Value: describe(r), Stack: withoutValues(debug.Stack())}
}

// withoutValues leaves the arguments out of a stack: they are words of memory, which may be data.
func withoutValues(stack []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(stack) {
		if args := bytes.LastIndexByte(line, '('); args > 0 && line[0] != '\t' && bytes.HasSuffix(line, []byte(")\n")) {
			line = append(line[:args:args], "(...)\n"...)
		}
		b.Write(line)
	}
	return b.Bytes()
}

// describe is what may be said of a panic's value.
func describe(r any) string {
	var e runtime.Error
	if err, ok := r.(error); ok && errors.As(err, &e) {
		return e.Error()
	}
	return fmt.Sprintf("a %T, whose text is left out: it may quote data", r)
}
