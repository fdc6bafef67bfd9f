package ui

import (
	"testing"
	"time"

	"lenswatch/client"
)

// Presentation mode leaves the person where it was begun: from all sessions it comes back to all, also
// after walking through them; from one session to the one that was looked at last.
func TestPresentationReturnsToTheFormerView(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-two-0002", client.KindResult, "a forklift", nil)
		x.pass(time.Second)
		x.want("Results · all sessions")
		x.press("P")
		x.want("Machine State 0002", "LIVE")
		x.press("P")
		x.want("Results · all sessions")
		x.press("P", "[")
		x.want("Activity Monitor 0001", "LIVE")
		x.press("?", "esc", "esc")
		x.want("Results · all sessions")
		x.press("]", "P", "]", "P")
		x.want("Results · Machine State 0002")
	})
}
