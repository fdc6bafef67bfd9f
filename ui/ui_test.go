package ui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/layout"
)

// bubble runs a test of a screen in virtual time, over a fake service with two sessions.
func bubble(t *testing.T, d display, test func(t *testing.T, x *terminal, f *fake)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		f.add("lsn-two-0002", "lns-machine")
		test(t, start(t, d, Options{Title: "test"}, f), f)
	})
}

var medium = display{w: 120, h: 36}

func TestResultsAndLogsArriveInTheirPanes(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "A worker carries a ladder", nil)
		f.say("lsn-one-0001", client.KindLog, "camera buffer is 80 % full", nil)
		f.say("lsn-two-0002", client.KindResult, "idle", &client.Result{
			Label: "idle", Unit: client.UnitFraction, Scores: []client.Score{{Label: "running", Value: .13}, {Label: "idle", Value: .87}},
		})
		x.pass(time.Second)
		x.want("lenswatch test", "2 live", "Activity Monitor 0001", "Machine State 0002")
		x.want("A worker carries a ladder", "camera buffer is 80 % full", "87 %", "running 13 %")
		results, logs, _ := strings.Cut(x.screen(), "Logs")
		if !strings.Contains(results, "ladder") || !strings.Contains(logs, "camera buffer") {
			t.Fatalf("not in their panes:\n%s", x.screen())
		}
	})
}

func TestOneSessionOrAllMerged(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "from one", nil)
		f.say("lsn-two-0002", client.KindResult, "from two", nil)
		x.pass(time.Second)
		x.want("Results · all sessions", "from one", "from two")
		x.press("]")
		x.want("Results · Activity Monitor 0001", "from one")
		x.wantNotIn(layout.Results, "from two")
		x.press("]")
		x.want("Results · Machine State 0002", "from two")
		x.wantNotIn(layout.Results, "from one")
		x.press("[")
		x.want("from one")
		x.press("0")
		x.want("from one", "from two")
	})
}

func TestCreateWatchDestroy(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("c")
		x.want("Create a session", "Activity Monitor", "Machine State", "SSE", "mailbox", "lens_camera_processor")
		x.press("m", "a", "c", "h")
		x.want("Machine State")
		x.press("enter")
		x.want("Created Machine State lsn-made-0003", "Results · Machine State 0003", "yours")
		f.say("lsn-made-0003", client.KindResult, "the first result", nil)
		x.pass(time.Second)
		x.want("the first result", "3 open")

		x.press("d")
		x.want("Destroy this session?", "Machine State", "lsn-made-0003", "created by you", "age")
		x.press("y")
		x.pass(time.Second)
		x.want("Destroyed Machine State lsn-made-0003", "2 open", "destroyed")
		if len(f.destroyed) != 1 || f.destroyed[0] != "lsn-made-0003" {
			t.Fatalf("destroyed: %v", f.destroyed)
		}
	})
}

func TestDestroyAsksFirst(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("d")
		x.want("Select a session first")
		x.press("]", "d")
		x.want("not created by you")
		for _, key := range []string{"n", "esc", "d", "x", "q", "ctrl+c"} {
			x.press(key)
		}
		x.wantNot("Destroy this session?")
		if len(f.destroyed) != 0 {
			t.Fatalf("destroyed: %v", f.destroyed)
		}
	})
}

func TestCreateThatFailsSaysWhatToDo(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.createErr = &client.Error{Op: "create session", Kind: client.ErrServer, Status: 503, Message: "no runner answers"}
		x.press("c", "enter")
		x.want("Couldn't create the session", "server error", "no runner answers", "Try again later")
		x.pass(time.Minute)
		x.want("Couldn't create the session") // bad news stays until a key is pressed
		x.press("tab")
		x.wantNot("Couldn't create the session")
	})
}

func TestAttach(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.mu.Lock()
		f.reportedRaw["lsn-hidden-0009"] = make(chan client.Event, 1) // it exists, and no list names it
		f.mu.Unlock()
		x.press("a", "bad id", "enter")
		x.want("IDs can't contain")
		x.press("esc", "a", "lsn-hidden-0009", "enter")
		f.say("lsn-hidden-0009", client.KindResult, "seen by its id", nil)
		x.pass(time.Second)
		x.want("seen by its id", "0009")
	})
}

