package client

import (
	"reflect"
	"testing"
	"time"
)

func TestParseStatus(t *testing.T) {
	for in, want := range map[string]Status{
		"LensSessionStatus.SESSION_STATUS_RUNNING": StatusRunning,
		"SESSION_STATUS_REGISTERED":                StatusRegistered,
		"session_status_created":                   StatusCreated,
		"DESTROYED":                                StatusDestroyed,
		"Stale":                                    StatusStale,
		"FAILED":                                   StatusFailed,
		"3":                                        StatusRunning,
		"6":                                        StatusFailed,
		"started":                                  StatusRunning,
		"active":                                   StatusRunning,
		"ended":                                    StatusDestroyed,
		"SESSION_STATUS_EXPIRED":                   StatusDestroyed,
		"":                                         StatusUnknown,
		"unknown":                                  StatusUnknown,
		"7":                                        StatusUnknown,
		"SESSION_STATUS_PAUSED":                    StatusUnknown,
		".":                                        StatusUnknown,
	} {
		if got := ParseStatus(in); got != want {
			t.Errorf("ParseStatus(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestStatusFinal(t *testing.T) {
	for s := range Status(10) {
		want := s == StatusFailed || s == StatusDestroyed || s == StatusStale
		if s.Final() != want {
			t.Errorf("%v is final: %v", s, s.Final())
		}
	}
}

// TestMergeKeepsEveryField merges, for each field, a record that has it with one that has not.
func TestMergeKeepsEveryField(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	full := Session{
		Service: "s", ID: "i", LensID: "l", LensName: "n", Status: StatusRunning, StatusText: "RUNNING", Channel: ChannelSSE,
		Registered: at, Started: at, Ended: at, EndKnown: at, LastEvent: at, LastUpdate: at, Expires: at, Duration: time.Minute, TTL: time.Hour,
		Endpoint: "e", Runner: "r", Node: "d", InputStream: "in", InputType: "t", OutputStream: "out", Counters: Counters{Connections: 1, Updates: 2, Inputs: 3, Outputs: 4, Events: 5}, HasCounters: true, Fetched: at, Answered: at,
	}
	for v, i := reflect.ValueOf(full), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() && v.Type().Field(i).Name != "NoInputStream" { // which there cannot be with an InputStream
			t.Errorf("the test leaves %s out", v.Type().Field(i).Name)
		}
	}
	if got := full.Merge(Session{}); got != full {
		t.Errorf("an empty record took away:\ngot  %+v\nwant %+v", got, full)
	}
	if got := (Session{}).Merge(full); got != full {
		t.Errorf("nothing was known before:\ngot  %+v\nwant %+v", got, full)
	}
	newer := Session{
		Service: "s2", ID: "i2", LensID: "l2", LensName: "n2", Status: StatusUnknown, StatusText: "ODD", Channel: ChannelMailbox,
		Registered: at.Add(1), Started: at.Add(1), Ended: at.Add(1), EndKnown: at.Add(1), LastEvent: at.Add(1), LastUpdate: at.Add(1), Expires: at.Add(1),
		Duration: 1, TTL: 1, Endpoint: "e2", Runner: "r2", Node: "d2", InputStream: "in2", InputType: "t2", OutputStream: "out2", Counters: Counters{}, HasCounters: true, Fetched: at.Add(1), Answered: at.Add(1),
	}
	if got := full.Merge(newer); got != newer {
		t.Errorf("the newer record does not win:\ngot  %+v\nwant %+v", got, newer)
	}
}

// A record that reports some of the counters leaves the others as they were.
func TestMergeKeepsCountersThatAreNotReported(t *testing.T) {
	full := Session{Counters: Counters{Connections: 1, Inputs: 3, Outputs: 4}, HasCounters: true}
	got := full.Merge(Session{Counters: Counters{Outputs: 5, NoConnections: true, NoInputs: true}, HasCounters: true})
	if got.Counters != (Counters{Connections: 1, Inputs: 3, Outputs: 5}) {
		t.Errorf("got %+v", got.Counters)
	}
	got = full.Merge(Session{Counters: Counters{NoConnections: true}, HasCounters: true})
	if got.Counters != (Counters{Connections: 1}) {
		t.Errorf("a reported 0 is taken for none: %+v", got.Counters)
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		s    Session
		want time.Duration
	}{
		"nothing known":           {Session{}, 0},
		"registered":              {Session{Registered: now.Add(-time.Hour), Started: now.Add(-time.Minute)}, time.Hour},
		"started":                 {Session{Started: now.Add(-time.Minute)}, time.Minute},
		"ended":                   {Session{Registered: now.Add(-time.Hour), Ended: now.Add(-time.Minute)}, 59 * time.Minute},
		"in the future":           {Session{Registered: now.Add(time.Hour)}, 0},
		"duration":                {Session{Duration: time.Minute, Fetched: now.Add(-time.Second)}, 61 * time.Second},
		"duration of a final":     {Session{Duration: time.Minute, Fetched: now.Add(-time.Hour), Status: StatusStale}, time.Minute},
		"the service's duration":  {Session{Registered: now.Add(-time.Hour), Duration: time.Minute, Status: StatusDestroyed}, time.Minute},
		"a final record's change": {Session{Registered: now.Add(-time.Hour), LastUpdate: now.Add(-30 * time.Minute), Status: StatusFailed}, 30 * time.Minute},
		"an end without a time":   {Session{Registered: now.Add(-time.Hour), Status: StatusDestroyed}, 0},
		"duration, no clock":      {Session{Duration: time.Minute}, time.Minute},
	} {
		if got := c.s.Age(now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestNamesOfValues(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{StatusStale.String(), "stale"}, {Status(99).String(), "unknown"}, {ChannelPoll.String(), "poll"}, {Channel(99).String(), "unknown"},
		{KindNotice.String(), "notice"}, {Kind(99).String(), "unknown"}, {LevelError.String(), "error"}, {UnitVotes.String(), "votes"},
		{PhaseBody.String(), "body"}, {PhaseNone.String(), ""}, {RemedyProtocol.String(), "protocol"}, {Remedy(99).String(), "unknown"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestConnection(t *testing.T) {
	var none *Connection
	none.Add(1, time.Now()) // a stream need not look whether anybody counts
	l := &Connection{}
	if _, last := l.Received(); !last.IsZero() {
		t.Error("a byte came before any did")
	}
	at := time.Unix(1741843200, 5)
	l.Add(3, at.Add(-time.Second))
	l.Add(4, at)
	if n, last := l.Received(); n != 7 || !last.Equal(at) {
		t.Errorf("%d bytes, the last at %v", n, last)
	}
}

// What is read of a line while it is written is of one moment: a recording that took the one value before a
// read and the other after it would not come out as it was.
func TestConnectionIsReadAtomically(t *testing.T) {
	l := &Connection{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range int64(100_000) {
			l.Add(1, time.Unix(0, i+1))
		}
	}()
	for last := int64(0); last < 100_000; {
		n, at := l.Received()
		if n > 0 && at.UnixNano() != n {
			t.Fatalf("%d bytes, the last at %d ns", n, at.UnixNano())
		}
		last = n
	}
	<-done
}

// A record without an input stream takes back one that an older record had; one that says nothing of it does not.
func TestMergeKnowsThatThereIsNoInputStream(t *testing.T) {
	none, set, silent := Session{NoInputStream: true}, Session{InputStream: "in"}, Session{}
	for _, c := range []struct {
		old, newer Session
		stream     string
		none       bool
	}{{none, silent, "", true}, {none, set, "in", false}, {set, silent, "in", false}, {set, none, "", true}} {
		if m := c.old.Merge(c.newer); m.InputStream != c.stream || m.NoInputStream != c.none {
			t.Errorf("%+v, then %+v: %q, none: %v", c.old, c.newer, m.InputStream, m.NoInputStream)
		}
	}
}
