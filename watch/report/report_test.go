package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/watch"
)

func storeWith(events ...client.Event) (*watch.Store, *watch.Session, time.Time) {
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	store := watch.NewStore([]watch.ServiceInfo{{Name: "archetype", Endpoint: "https://host/v0.5"}}, Budget)
	for i := range events {
		events[i].Service, events[i].Session, events[i].Received = "archetype", "lsn-1", now
	}
	store.Apply(watch.Batch{Opened: []watch.StreamOpened{{Service: "archetype", Session: "lsn-1", Connection: new(client.Connection)}}, Delivered: now})
	store.Apply(watch.Batch{Events: events, Delivered: now})
	return store, store.Session("lsn-1"), now
}

// Whatever a server sends, a report has a bounded size.
func TestReportsAreBounded(t *testing.T) {
	var events []client.Event
	for i := range 50 {
		big := strings.Repeat("`|<b>@x", 10_000) + fmt.Sprint(i)
		events = append(events, client.Event{Kind: client.KindError, Wire: "error", Text: big, Raw: []byte(`"` + big + `"`), Fault: &client.Fault{UIDs: []string{"u"}}})
	}
	store, s, now := storeWith(events...)
	r := Of(store, s, now, Origin{})
	if text := r.Markdown(); len(text) > 256<<10 {
		t.Errorf("%d bytes of Markdown", len(text))
	}
	got, cut := r.Events()
	if len(got) != maxEvents || cut[0] == 0 || len(got[0].Raw) > maxPayload || len(got[0].Text) > maxText+len("…") {
		t.Errorf("%d events, cut by %v", len(got), cut)
	}
	if len(r.Failures) != maxFailures {
		t.Errorf("%d failures", len(r.Failures))
	}
}

// A credential that stands where a payload is cut does not show in part.
func TestCutPayloadsShowNoPartOfAKey(t *testing.T) {
	key := "lw-made-up-key-0123456789"
	for at := maxPayload - len(key); at <= maxPayload; at++ {
		store, s, now := storeWith(client.Event{Kind: client.KindLog, Raw: []byte(`"` + strings.Repeat("x", at-1) + key + `"`), Text: strings.Repeat("y", maxText-5) + key})
		if text := string(Of(store, s, now, Origin{}).Markdown(rest.NewSecret(key))); strings.Contains(text, "lw-m") {
			t.Fatalf("with the key at %d: %s", at, text)
		}
	}
}

// Heartbeats do not push out what a session said before it fell silent.
func TestHeartbeatsAreNotAmongTheNewestEvents(t *testing.T) {
	events := []client.Event{{Kind: client.KindResult, Wire: "inference.result", Text: "the last words", Raw: []byte(`{"a":1}`)}}
	for range 100 {
		events = append(events, client.Event{Kind: client.KindHeartbeat, Wire: "sse.stream.heartbeat", Raw: []byte(`{}`)})
	}
	store, s, now := storeWith(events...)
	if got, _ := Of(store, s, now, Origin{}).Events(); len(got) != 1 || got[0].Text != "the last words" {
		t.Errorf("%v", got)
	}
}

// A report of one session has no request that was about another one.
func TestRequestsAboutOtherSessionsAreLeftOut(t *testing.T) {
	store, s, now := storeWith()
	store.Apply(watch.Batch{Delivered: now, Requests: []client.Request{
		{Service: "archetype", Request: "GET /list"}, {Service: "archetype", Session: "lsn-1", Request: "POST /own"},
		{Service: "archetype", Session: "lsn-2", Request: "POST /other"}, {Service: "agenthuman", Request: "GET /else"},
	}})
	text := string(Of(store, s, now, Origin{}).Markdown())
	for request, want := range map[string]bool{"GET /list": true, "POST /own": true, "POST /other": false, "GET /else": false} {
		if strings.Contains(text, request) != want {
			t.Errorf("%s: want %v in\n%s", request, want, text)
		}
	}
}

// Without an event that has a time, the clock is compared with the dates of answers, which are cut to whole seconds: no more is
// claimed than they say.
func TestShortReportsHaveTheClockByAnswers(t *testing.T) {
	for want, date := range map[string]time.Duration{
		"in sync with the service (to a second)": -900 * time.Millisecond, "7 s ahead of the service (to a second)": -7500 * time.Millisecond,
		"2 min behind the service (to a second)": 119500 * time.Millisecond,
	} {
		store, s, now := storeWith()
		if clock := Of(store, s, now, Origin{}).Clock(); clock != "difference from the service's clock not known" {
			t.Errorf("before: %s", clock)
		}
		store.Apply(watch.Batch{Samples: []watch.Sample{{Session: client.Session{
			ID: "lsn-1", Service: "archetype", Status: client.StatusRunning, StatusText: "RUNNING", Fetched: now, Answered: now.Add(date),
		}}}, Delivered: now})
		if clock := Of(store, s, now, Origin{}).Clock(); clock != want {
			t.Errorf("%v: %q, want %q", date, clock, want)
		}
	}
}