// A mistyped ID leaves no row behind, and stays to be corrected.
func TestAttachToNothing(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("a", "lsn-none", "enter")
		x.pass(time.Second)
		x.want("No such session: lsn-none.", "▸ lsn-none")
		x.press("esc")
		x.pass(time.Second)
		x.wantNot("lsn-none")
		x.want("2 open")
	})
}

// Scrolling up holds what is read, counts what came, and the end key goes back to following.
func TestScrollHoldsAndCounts(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for i := range 100 {
			f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("result number %03d", i), nil)
		}
		x.pass(time.Second)
		x.want("result number 099", "follow")
		x.press("tab", "k", "k", "k")
		for i := range 7 {
			f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("later %d", i), nil)
		}
		x.pass(time.Second)
		x.want("▼ 7 new", "result number 099")
		x.wantNot("later 0")
		x.press("g")
		x.want("result number 000")
		x.press("pgdown")
		x.want("result number 02")
		x.press("G")
		x.want("later 6", "follow")
		x.wantNot("▼ 7 new")
	})
}

func TestWalkingBackToTheEndFollows(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for i := range 60 {
			f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("result number %03d", i), nil)
		}
		x.pass(time.Second)
		x.press("tab", "pgup", "pgup")
		x.wantNotIn(layout.Results, "result number 059")
		x.press("pgdown", "pgdown", "pgdown")
		x.want("result number 059", "follow")
	})
}

func TestPauseHoldsAllPanes(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("space")
		f.say("lsn-one-0001", client.KindResult, "while paused", nil)
		x.pass(time.Second)
		x.want("paused")
		x.wantNotIn(layout.Results, "while paused")
		x.press("space")
		x.want("while paused")
		x.wantNot("paused │")
	})
}

func TestReconnect(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("]", "r")
		x.want("Reconnecting to Activity Monitor", "reconnecting, as asked")
	})
}

func TestListFailureIsInTheHeader(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.mu.Lock()
		f.listErr = &client.Error{Op: "list sessions", Kind: client.ErrNetwork, Phase: client.PhaseConnect}
		f.mu.Unlock()
		x.pass(10 * time.Second)
		x.want("network error (connect), retrying in")
	})
}

func TestQuit(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("q")
		if err := x.exited(); err != nil {
			t.Fatal(err)
		}
		if x.emu.IsAltScreen() {
			t.Fatal("the terminal is still on the alternate screen")
		}
	})
}

func TestQuitWithOwnSessions(t *testing.T) {
	for key, left := range map[string]int{"enter": 0, "k": 0, "ctrl+c": 1} {
		t.Run(key, func(t *testing.T) {
			bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
				x.press("c", "enter")
				x.want("Created")
				x.press("q")
				x.want("1 of your sessions is still running", "destroy and quit", "keep and quit", "cancel")
				x.press("esc")
				x.wantNot("still running")
				x.press("q", key)
				if err := x.exited(); err != nil {
					t.Fatal(err)
				}
				if want := key == "enter"; want != (len(f.destroyed) == 1) {
					t.Fatalf("destroyed: %v", f.destroyed)
				}
				if n := len(x.model.manage.Live.Custody().CreatedHere()); n != left {
					t.Fatalf("%d sessions remain in custody, want %d", n, left)
				}
				if x.model.LeftOpen() != (key == "ctrl+c") {
					t.Fatalf("left open: %v", x.model.LeftOpen())
				}
			})
		})
	}
}

func TestZoomAndTabs(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-one-0001", client.KindResult, "large", nil)
		x.press("z")
		x.want(" Results ", "large")
		x.wantNot("All sessions")
		x.press("tab")
		x.want("connected", "Logs")
		x.press("shift+tab", "shift+tab")
		x.want("All sessions")
		x.press("z", "z")
		x.want("large")
	})
}

func TestHelpShowsEveryKeyAndState(t *testing.T) {
	bubble(t, display{w: 100, h: 50}, func(t *testing.T, x *terminal, _ *fake) {
		x.press("?")
		var seen strings.Builder
		for range 20 {
			seen.WriteString(x.screen())
			x.press("pgdown")
		}
		for _, b := range DefaultKeys().All() {
			if replays := b.Needs&action.Replay != 0; strings.Contains(seen.String(), b.Help) == replays { // it would do nothing here
				t.Errorf("help: %q is shown: %v", b.Help, replays)
			}
		}
		for _, word := range []string{"reconnecting", "connection lost", "level:warn+"} {
			if !strings.Contains(seen.String(), word) {
				t.Errorf("help never showed %q", word)
			}
		}
		x.press("up", "pgup", "esc")
		x.wantNot("type to filter")
	})
}

