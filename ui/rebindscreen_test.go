package ui

import (
	"testing"
	"testing/synctest"
)

// A key that the settings change does what its action does, and footer, help and palette name it.
func TestReboundKeyOnTheScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := DefaultKeyMap()
		if err := keys.Rebind(map[string][]string{"create": {"ctrl+n"}, "help": {"W"}}); err != nil {
			t.Fatal(err)
		}
		f := newFake()
		f.add("lsn-aaaa", "Activity Monitor")
		x := start(t, display{w: 200, h: 60}, Options{Title: "test", Keys: keys}, f)
		x.want("ctrl+n create", "W help")
		x.wantNot(" c create", "? help")

		x.press("c") // means nothing now
		x.wantNot("Create a session")
		x.press("ctrl+n")
		x.want("Create a session")
		x.press("esc")

		x.press(":", "create")
		x.want("ctrl+n")
		x.press("esc")

		x.press("?")
		x.wantNot("╭ Help")
		x.press("W")
		x.want("╭ Help", "ctrl+n     create a session")
	})
}
