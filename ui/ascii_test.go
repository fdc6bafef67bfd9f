package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// With ASCII, what lenswatch itself draws is ASCII: borders, glyphs and the names of keys.
func TestASCIIIsASCII(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		x := start(t, medium, Options{Title: "test", ASCII: true}, f)
		for range 30 {
			f.say("lsn-one-0001", client.KindResult, "normal", &client.Result{Label: "normal", Scores: []client.Score{{Label: "normal", Value: 1}}, Unit: client.UnitFraction})
			x.pass(time.Second)
		}
		for _, keys := range [][]string{nil, {"?"}, {"esc", ":"}, {"esc", "c"}, {"esc", "]", "i"}, {"esc", "P"}} {
			x.press(keys...)
			for _, r := range x.screen() {
				if r > 0x7e {
					t.Fatalf("after %v there is %q:\n%s", keys, r, x.screen())
				}
			}
		}
	})
}

// With ASCII an arrow key has its name: what stands for an arrow elsewhere is another key.
func TestASCIINamesArrowKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := start(t, medium, Options{Title: "test", ASCII: true}, newFake())
		x.press("?")
		x.want("ctrl+right", "up/k  ", "down/j")
		x.wantNot("ctrl+>", "^/k", "v/j")
		x.press("esc", "c")
		x.want("up up   down down")
	})
}
