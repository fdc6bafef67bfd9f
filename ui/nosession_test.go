package ui

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/ui/layout"
)

// Where there is no session, the screen says of the service what is known: what failed, since when, when it
// is asked again, and what to do.
func TestServiceIsShownWithoutSessions(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"refused": {&client.Error{Op: "list sessions", Kind: client.ErrRefused, Status: 401}, []string{"API key rejected (HTTP 401)", "lenswatch login"}},
		"network": {&client.Error{Op: "list sessions", Kind: client.ErrNetwork, Phase: client.PhaseConnect}, []string{"network error (connect)", "lenswatch doctor"}},
		"server":  {&client.Error{Op: "list sessions", Kind: client.ErrServer, Status: 503}, []string{"server error (HTTP 503)", "retry automatically"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.listErr = c.err
				x := start(t, medium, Options{Title: "test"}, f)
				x.pass(20 * time.Second)
				x.wantIn(layout.Health, append(c.want, "fake", "http://fake.invalid", "for ", "retrying in")...)
				x.press("r")
				x.want("No sessions: " + c.want[0])
				x.wantNot("Select a session first")
				x.press("i")
				x.want(append(c.want, "Diagnosis", "http://fake.invalid", "retrying in")...)
			})
		})
	}
}

func TestWithoutASessionAndWithoutTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := start(t, medium, Options{Title: "test"}, newFake())
		x.wantIn(layout.Health, "reachable – no open sessions", "c Create a session.")
		x.press("u")
		x.want("No open sessions. Press c to create one.")
	})
}

// Records of a list that cannot be read are said, once.
func TestRecordsThatCannotBeReadAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		f.unread = 2
		x := start(t, medium, Options{Title: "test"}, f)
		x.pass(20 * time.Second)
		x.press(";")
		x.want("fake: list of sessions: 2 records could not be read")
		x.wantNot(" times)")
	})
}

// hanging is a service that never answers.
type hangingService struct{ *fake }

func (h hangingService) Sessions(ctx context.Context) ([]client.Session, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestUnresponsiveServiceIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := start(t, medium, Options{Title: "test"}, hangingService{newFake()})
		x.want("Loading sessions")
		x.pass(6500 * time.Millisecond)
		x.wantIn(layout.Sessions, "No response for 7 s")
		x.wantIn(layout.Health, "no response for 7 s", "lenswatch doctor")
		x.press("r")
		x.want("No response for")
	})
}

// A recording of a time without a session asks nobody to create one.
func TestARecordingWithoutASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "empty.ndjson")
		w, err := recording.Create(path, time.Now(), recording.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		x := startOn(t, medium, Options{Title: "replay"}, openPlayer(t, path, 1), nil)
		x.wantIn(layout.Sessions, "No sessions at this position.")
		x.wantNot("Press c", "Loading")
	})
}

// retriedService fails each list at once, and says so before each of the attempts that follow.
type retriedService struct{ *fake }

func (r retriedService) Sessions(ctx context.Context) ([]client.Session, error) {
	err := &client.Error{Op: "list sessions", Kind: client.ErrNetwork, Phase: client.PhaseConnect}
	for attempt := 2; attempt <= 4; attempt++ {
		client.Retrying(ctx, client.Retry{Attempt: attempt, Of: 4, Wait: 2 * time.Second, Err: err})
		time.Sleep(2 * time.Second)
	}
	return nil, err
}

// Each retry of a list is shown as it happens, and how long it has failed counts from the first attempt.
func TestRetriesOfAListAreShownAsTheyHappen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := start(t, medium, Options{Title: "test"}, retriedService{newFake()})
		x.want("network error (connect), retrying (attempt 2 of 4)")
		x.wantNot("Loading sessions", "for 0 s")
		x.pass(2500 * time.Millisecond)
		x.want("network error (connect), retrying (attempt 3 of 4)")
		x.pass(4 * time.Second)
		x.want("for 7 s; retrying in")
	})
}
