package ui

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/custody"
)

// What was made elsewhere is destroyed only when its id was typed.
func TestDestroyOfASessionCreatedElsewhereNeedsItsID(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("]", "d")
		x.want("Destroy this session?", "lsn-one-0001", "not created by you", "Type 0001, the end of its ID, to confirm:", "▸ type 0001 to confirm")
		x.press("enter")
		x.want("to confirm:")
		x.press("y", "enter")
		x.want("That doesn't match. Type 0001, or the whole ID:")
		x.press("backspace", "0002", "enter")
		x.want("That doesn't match")
		x.press("esc")
		x.wantNot("Destroy this session?")
		if len(f.destroyed) != 0 {
			t.Fatalf("destroyed: %v", f.destroyed)
		}
		x.press("d", "0001", "enter")
		x.want("Destroyed")
		if !slices.Equal(f.destroyed, []string{"lsn-one-0001"}) {
			t.Fatalf("destroyed: %v", f.destroyed)
		}
	})
}

func TestLeavingShowsWhatFailedAndStays(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("c", "enter")
		x.want("Created")
		x.press("c", "enter")
		x.want("Created")
		f.mu.Lock()
		f.destroyErr = map[string]error{"lsn-made-0004": client.ErrServer}
		f.mu.Unlock()
		x.press("q")
		x.want("2 of your sessions are still running")
		x.press("enter")
		x.want("1 of 2 destroyed", "server error")
		if m := x.model.manage.Live.Custody().CreatedHere(); len(m) != 1 || m[0].Session != "lsn-made-0004" {
			t.Fatalf("%+v", m)
		}
		f.mu.Lock()
		f.destroyErr = nil
		f.mu.Unlock()
		x.press("enter")
		if err := x.exited(); err != nil {
			t.Fatal(err)
		}
		if len(x.model.manage.Live.Custody().CreatedHere()) != 0 {
			t.Fatal("it was not tried again")
		}
	})
}

// A create that is not answered yet is one of the sessions that quitting asks about: what is chosen is done with it.
func TestQuittingWaitsForACreateThatIsNotAnswered(t *testing.T) {
	for _, row := range []struct {
		key, says       string
		destroyed, left int
	}{
		{"enter", "The session is destroyed once the service has responded:", 1, 1},
		{"k", "lenswatch quits once the service has responded.", 0, 2},
	} {
		act(t, func(t *testing.T, x *terminal, c *controlled) {
			c.slow = 20 * time.Second
			x.press("c", "activity", "enter")
			x.pass(2 * time.Second)
			x.press("q")
			x.want("A session that you asked for is being created:", "Activity Monitor  no response yet, ", "50 s at most")
			x.press("esc")
			x.pass(time.Second)
			x.press("q", row.key)
			x.pass(5 * time.Second)
			x.want(row.says, "Activity Monitor  no response yet, ", "quit now")
			x.pass(15 * time.Second)
			if err := x.exited(); err != nil {
				t.Fatal(err)
			}
			if len(c.destroyed) != row.destroyed || len(c.open) != row.left || len(x.model.manage.Live.Custody().CreatedHere()) != 0 || x.model.LeftOpen() {
				t.Fatalf("%s: destroyed %v, open %v, in the ledger %v", row.key, c.destroyed, c.open, x.model.manage.Live.Custody().CreatedHere())
			}
		})
	}
}

// At a cut network quitting ends in 5 s, as ctrl+c does: what is not destroyed stays in the ledger.
func TestQuittingAtACutNetworkEndsInTime(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("c", "enter")
		x.want("Created")
		f.mu.Lock()
		f.cut = true
		f.mu.Unlock()
		start := time.Now()
		x.press("q", "enter")
		if err := x.exited(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 5*time.Second || !x.model.LeftOpen() {
			t.Errorf("it ended after %v, left open: %v", took, x.model.LeftOpen())
		}
		if n := len(x.model.manage.Live.Custody().CreatedHere()); n != 1 {
			t.Errorf("%d sessions are in the ledger", n)
		}
	})
}

