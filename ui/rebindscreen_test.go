package ui

import (
	"testing"
	"testing/synctest"
	"time"
)

// A key that the settings change does what its action does, and footer, help and palette name it.
func TestReboundKeyOnTheScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := DefaultKeys()
		if err := keys.Rebind(map[string][]string{"create": {"ctrl+n"}, "help": {"Z"}}); err != nil {
			t.Fatal(err)
		}
		f := newFake()
		f.add("lsn-aaaa", "Activity Monitor")
		x := start(t, display{w: 200, h: 60}, Options{Title: "test", Keys: keys}, f)
		x.want("ctrl+n create", "Z help")
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
		x.press("Z")
		x.want("╭ Help")
		x.press("create a session")
		x.want("ctrl+n     create a session")
	})
}

// Messages name keys as they are bound.
func TestMessagesNameTheBoundKeys(t *testing.T) {
	keys := DefaultKeys()
	if err := keys.Rebind(map[string][]string{"create": {"O"}, "diagnosis": {"Z"}, "next-session": {"ctrl+n"}, "timestamps": {"ctrl+t"}}); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		x := start(t, medium, Options{Title: "test", Keys: keys}, f)
		x.pass(time.Second)
		x.press("d")
		x.want("Press O to create one. Press Z for details.")
		x.press("m", "esc")
		x.want("Press ctrl+t to show times relative to it.")
		f.add("lsn-one-0001", "lns-activity")
		x.pass(10 * time.Second)
		x.press("d")
		x.want("Select a session first (ctrl+n / [), or an event.")
	})
}
