package watch

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

var at = time.Unix(1_700_000_000, 0)

func record(id string, s client.Status) client.Session {
	return client.Session{Service: "a", ID: id, LensID: "lns-1", Status: s, StatusText: s.String()}
}

func TestListsNameAndMark(t *testing.T) {
	b := NewStore([]ServiceInfo{{Name: "a"}}, 0)
	b.Apply(Batch{Delivered: at, Lists: []Listing{{Service: "a", At: at, Sessions: []client.Session{record("one", client.StatusRunning), record("two", client.StatusRunning)}}}})
	b.Apply(Batch{Delivered: at, Lenses: []LensListing{{Service: "a", Lenses: []client.Lens{{ID: "lns-1", Name: "Lens One", Channel: client.ChannelMailbox}}}}})
	one := b.Session("one")
	if one == nil || one.Record.LensName != "Lens One" || one.Record.Channel != client.ChannelMailbox || !one.Listed {
		t.Fatalf("%+v", one)
	}
	b.Apply(Batch{Delivered: at, Lists: []Listing{{Service: "a", At: at, Sessions: []client.Session{record("two", client.StatusRunning)}}}})
	if one.Listed || !b.Session("two").Listed {
		t.Fatal("a list says what is listed")
	}
	b.Apply(Batch{Delivered: at, Lists: []Listing{{Service: "a", At: at, Err: client.ErrNetwork}}})
	if !b.Session("two").Listed || b.Services()[0].List.Err == nil || !b.Services()[0].Listed {
		t.Fatal("a list that failed says nothing of sessions")
	}
}

func TestCreatedSessionStaysCreatedHere(t *testing.T) {
	b := NewStore(nil, 0)
	b.AddSample(Sample{Session: record("one", client.StatusRegistered), CreatedHere: true}, at)
	b.AddSample(Sample{Session: record("one", client.StatusDestroyed)}, at)
	if s := b.Session("one"); !s.CreatedHere || !s.Gone() {
		t.Fatalf("%+v", s)
	}
}

func TestEventsReachHistoryAndHealth(t *testing.T) {
	b := NewStore(nil, 0)
	ev := client.Event{Session: "one", Kind: client.KindResult, Text: "hello", Received: at}
	b.Apply(Batch{Delivered: at.Add(time.Second), Oldest: at, Events: []client.Event{ev, ev}})
	s := b.Session("one")
	if b.History().Len() != 2 || b.Events() != 2 || s.Results != 2 || s.Newest.Text != "hello" || s.Health.Metrics(at).Results != 2 {
		t.Fatalf("%+v", s)
	}
	if b.Lag() != time.Second {
		t.Fatalf("lag %v", b.Lag())
	}
}

// A stream that ended without a word is closed with its reason; one that said it is not closed twice.
func TestStreamEndedSaysWhy(t *testing.T) {
	b := NewStore(nil, 0)
	b.Apply(Batch{Delivered: at, Opened: []StreamOpened{{Session: "one"}, {Session: "two"}}})
	said := client.Event{Session: "two", Kind: client.KindNotice, Received: at, Notice: &client.Notice{Code: client.NoticeClosed, Remedy: client.RemedyRefused}}
	b.Apply(Batch{Delivered: at, Events: []client.Event{said}, Ended: []StreamEnded{
		{Session: "one", Err: errors.New("a mistake\x1b[31m"), At: at}, {Session: "two", Err: client.ErrRefused, At: at},
	}})
	if n := b.History().Len(); n != 2 {
		t.Fatalf("%d notices, want one each", n)
	}
	if e := b.History().At(2); e.Session != "one" || e.Notice.Code != client.NoticeClosed || e.Text != "closed: a mistake\ufffd[31m" {
		t.Fatalf("%+v", e)
	}
	if st := b.Session("two").Health.State(at).Code; st != health.Failed {
		t.Fatalf("two is %v", st)
	}
}

func TestEndedSessionsAreBounded(t *testing.T) {
	b := NewStore(nil, 0)
	for i := range 500 {
		b.AddSample(Sample{Session: record(fmt.Sprint(i), client.StatusDestroyed)}, at)
		b.Apply(Batch{Delivered: at})
	}
	b.AddSample(Sample{Session: record("open", client.StatusRunning)}, at)
	b.Apply(Batch{Delivered: at})
	if n := len(b.Sessions()); n != maxEnded+1 || b.Session("499") == nil || b.Session("0") != nil || b.Session("open") == nil {
		t.Fatalf("%d sessions are retained", n)
	}
}

func TestForgetKeepsWhatLives(t *testing.T) {
	b := NewStore(nil, 0)
	b.Apply(Batch{Delivered: at, Opened: []StreamOpened{{Session: "one"}}})
	b.Forget("one")
	if b.Session("one") == nil {
		t.Fatal("a session that is being watched was forgotten")
	}
	b.Apply(Batch{Delivered: at, Ended: []StreamEnded{{Session: "one", At: at}}})
	b.Forget("one")
	if b.Session("one") != nil {
		t.Fatal("a session that is over was retained")
	}
}

func TestNoHistoryKeepsHealthAndNoEvents(t *testing.T) {
	b := NewStore(nil, NoHistory)
	ev := client.Event{Session: "one", Kind: client.KindResult, Text: "hello", Received: at}
	b.Apply(Batch{Delivered: at, Events: []client.Event{ev}})
	if s := b.Session("one"); b.History().Len() != 0 || b.Events() != 1 || s.Health.Metrics(at).Results != 1 {
		t.Fatalf("%d retained, %+v", b.History().Len(), s)
	}
}

// A session has the colour of its ID in every run, and open ones have different colours as far as there are enough.
func TestColoursOfSessionsAreThoseOfTheirIDs(t *testing.T) {
	hues := func(ids ...string) (out []int) {
		b := NewStore(nil, 0)
		for _, id := range ids {
			b.AddSample(Sample{Session: record(id, client.StatusRunning)}, at)
			out = append(out, b.Session(id).Hue)
		}
		return out
	}
	if one, two := hues("lsn-b", "lsn-a"), hues("lsn-a"); one[1] != two[0] && one[0] != hues("lsn-a", "lsn-b")[0] {
		t.Errorf("the order decides: %v, %v", one, two)
	}
	seen := map[int]bool{}
	for _, h := range hues("a", "b", "c", "d", "e", "f", "g", "h", "i", "j") {
		seen[h] = true
	}
	if len(seen) != Hues {
		t.Errorf("ten sessions have %d colours", len(seen))
	}
}