func TestHelpIsSearchedAndBeginsWithTheModeItWasOpenedIn(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("?")
		x.want("States", "Filters and searches", "level:warn+")
		x.press("m", "o", "u", "s", "e")
		x.want("toggle mouse")
		x.wantNot("destroy the session")
		x.press("x", "x", "x")
		x.want("No matching key.")
		x.press("esc", "]", "i", "?")
		diagnosis, main := strings.Index(x.screen(), " Diagnosis "), strings.Index(x.screen(), " States ")
		if diagnosis < 0 || main < 0 || diagnosis > main {
			t.Fatalf("help does not begin with the diagnosis:\n%s", x.screen())
		}
		x.press("esc")
		x.want("Diagnosis · Activity") // back where it was opened
	})
}

func TestPresentation(t *testing.T) {
	bubble(t, display{w: 80, h: 24}, func(t *testing.T, x *terminal, f *fake) {
		f.say("lsn-two-0002", client.KindResult, "idle", &client.Result{
			Label: "idle", Unit: client.UnitFraction, Scores: []client.Score{{Label: "running", Value: .13}, {Label: "idle", Value: .87}},
		})
		x.pass(2 * time.Second)
		x.press("P")
		x.want("Machine State 0002", "● live, last result 1 s ago", "results/s, last 60 s", "████████")
		x.wantNot("Sessions", "Logs", "idle")
		f.say("lsn-two-0002", client.KindResult, "足場の上でクレーンが動く", nil) // the typeface of large letters lacks these
		x.pass(time.Second)
		x.want("足場の上でクレーンが動く")
		x.press("[")
		x.want("Activity Monitor 0001", "no result yet")
		x.press("esc")
		x.want("Sessions", "Logs")
	})
}

func TestTooSmall(t *testing.T) {
	bubble(t, display{w: 30, h: 6}, func(t *testing.T, x *terminal, _ *fake) {
		x.want("minimum 36x8")
		x.resize(80, 24)
		x.want("Sessions")
		x.resize(20, 4)
		x.press("q")
		if err := x.exited(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPasteGoesToTheInput(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("a", "\x1b[200~lsn-pasted\x1b[201~")
		x.want("lsn-pasted")
	})
}

// A stall rings the bell once, and only while nobody looks; the session and the title say it anyway.
func TestStallRingsWhenUnfocused(t *testing.T) {
	for name, c := range map[string]struct {
		keys   []string
		alerts Alerts
		bells  int
		note   string
	}{
		"nobody looks":  {keys: []string{"blur"}, alerts: Alerts{Bell: true}, bells: 1},
		"someone looks": {keys: []string{"blur", "focus"}, alerts: Alerts{Bell: true, Notify: true}},
		"wanted always": {alerts: Alerts{Bell: true, Focused: true}, bells: 1},
		"silent":        {keys: []string{"blur"}},
		"notify":        {keys: []string{"blur"}, alerts: Alerts{Notify: true}, note: "lenswatch: Activity Monitor 0001: The lens is receiving input but has produced no results"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.add("lsn-one-0001", "lns-activity")
				x := start(t, medium, Options{Title: "test", Alerts: c.alerts}, f)
				for i := range 25 {
					f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("Scene %d", i), nil)
					x.pass(time.Second)
				}
				x.press(c.keys...)
				x.pass(30 * time.Second)
				x.want("◐ 1 quiet", "The lens is receiving input", "Create another session")
				x.mu.Lock()
				defer x.mu.Unlock()
				if x.bells != c.bells {
					t.Errorf("the bell rang %d times, want %d", x.bells, c.bells)
				}
				if note := strings.Join(x.notes, "\n"); len(x.notes) > 1 || !strings.HasPrefix(note, c.note) || c.note == "" && note != "" {
					t.Errorf("notified: %q", note)
				}
			})
		})
	}
}
