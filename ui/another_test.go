package ui

import (
	"slices"
	"testing"
	"time"

	"lenswatch/client"
)

// Another session of a lens says how to destroy the one that it takes the place of. No question opens by itself: whoever
// is about to copy a text with y would answer it.
func TestCreateAnotherSaysHowToDestroyTheOld(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.add("lsn-old-0002", "lns-activity")
		x.pass(6 * time.Second)
		x.press("]", "]", "E")
		x.pass(time.Second)
		x.press("esc", "A")
		x.want("Create: Activity Monitor, like Activity Monitor 0002", "people, as of the old session", "[leave running]")
		x.press("enter")
		x.pass(time.Second)
		if want := "create, question"; c.done() != want { // its question too
			t.Fatalf("did %s, want %s", c.done(), want)
		}
		x.wantNot("Destroy this session?")
		x.want("Created Activity Monitor lsn-made-0003 with the question of the old session.", "The old session, Activity Monitor 0002,", "is still running: press s to find it, d to destroy it.")
		x.wantNot("Changed the question")
		x.pass(time.Minute)
		x.want("d to destroy it.") // it stays until a key is pressed
		x.press("y")
		x.pass(time.Second)
		x.wantNot("d to destroy it.")
		if len(c.destroyed) != 0 {
			t.Fatalf("a y destroyed %v", c.destroyed)
		}
	})
}

// A session that has no question gives none: nothing is sent, and nothing is said to have changed.
func TestCreateAnotherOfASessionWithoutAQuestionSendsNone(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.held = client.Question{}
		c.add("lsn-old-0002", "lns-activity")
		x.pass(6 * time.Second)
		x.press("]", "]", "A")
		x.pass(time.Second)
		x.press("enter")
		x.pass(time.Second)
		if want := "create"; c.done() != want {
			t.Fatalf("did %s, want %s", c.done(), want)
		}
		x.want("Created Activity Monitor lsn-made-0003.")
		x.wantNot("question")
	})
}

// What the person gave the old session goes to the new one, a camera's URL too, and the old one is destroyed where that was
// chosen, once the new one is set up.
func TestCreateAnotherTakesOverTheCameraAndDestroysTheOld(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		x.press("c", "yard", "enter", "right", "right", "right", "tab", "rtsp://cam:hunter2@192.0.2.1/gate", "enter")
		x.pass(time.Second)
		c.opened("lsn-made-0002")
		x.pass(time.Second)
		x.want("input set: camera at 192.0.2.1")
		x.press("A")
		x.pass(time.Second)
		x.want("camera at 192.0.2.1, as of the old session", "people, as of the old session", "rtsp://cam:*******@192.0.2.1/gate")
		x.wantNot("hunter2")
		x.press("tab", "tab", "right")
		x.want("[destroy]", "enter create")
		x.press("enter")
		x.want("Destroy this session?", "lsn-made-0002", "once the new session is set up")
		x.press("n")
		x.want("[destroy]")
		x.press("enter", "y")
		x.pass(time.Second)
		if len(c.destroyed) > 0 {
			t.Fatalf("destroyed %v before the new one was set up", c.destroyed)
		}
		c.opened("lsn-made-0003")
		x.pass(2 * time.Second)
		camera := "create, output, input rtsp rtsp://cam:hunter2@192.0.2.1/gate"
		if want := camera + ", " + camera + ", question"; c.done() != want || !slices.Equal(c.destroyed, []string{"lsn-made-0002"}) {
			t.Fatalf("did %s, want %s; destroyed %v", c.done(), want, c.destroyed)
		}
		x.wantNot("hunter2")
	})
}

// Of a session that was created elsewhere it is said what is not known of it, and at a full quota it is the first choice.
func TestCreateAnotherSaysWhatIsNotKnownAndOffersTheOldSlot(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.add("lsn-late-0009", "lns-mute")
		x.pass(6 * time.Second)
		c.refuse["create"] = &client.Error{Op: "create session", Kind: client.ErrQuota, Status: 400, Message: "no runner is free"}
		x.wantNot("slots")
		x.press("]", "]", "A")
		x.want("not known of the old session: it was not set here")
		x.press("enter")
		x.pass(time.Second)
		x.want("Session quota reached", "▸ ▎Mute Lens 0009", "2/2 slots")
		x.press("d")
		x.want("Destroy this session?", "lsn-late-0009")
	})
}
