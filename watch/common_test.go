package watch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// tenant is a store whose sessions have a result each second until each of them stops; its service counts what it would
// put out.
type tenant struct {
	*Store
	now   time.Time
	stops map[string]time.Duration // since at
	node  map[string]string
}

func newTenant(stops map[string]time.Duration, node map[string]string) *tenant {
	return &tenant{Store: NewStore([]ServiceInfo{{Name: "a"}}, 0), now: at, stops: stops, node: node}
}

// run lets time pass, second by second.
func (a *tenant) run(d time.Duration) {
	for end := a.now.Add(d); a.now.Before(end); a.now = a.now.Add(time.Second) {
		n := int64(a.now.Sub(at)/time.Second) + 100
		batch := Batch{Delivered: a.now, Oldest: a.now}
		list := Listing{Service: "a", At: a.now}
		for id, stop := range a.stops {
			outputs := min(n, int64(stop/time.Second)+100)
			if n == 100 {
				batch.Opened = append(batch.Opened, StreamOpened{Service: "a", Session: id, Connection: &client.Connection{}})
				batch.Events = append(batch.Events, client.Event{Service: "a", Session: id, Kind: client.KindNotice, Received: a.now, Notice: &client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE}})
			}
			if outputs == n {
				batch.Events = append(batch.Events, client.Event{Service: "a", Session: id, Kind: client.KindResult, Received: a.now})
			}
			rec := record(id, client.StatusRunning)
			rec.LensID, rec.Node = "lns-"+id, a.node[id]
			rec.Counters, rec.HasCounters = client.Counters{Inputs: n, Outputs: outputs}, true
			list.Sessions = append(list.Sessions, rec)
		}
		if n%5 == 0 {
			batch.Lists = []Listing{list}
		}
		a.Apply(batch)
		a.Tick(a.now)
	}
}

const always = time.Hour

func TestSessionsThatStopTogetherHaveOneCause(t *testing.T) {
	a := newTenant(
		map[string]time.Duration{"one": time.Minute, "two": time.Minute + 2*time.Second, "three": time.Minute, "four": always},
		map[string]string{"one": "gpu-1", "two": "gpu-1", "three": "gpu-1", "four": "gpu-2"},
	)
	a.run(50 * time.Second)
	if c, ok := a.Common(a.now); ok {
		t.Fatalf("while all is well: %s", c)
	}
	a.run(time.Minute)
	c, ok := a.Common(a.now)
	slices.Sort(c.Affected)
	if !ok || !slices.Equal(c.Affected, []string{"one", "three", "two"}) || !slices.Equal(c.Untouched, []string{"four"}) || !slices.Equal(c.Shared, []string{"node gpu-1"}) {
		t.Fatalf("%v: %+v", ok, c)
	}
	if d := c.Since.Sub(at.Add(time.Minute)); d.Abs() > 2*time.Second {
		t.Errorf("since %v after it", d)
	}
	if text := c.String(); !strings.HasPrefix(text, "3 of 4 sessions since ") || !strings.HasSuffix(text, ": node gpu-1. 1 session is unaffected.") {
		t.Errorf("%q", text)
	}
}

func TestSessionsThatStopApartHaveNoCommonCause(t *testing.T) {
	a := newTenant(map[string]time.Duration{"one": time.Minute, "two": 2 * time.Minute, "three": always}, nil)
	a.run(3 * time.Minute)
	if c, ok := a.Common(a.now); ok {
		t.Errorf("%s", c)
	}
}

func TestWhereAllStopTheServiceIsShared(t *testing.T) {
	a := newTenant(map[string]time.Duration{"one": time.Minute, "two": time.Minute}, map[string]string{"one": "gpu-1", "two": "gpu-2"})
	a.run(2 * time.Minute)
	c, ok := a.Common(a.now)
	if !ok || len(c.Untouched) != 0 || !slices.Equal(c.Shared, []string{"the service a"}) || !strings.HasPrefix(c.String(), "2 sessions since ") {
		t.Errorf("%v: %s", ok, c)
	}
}
