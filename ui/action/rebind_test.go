package action

import (
	"testing"
)

func TestKeystroke(t *testing.T) {
	for text, want := range map[string]string{
		"+": "+", "ctrl++": "ctrl++", "shift+ctrl+a": "ctrl+shift+a", " ": "space", "é": "é", "f12": "f12", "pgup": "pgup",
		"f21": "", "ctrl+": "", "++": "", "ab": "", "": "", "\t": "", "\x1b": "",
	} {
		if got, ok := keystroke(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
