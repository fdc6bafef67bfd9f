package watch

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch/pipeline"
)

// acted is a service whose sessions can be acted on; each act takes a second.
type acted struct {
	service
	did  []string
	asks client.Question
}

func (a *acted) Session(_ context.Context, id string) (client.Session, error) {
	return client.Session{Service: "a", ID: id, Status: client.StatusRunning, StatusText: "x", Channel: client.ChannelNone, TTL: time.Hour}, nil
}
func (a *acted) do(what string) error {
	time.Sleep(time.Second)
	a.did = append(a.did, what)
	return nil
}
func (a *acted) SetOutput(context.Context, string) error              { return a.do("output") }
func (a *acted) SetInput(context.Context, string, client.Input) error { return a.do("input") }
func (a *acted) Question(context.Context, string) (client.Question, error) {
	return a.asks, nil
}
func (a *acted) SetQuestion(_ context.Context, _ string, q client.QuestionChange) error {
	a.asks.Focus = *q.Focus
	return a.do("question")
}
func (a *acted) Validate(context.Context, string) (client.Validation, error) {
	return client.Validation{}, nil
}
func (a *acted) Push(context.Context, string, []byte) error { return nil }

// The input is set once the stream is open, whatever it took; what was done is in the session's events, in order.
func TestSetupWaitsForTheStreamAndIsNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &acted{service: service{name: "a"}}
		a.watch = func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
			sink(client.Event{Service: "a", Session: id, Kind: client.KindNotice, Received: time.Now(), Notice: &client.Notice{Code: client.NoticeReconnecting}})
			time.Sleep(time.Minute)
			sink(client.Event{Service: "a", Session: id, Kind: client.KindStart, Received: time.Now()})
			return wait(ctx, id, client.WatchOptions{}, nil)
		}
		h := NewHub([]client.Service{a}, Options{})
		defer h.Close()
		began := time.Now()
		done := make(chan error, 1)
		plan := pipeline.Plan{Output: true, Input: &client.Input{Kind: client.InputCSV, FileID: "trial.csv"}}
		go func() { done <- h.Setup(t.Context(), "a", "lsn-1", plan, func(pipeline.Progress) {}) }()
		time.Sleep(10 * time.Second)
		if err := h.Setup(t.Context(), "a", "lsn-1", plan, func(pipeline.Progress) {}); !errors.Is(err, ErrBusy) {
			t.Errorf("a second one at the same time: %v", err)
		}
		if err := <-done; err != nil || time.Since(began) < time.Minute {
			t.Fatalf("%v after %s", err, time.Since(began))
		}
		focus := "forklifts"
		if q, err := h.SetQuestion(t.Context(), "a", "lsn-1", client.QuestionChange{Focus: &focus}); err != nil || q.Focus != focus {
			t.Fatalf("%v, %v", q, err)
		}
		if did := strings.Join(a.did, ", "); did != "output, input, question" {
			t.Errorf("did %s", did)
		}
		events, _ := collect(t, h, 6)
		var said []string
		for _, ev := range events {
			if ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeAction {
				said = append(said, ev.Text)
			}
		}
		want := "output set; the service accepted it | stream open | input set: trial.csv; the service accepted it | question changed: focus \"forklifts\" (accepted by the service)"
		if got := strings.Join(said, " | "); got != want {
			t.Errorf("said %s", got)
		}
	})
}

// A stream that ends while it is waited for fails the act, and why is in the session's events.
func TestSetupEndsWithTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &acted{service: service{name: "a"}}
		a.watch = func(context.Context, string, client.WatchOptions, func(client.Event)) error {
			time.Sleep(time.Minute)
			return client.ErrNotFound
		}
		h := NewHub([]client.Service{a}, Options{})
		defer h.Close()
		err := h.Setup(t.Context(), "a", "lsn-1", pipeline.Plan{Input: &client.Input{}}, func(pipeline.Progress) {})
		if !errors.Is(err, client.ErrNotFound) || len(a.did) != 0 {
			t.Errorf("%v, did %v", err, a.did)
		}
		events, _ := collect(t, h, 1)
		if ev := events[0]; ev.Level != client.LevelError || ev.Notice.Code != client.NoticeAction || ev.Notice.Remedy != client.RemedyNotFound {
			t.Errorf("%+v", ev)
		}
	})
}
