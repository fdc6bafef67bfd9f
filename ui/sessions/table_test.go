package sessions

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// account is a store of sessions that do not change.
type account []*watch.Session

func (a account) Sessions() []*watch.Session      { return a }
func (a account) Known() []*watch.Session         { return a }
func (a account) OnlyListed() []*watch.Session    { return nil }
func (a account) ListVersion() uint64             { return 0 }
func (a account) Services() []*watch.ServiceState { return []*watch.ServiceState{{Name: "archetype"}} }
func (a account) Session(id string) *watch.Session {
	if i := slices.IndexFunc(a, func(s *watch.Session) bool { return s.Record.ID == id }); i >= 0 {
		return a[i]
	}
	return nil
}

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func session(id, name string, state client.Status, notice client.Notice) *watch.Session {
	m := health.New(id, now.Add(-time.Minute), health.Config{})
	m.Observe(&client.Event{Session: id, Kind: client.KindNotice, Notice: &notice, Received: now.Add(-time.Minute)})
	return &watch.Session{
		Record: client.Session{ID: id, LensName: name, Status: state}, Health: m, Connection: &client.Connection{}, Ended: state.Final(),
	}
}

func tableOf(all account, w, h int) (*Table, *draw.Context) {
	c := &draw.Context{Theme: theme.New(theme.Options{Dark: true}), Now: now, Zone: time.UTC}
	t := &Table{Store: all}
	t.SetSize(w, h)
	t.Sync(c, status.Summarise(all, false, now))
	return t, c
}

func (t *Table) text(c *draw.Context) []string {
	lines := t.View(c, true)
	for i := range lines {
		lines[i] = draw.Plain(lines[i])
	}
	return lines
}

var (
	connected = client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE}
	lost      = client.Notice{Code: client.NoticeReconnecting, Remedy: client.RemedyNetwork, Phase: client.PhaseDNS, Attempt: 2}
)

// crowd is sixty sessions, of which the last one that is open has a problem, and twenty have ended.
func crowd() (all account) {
	for i := range 60 {
		state := client.StatusRunning
		if i%3 == 0 {
			state = client.StatusDestroyed
		}
		all = append(all, session(fmt.Sprintf("lsn-%04d", i), "Activity Monitor", state, connected))
	}
	return append(all, session("lsn-quiet", "Machine State", client.StatusRunning, lost))
}

// Whatever the size, the one of sixty that is in trouble is seen first, and those that are over share a row.
func TestWhatNeedsAttentionIsSeenFirst(t *testing.T) {
	for _, size := range [][2]int{{56, 13}, {76, 5}, {43, 12}, {56, 25}, {196, 50}} {
		table, c := tableOf(crowd(), size[0], size[1])
		lines := table.text(c)
		if !strings.Contains(lines[1], "Machine St") {
			t.Errorf("%v: the first row is %q", size, lines[1])
		}
		if s := table.NextProblem(1); s == nil || s.Record.ID != "lsn-quiet" {
			t.Errorf("%v: the next problem is %v", size, s)
		}
		if got := draw.Plain(table.Title(c).Note); !strings.Contains(got, "41 open") {
			t.Errorf("%v: %q", size, got)
		}
	}
}

func TestEndedSessionsShareARow(t *testing.T) {
	table, c := tableOf(crowd(), 76, 50)
	lines := table.text(c)
	if last := lines[len(lines)-1]; !strings.Contains(last, "■ 20 ended") || len(lines) != 1+41+1 {
		t.Fatalf("%d lines, the last is %q", len(lines), last)
	}
	if !table.ToggleEnded() || table.rows() != 62 {
		t.Errorf("unfolded there are %d rows", table.rows())
	}
	table.ToggleEnded()
	table.Select("lsn-0003")
	if table.rows() != 43 || !strings.Contains(strings.Join(table.text(c), "\n"), "■ 19 ended") {
		t.Errorf("one that is over and selected has no row:\n%s", strings.Join(table.text(c), "\n"))
	}
}

// A row is as wide as the table, whatever it says; names have the room that there is, and a long one takes none from others.
func TestRowsFitTheirTable(t *testing.T) {
	all := account{
		session("lsn-1", "Timeseries Embedding", client.StatusRunning, connected), session("lsn-2", "M", client.StatusRunning, lost),
		session(strings.Repeat("x", 300), strings.Repeat("y", 300), client.StatusRunning, connected), session("lsn-3", "Over", client.StatusFailed, connected),
	}
	for w := 20; w < 200; w++ {
		table, c := tableOf(all, w, 30)
		for _, line := range table.text(c) {
			if draw.Width(line) > w {
				t.Fatalf("%d cells of %d: %q", draw.Width(line), w, line)
			}
		}
		if w >= 48 && !strings.Contains(strings.Join(table.text(c), "\n"), "Timeseries Embedding") {
			t.Errorf("in %d cells a name is cut:\n%s", w, strings.Join(table.text(c), "\n"))
		}
	}
}

// Every order has those that are pinned first and those that are over last.
func TestOrders(t *testing.T) {
	make := func(id, name string, started time.Duration, results int, age time.Duration) *watch.Session {
		s := session(id, name, client.StatusRunning, connected)
		s.Record.Started, s.Newest = now.Add(-started), &client.Event{}
		for i := range results {
			s.Newest = &client.Event{Session: id, Kind: client.KindResult, Received: now.Add(-age - time.Duration(results-i)*100*time.Millisecond)}
			s.Health.Observe(s.Newest)
		}
		return s
	}
	all := account{
		make("a", "Crane", time.Hour, 20, time.Second), make("b", "belt", time.Minute, 5, 0), make("c", "Axle", time.Second, 9, 4*time.Second),
		make("d", "Zoom", 2*time.Hour, 1, 0), session("e", "Aaa", client.StatusDestroyed, connected), session("f", "Wrong", client.StatusRunning, lost),
	}
	all[3].Choices.Pinned = true
	for _, s := range all[4:] {
		s.Newest = &client.Event{}
	}
	for sort, want := range map[Sort]string{ByUrgency: "fdabce", ByName: "dcbafe", ByAge: "dcbafe", ByRate: "dacbfe", ByResult: "dfcabe"} {
		table, _ := tableOf(all, 80, 20)
		table.Sort = sort
		table.refresh()
		got := ""
		for _, s := range table.list {
			got += s.Record.ID
		}
		if got != want {
			t.Errorf("by %v the order is %s, want %s", sort, got, want)
		}
	}
}

// The session that is selected is shown whatever is searched for, and is counted only if it is found.
func TestOnlyMatchesAreCounted(t *testing.T) {
	table, c := tableOf(crowd(), 76, 50)
	table.Select("lsn-0001")
	for text, want := range map[string]string{"quiet": "/quiet · 1 of 61 · 41 open", "0001": "/0001 · 1 of 61 · 41 open"} {
		table.Match(text)
		if got := draw.Plain(strings.Join(table.Title(c).Marks, " ")); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
