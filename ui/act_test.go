package ui

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// act runs a test of a screen over a service whose sessions can be acted on.
func act(t *testing.T, test func(t *testing.T, x *terminal, c *controlled)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newControlled()
		c.add("lsn-mute-0001", "lns-mute")
		test(t, start(t, medium, Options{Title: "test"}, c), c)
	})
}

func TestMuteLensSpeaksAfterItsForm(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		t.Chdir(t.TempDir()) // its name is too long for a line
		path := "trial.csv"
		if err := os.WriteFile(path, []byte("a\n1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		x.press("c", "mute", "enter")
		x.want("Create: Mute Lens", "The lens has no output: lenswatch adds one")
		x.want("[stored file]") // of the account, unless a person chooses
		x.press("right", "tab", path+"x", "enter")
		x.want("is not a csv, jsonl or mp4 file", "trial.csvx") // and it can be corrected
		if c.done() != "" {
			t.Fatalf("a mistake sent %s", c.done())
		}
		c.slow = 10 * time.Second
		x.press("backspace", "enter", "enter", "enter")
		x.pass(5 * time.Second)
		x.want("… Creating a session of Mute Lens  ")
		x.press("esc", "c", "mute", "enter") // a second try shows the first
		x.want("… Creating a session of Mute Lens  ", "esc closes this form")
		x.pass(6 * time.Second)
		x.want("✓ session created: lsn-made-0002", "… Uploading trial.csv")
		x.pass(30 * time.Second)
		x.want("✓ output set; the service accepted it", "Waiting for the stream to open")
		c.opened("lsn-made-0002")
		x.pass(20 * time.Second)
		x.wantNot("Create: Mute Lens")
		x.want("input set: trial.csv; the service accepted it")
		if want := "create, upload, output, input csv trial.csv"; c.done() != want {
			t.Fatalf("did %s, want %s", c.done(), want)
		}
	})
}

// How a file is read can be set where the kind of file has it, and need not be.
func TestAFormSetsHowItsFileIsRead(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		x.press("c", "mute", "enter", "tab", "tab")
		x.want("Window", "Step", "Loop", "[no]", "Rows or frames per inference")
		x.press("1", "6", "tab", "-", "2", "enter")
		x.want("✗ Step must be a whole number greater than 0", "-2", "16")
		if c.done() != "" {
			t.Fatalf("a mistake sent %s", c.done())
		}
		x.press("backspace", "backspace", "8", "tab", "right")
		x.want("[yes]")
		x.press("enter")
		x.pass(time.Second)
		c.opened("lsn-made-0002")
		x.pass(time.Second)
		if want := "create, output, input csv new.csv window 16 step 8 loop true"; c.done() != want {
			t.Fatalf("did %s, want %s", c.done(), want)
		}
		x.press("A") // another one reads the same in the same way
		x.want("new.csv, as of the old session")
		x.press("enter")
		x.pass(time.Second)
		c.opened("lsn-made-0003")
		x.pass(time.Second)
		if want := "create, output, input csv new.csv window 16 step 8 loop true"; strings.Count(c.done(), want) != 2 {
			t.Fatalf("did %s, want twice %s", c.done(), want)
		}
	})
}

// Rows of JSON lines are read one by one: there is nothing to set.
func TestAFormAsksForNothingThatAFileDoesNotHave(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		x.press("c", "mute", "enter", "right", "tab", "site.mp4")
		x.want("Window", "Step")
		x.wantNot("Loop")
		x.press("backspace", "backspace", "backspace", "jsonl")
		x.wantNot("Window", "Step", "Loop")
	})
}

// What failed can be tried again, with what was typed, and creates no second session.
func TestSettingUpIsTriedAgainOnTheSameSession(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.refuse["output"] = &client.Error{Op: "set output", Kind: client.ErrRequest, Message: "no writer is free", UIDs: []string{"err-77"}}
		x.press("c", "mute", "enter", "tab")
		x.want("▸ new.csv", "old.csv", "type to filter")
		x.wantNot("notes.pdf")
		x.press("/tmp/old", "enter")
		x.want("No stored file matches /tmp/old", "choose local file")
		x.press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "old", "enter")
		x.pass(time.Second)
		x.want("no writer is free", "err-77", "Create: Mute Lens", "old.csv")
		c.refuse = nil
		x.press("enter")
		x.pass(time.Second)
		c.opened("lsn-made-0002")
		x.pass(time.Second)
		if want := "create, output, output, input csv old.csv"; c.done() != want {
			t.Fatalf("did %s, want %s", c.done(), want)
		}
		x.press("tab", "tab")
		x.want("ERROR", "no writer is free", "input set: old.csv")
	})
}

func TestMuteSessionOfSomeoneElseIsBoundAfterAYes(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.opened("lsn-mute-0001")
		x.press("]")
		x.pass(30 * time.Second)
		x.press("i", "b")
		x.want("Add an output stream?", "not created by you", "output_stream.set")
		x.press("n")
		if c.done() != "" {
			t.Fatalf("a no sent %s", c.done())
		}
		c.slow = 3 * time.Second
		x.press("b", "y", "b", "y")
		x.want("Already in progress")
		x.pass(4 * time.Second)
		x.want("has an output now", "set its input (I)", "output set; the service accepted it")
		if c.done() != "output" {
			t.Fatalf("did %s", c.done())
		}
	})
}

