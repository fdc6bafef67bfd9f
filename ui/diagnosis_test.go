package ui

import "testing"

// A diagnosis that is longer than the screen says so, until its end is seen.
func TestDiagnosisTellsOfMoreBelow(t *testing.T) {
	bubble(t, display{w: 80, h: 24}, func(t *testing.T, x *terminal, _ *fake) {
		x.press("]", "r", "r", "r", "i")
		x.want("▼ ", " more ─╮")
		x.press("pgdown")
		x.wantNot(" more ─╮")
		x.press("pgup")
		x.want(" more ─╮")
	})
}
