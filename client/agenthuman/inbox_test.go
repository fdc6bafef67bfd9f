package agenthuman

import (
	"errors"
	"testing"
	"time"

	"lenswatch/client"
)

// A watch whose sink was busy learns the newest state last.
func TestInboxKeepsTheOrder(t *testing.T) {
	ended := sample{session: client.Session{ID: "s", Status: client.StatusDestroyed, StatusText: "ended"}}
	started := sample{session: client.Session{ID: "s", Status: client.StatusRunning, StatusText: "started", Expires: time.Unix(2e9, 0)}}
	i := newInbox()
	i.putNotFound(errors.New("gone"))
	i.putOutage(outage{attempt: 1})
	i.putSample(started)
	if p := i.takePost(); p.failedAfterSample || p.failed == nil || p.sample == nil || p.notFound != nil {
		t.Errorf("a record after a failure: %+v", p)
	}
	i.putSample(started)
	i.putSample(ended)
	i.putOutage(outage{attempt: 2})
	p := i.takePost()
	if !p.failedAfterSample || p.sample.session.Status != client.StatusDestroyed || p.sample.session.Expires.IsZero() {
		t.Errorf("a failure after two records: %+v", p)
	}
	if p := i.takePost(); p.sample != nil || p.failed != nil {
		t.Errorf("an empty inbox holds %+v", p)
	}
}
