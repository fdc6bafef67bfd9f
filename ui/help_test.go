package ui

import (
	"testing"
)

// On the smallest screen with two columns, help cuts no description of a key.
func TestHelpCutsNoDescription(t *testing.T) {
	bubble(t, display{w: 80, h: 24}, func(t *testing.T, x *terminal, _ *fake) {
		x.press("?")
		for x.has("more line") {
			x.wantNot("…")
			x.press("down")
		}
		x.wantNot("…")
	})
}