// Nothing is sent twice: where it cannot be known whether there is an output, the person decides.
func TestAnOutputThatMayBeThereIsAskedFor(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.vague = true
		x.press("]", "b", "y")
		x.pass(5 * time.Second)
		x.want("Set the output anyway?", "did not report whether the session already has an output")
		x.press("n")
		if c.done() != "" {
			t.Fatalf("a no sent %s", c.done())
		}
		x.press("b", "y")
		x.pass(5 * time.Second)
		x.press("y")
		x.pass(5 * time.Second)
		x.want("has an output now")
		x.press("c", "mute", "enter", "enter", "enter")
		x.pass(5 * time.Second)
		x.want("Set the output anyway?")
		x.press("n")
		x.want("Create: Mute Lens", "nothing was sent.", "enter set up", "esc close")
		x.press("enter")
		x.pass(5 * time.Second)
		x.press("y")
		x.pass(5 * time.Second)
		c.opened("lsn-made-0002")
		x.pass(time.Second)
		if want := "output, create, output, input csv new.csv"; c.done() != want {
			t.Fatalf("did %s, want %s", c.done(), want)
		}
	})
}

func TestQuestionIsSeenAndChanged(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		x.press("]", "E")
		x.want("Question: Mute Lens 0001", "people", "Count them.")
		c.refuse["question"] = &client.Error{Op: "set question", Kind: client.ErrRequest, Message: "too long"}
		x.press("enter", "enter")
		x.wantNot("Question: ")
		if c.done() != "" {
			t.Fatalf("nothing was changed, and it did %s", c.done())
		}
		x.press("E", "tab", "Z")
		x.want("No cars.Z") // the cursor is at the end of what is there
		x.press("esc", "E")
		x.want("enter next", "esc cancel")
		x.press(" and carts")
		x.want("enter change")
		x.press("enter")
		x.want("Change the question?", "not created by you", "session.modify")
		x.press("n")
		x.want("people and carts")
		if c.done() != "" {
			t.Fatalf("a no sent %s", c.done())
		}
		x.press("enter", "y")
		x.pass(time.Second)
		x.want("too long", "people and carts")
		c.refuse = nil
		x.press("enter", "y")
		x.pass(time.Second)
		x.wantNot("Question: ")
		results, logs, _ := strings.Cut(x.screen(), "Logs")
		for _, part := range []string{results, logs} {
			if !strings.Contains(part, "question changed: focus") {
				t.Fatalf("the change is not in both lists:\n%s", x.screen())
			}
		}
		x.press("P")
		x.want("people and carts")
	})
}

// The password of a camera is sent, and nowhere else: not while it is typed, not in an error, not in a log.
func TestCameraPasswordIsNeverShown(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		hidden := func() {
			t.Helper()
			if strings.Contains(x.screen(), "hunter2") {
				t.Fatalf("the password is on the screen:\n%s", x.screen())
			}
		}
		c.opened("lsn-mute-0001")
		x.press("]", "I", "right", "right", "tab")
		for _, r := range "rtsp://cam:hunter2" {
			x.press(string(r))
			hidden()
		}
		x.want("rtsp://cam:*******")
		x.press("/@x/gate", "enter")
		x.want("percent-encoded")
		hidden()
		x.press("esc", "I", "right", "right", "tab", "rtsp://192.0.2.1/gate?token=hunter2&hunter2")
		hidden()
		x.want("rtsp://192.0.2.1/gate?*****=*******&*******")
		for _, row := range [][2]string{
			{"rtsp://192.0.2.1:554/user=admin_password=hunter2_channel=1", "rtsp://192.0.2.1:554/user="},
			{"rtsp://192.0.2.1:554/admin:hunter2/ch1", "rtsp://192.0.2.1:554/admin:*******"},
			{"rtsp://192.0.2.1:554/password/hunter2", "rtsp://192.0.2.1:554/password/*******"},
			{"admin:hunter2@192.0.2.1", "admin:*******@192.0.2.1"},
		} {
			x.press("esc", "I", "right", "right", "tab")
			for _, r := range row[0] {
				x.press(string(r))
				hidden()
			}
			x.want(row[1])
		}
		x.press("enter")
		x.want("begins with rtsp://")
		hidden()
		x.press("esc", "I", "right", "right", "tab", "rtsp://cam:hunter2@192.0.2.1/gate?hunter2")
		hidden()
		x.press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace")
		x.want("enter set input")
		x.press("enter")
		x.want("Mute Lens reads csv")
		hidden()
		x.press("enter")
		x.want("Set the input?", "not created by you", "input_stream.set")
		hidden()
		x.press("n")
		x.want("rtsp://cam:*******@192.0.2.1/gate")
		hidden()
		if c.done() != "" {
			t.Fatalf("a no sent %s", c.done())
		}
		x.press("enter", "y")
		x.pass(time.Second)
		hidden()
		x.want("input set: camera at 192.0.2.1")
		if !strings.Contains(c.done(), "input rtsp rtsp://cam:hunter2@192.0.2.1/gate") {
			t.Fatalf("did %s", c.done())
		}
	})
}

