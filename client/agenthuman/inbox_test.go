package agenthuman

import (
	"errors"
	"testing"
	"time"

	"lenswatch/client"
)

// A watch whose sink was busy learns the newest state last.
func TestInboxKeepsTheOrder(t *testing.T) {
	ended := telling{session: client.Session{ID: "s", Status: client.StatusDestroyed, StatusText: "ended"}}
	started := telling{session: client.Session{ID: "s", Status: client.StatusRunning, StatusText: "started", Expires: time.Unix(2e9, 0)}}
	i := newInbox()
	i.lose(errors.New("gone"))
	i.fail(outage{attempt: 1})
	i.tell(started)
	if p := i.take(); p.after || p.failed == nil || p.told == nil || p.gone != nil {
		t.Errorf("a telling after a failure: %+v", p)
	}
	i.tell(started)
	i.tell(ended)
	i.fail(outage{attempt: 2})
	p := i.take()
	if !p.after || p.told.session.Status != client.StatusDestroyed || p.told.session.Expires.IsZero() {
		t.Errorf("a failure after two tellings: %+v", p)
	}
	if p := i.take(); p.told != nil || p.failed != nil {
		t.Errorf("an empty inbox holds %+v", p)
	}
}
