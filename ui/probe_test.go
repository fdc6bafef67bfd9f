package ui

import (
	"testing"
	"time"

	"lenswatch/client"
)

// What a session is asked while it is quiet shows while it is asked, and with its outcome.
func TestProbesAreShown(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for range 40 {
			f.say("lsn-one-0001", client.KindResult, "scene", nil)
			x.pass(900 * time.Millisecond)
		}
		x.press("]")
		x.wantNot("probe ")
		f.hold(true)
		for range 120 {
			x.pass(time.Second)
			if x.has("session status …  sent") {
				break
			}
		}
		x.want("probe      session status …  sent")
		x.press("i")
		x.want("Diagnosis", "session status …  sent")
		x.press("esc")
		f.hold(false)
		x.pass(2 * time.Second)
		x.want("session status ✓ answered")
	})
}