// A file is chosen only if the lens is known to read it, and then that is said.
func TestOnlyAFileThatTheLensReadsIsChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newControlled()
		c.lenses = append(c.lenses,
			client.Lens{Service: "fake", ID: "lns-odd", Name: "Odd Lens", Channel: client.ChannelNone, Processors: []string{"lens_echo_processor"}})
		x := start(t, medium, Options{Title: "test"}, c)
		x.press("c", "mute", "enter")
		x.want("[stored file]", "new.csv", "Chosen:", "lens_timeseries_state_processor")
		for _, lens := range []string{"odd", "yard"} {
			x.press("esc", "c", lens, "enter")
			x.want("[none]")
			x.press("right", "tab")
			x.want("[stored file]", "No file is chosen", "new.csv")
			x.wantNot("▸ new.csv")
			x.press("enter")
			x.want("File is required.")
		}
		x.want("none is video, as the lens reads")
		x.press("down", "enter") // what the lens does not read needs a second enter
		x.want("The input new.csv is csv, and Yard reads video (lens_camera_processor). Submit", "again to send it anyway.")
		if c.done() != "" {
			t.Fatalf("it sent %s", c.done())
		}
		x.press("enter")
		x.pass(time.Second)
		if c.done() != "create, output" {
			t.Fatalf("did %s", c.done())
		}
	})
}

// Where the quota is full, no answer loses what was typed, and a slot that is freed is used for it.
func TestAFullQuotaKeepsTheForm(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.refuse["create"] = &client.Error{Op: "create session", Kind: client.ErrQuota, Status: 429, Message: "no runner is free"}
		x.press("c", "mute", "enter", "tab", "old", "enter")
		x.pass(time.Second)
		x.want("Session quota reached", "no runner is free")
		x.press("d")
		x.want("Destroy this session?", "lsn-mute-0001", "not created by you")
		x.press("esc")
		x.want("Session quota reached")
		x.press("esc")
		x.want("Create: Mute Lens", "old.csv", "no runner is free", "enter create")
		x.press("enter")
		x.pass(time.Second)
		delete(c.refuse, "create")
		x.press("d", "0001", "enter")
		x.pass(time.Second)
		c.opened("lsn-made-0002")
		x.pass(time.Second)
		if want := "create, create, create, output, input csv old.csv"; c.done() != want || len(c.destroyed) != 1 {
			t.Fatalf("did %s, want %s; destroyed %v", c.done(), want, c.destroyed)
		}
		x.want("input set: old.csv")
		x.wantNot("Create: Mute Lens", "Session quota reached")
	})
}

// A session that the person gave a name is named by it wherever something is done to it, with its lens.
func TestTheOwnNameOfASessionIsSaidWhereItIsActedOn(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		x.press("]", "@", "Crane", "enter")
		const label = "Crane 0001 (Mute Lens)"
		x.press("E")
		x.pass(time.Second)
		x.want("Question: " + label)
		x.press("X", "tab", "enter", "y")
		x.pass(time.Second)
		x.want("Changed the question of Crane 0001.")
		x.press("I")
		x.want("Input: " + label)
		x.press("esc", "A")
		x.want("Create: Mute Lens, like " + label)
		x.press("esc", "r")
		x.want("Reconnecting to Crane")
		x.press("d")
		x.want("Destroy this session?", label, "lsn-mute-0001")
		x.press("0001", "enter")
		x.pass(time.Second)
		x.want("Destroyed Crane lsn-mute-0001")
	})
}

// Keys that act on a session act on that of the selected event while all sessions are shown. The newest event of a list
// that follows is not selected.
func TestKeysActOnTheSessionOfTheSelectedEvent(t *testing.T) {
	act(t, func(t *testing.T, x *terminal, c *controlled) {
		c.add("lsn-other-0002", "lns-activity")
		x.pass(6 * time.Second)
		for i, id := range []string{"lsn-mute-0001", "lsn-other-0002", "lsn-mute-0001"} {
			c.say(id, client.KindResult, fmt.Sprintf("result %d", i), nil)
			x.pass(time.Second)
		}
		x.press("tab", "d")
		x.want("Select a session first (] / [), or an event.")
		x.press("up") // of lsn-other-0002
		for _, row := range []struct {
			key, want string
			dialog    bool // it opens one; otherwise esc would leave the selected event
		}{
			{"d", "lsn-other-0002", true}, {"E", "Question: Activity Monitor 0002", true}, {"I", "Input: Activity Monitor 0002", true},
			{"@", "Rename Activity Monitor 0002", true}, {"r", "Reconnecting to Activity Monitor", false},
		} {
			x.press(row.key)
			x.want(row.want)
			if row.dialog {
				x.press("esc")
			}
			x.pass(time.Second)
		}
		x.wantNot("Destroy this session?")
	})
}
