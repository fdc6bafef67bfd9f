package ui

import (
	"testing"
	"time"

	"lenswatch/client"
)

// frames counts how often what came is drawn in ten seconds of 100 results a second.
func (x *terminal) frames(f *fake) (n int) {
	shown := x.model.store.Version()
	for range 1000 {
		f.say("lsn-one-0001", client.KindResult, "scene", nil)
		x.pass(10 * time.Millisecond)
	}
	return int(x.model.store.Version() - shown)
}

func TestFewerBatchesWhenUnfocusedOrRemote(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		if n := x.frames(f); n < 200 || n > 310 {
			t.Errorf("%d batches in 10 s, focused", n)
		}
		x.press("blur")
		if n := x.frames(f); n < 40 || n > 60 {
			t.Errorf("%d batches in 10 s, not focused", n)
		}
		x.press("focus")
		x.model.opts.Remote = true
		x.press("focus")
		if n := x.frames(f); n < 100 || n > 160 {
			t.Errorf("%d batches in 10 s, remote", n)
		}
	})
}