func TestCtrlCInterrupts(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("ctrl+c")
		if err := x.exited(); !errors.Is(err, tea.ErrInterrupted) {
			t.Fatal(err)
		}
	})
}

func TestQuotaListsWhatHoldsTheSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "custody.json")
		f := newFake()
		f.add("lsn-251207a89f948ed4e30d8f80aaba77", "lns-activity")
		f.open[0].Registered = time.Now().Add(-150 * time.Minute)
		dead := custody.Open(path, time.Now)
		left, err := dead.Create(t.Context(), f, client.CreateRequest{LensID: "lns-machine"})
		if err != nil {
			t.Fatal(err)
		}
		dead.Close()
		ledger := custody.Open(path, time.Now)
		notice := custody.Notice(ledger.Orphans())
		x := startWith(t, medium, Options{Notice: notice}, watch.Options{Custody: ledger}, f)
		defer ledger.Close()
		x.want("1 session left over from crashed lenswatch runs", "destroy --mine")
		x.press("c", "enter")
		x.want("Created")
		f.mu.Lock()
		f.createErr = &client.Error{Op: "create session", Kind: client.ErrQuota, Status: 429, Message: "Failed to allocate lens runner"}
		f.mu.Unlock()
		x.press("c", "enter")
		x.want("Session quota reached", "allocate lens runner", "3 sessions are using all slots", "orphaned", "yours", "2 h 30 min  created elsewhere")
		x.press("enter")
		x.want("Destroy this session?", left.ID, "orphaned by a lenswatch run that crashed")
		full := f.createErr
		f.mu.Lock()
		f.createErr = nil
		f.mu.Unlock()
		x.press("y")
		x.want("Created Activity Monitor") // what the slot was freed for
		f.mu.Lock()
		f.createErr = full
		f.mu.Unlock()
		if !slices.Equal(f.destroyed, []string{left.ID}) {
			t.Fatalf("destroyed: %v", f.destroyed)
		}
		if o, err := ledger.Orphans(); err != nil || len(o) != 0 {
			t.Fatalf("%+v, %v", o, err)
		}
		x.press("c", "enter", "down", "down", "up", "down", "d")
		x.want("Destroy this session?", "lsn-251207a89f948ed4e30d8f80aaba77", "not created by you")
	})
}

func TestDestroyOwnNeverTouchesOthers(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("D")
		x.want("You have no sessions of your own")
		x.press("c", "enter")
		x.press("c", "enter")
		x.press("D")
		x.want("Destroy 2 sessions created by lenswatch", "lsn-made-0003", "lsn-made-0004")
		x.wantNot("lsn-one-0001 ")
		x.press("n")
		if len(f.destroyed) != 0 {
			t.Fatalf("destroyed: %v", f.destroyed)
		}
		x.press("D", "y")
		slices.Sort(f.destroyed)
		if !slices.Equal(f.destroyed, []string{"lsn-made-0003", "lsn-made-0004"}) {
			t.Fatalf("destroyed: %v", f.destroyed)
		}
	})
}

// Where the ledger cannot be written nothing is created before the person knew and said yes.
func TestCreateWithoutALedgerAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		x := startWith(t, medium, Options{}, watch.Options{Custody: custody.Unavailable(errors.New("HOME is not set"))}, f)
		x.press("c", "enter")
		x.want("Create without crash cleanup?", "HOME is not set", "after a crash")
		x.press("n")
		if len(f.open) != 0 {
			t.Fatalf("open: %v", f.open)
		}
		x.press("c", "enter", "y")
		x.want("Created", "lenswatch crashes", "yours")
		if len(f.open) != 1 || len(x.model.manage.Live.Custody().CreatedHere()) != 1 {
			t.Fatalf("open: %v", f.open)
		}
	})
}
