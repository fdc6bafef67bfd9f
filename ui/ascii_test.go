package ui

import (
	"strings"
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

// Keys that are glyphs are words in ASCII: a ^ or a > in their place would be taken for those keys.
func TestKeysAreWordsInASCII(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		x := start(t, display{w: 200, h: 60}, Options{Title: "test", ASCII: true}, f)
		for _, keys := range []string{"up/k ", "down/j "} { // help as a whole is longer than the screen
			name, _, _ := strings.Cut(keys, "/")
			x.press("?")
			x.press(strings.Split(name, "")...)
			x.want(keys)
			x.wantNot("^/k", "v/j", "up up")
			x.press("esc")
		}
		x.press("?", "r", "e", "p", "l", "a", "y", ":")
		x.want("No matching key.") // of a live screen they would do nothing
		x.press("esc", "c")
		x.want("esc cancel   up   down")
		x.press("esc", ":", "down")
		x.want("down/j ")
	})
}
