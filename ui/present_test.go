package ui

import "testing"

// Who presents from the view of all sessions is back there afterwards; who looked at one sees it again.
func TestPresentationGoesBackToWhatWasLookedAt(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.want("Results · all sessions")
		x.press("P")
		x.want("LIVE")
		x.press("]", "esc")
		x.want("Results · all sessions")
		x.press("]", "P", "esc")
		x.want("Results · Activity Monitor 0001")
	})
}
