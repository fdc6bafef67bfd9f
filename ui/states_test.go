package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/watch"
)

// A verdict that asks for attention while its state is live is not hidden by the others: it has its own
// glyph in the merged row and its own count in the header.
func TestAttentionShowsInTheMergedRowAndTheHeader(t *testing.T) {
	m := loose(t)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	now := m.c.Now.Add(time.Second)
	b := watch.Batch{Delivered: now}
	for _, id := range []string{"lsn-aaaa", "lsn-bbbb", "lsn-cccc"} {
		b.Opened = append(b.Opened, watch.StreamOpened{Session: id, Connection: new(client.Connection)})
		for _, e := range []client.Event{
			{Kind: client.KindNotice, Notice: &client.Notice{Code: client.NoticeConnecting}},
			{Kind: client.KindNotice, Notice: &client.Notice{Code: client.NoticeConnected}}, {Kind: client.KindResult, Text: "scene"},
		} {
			e.Session, e.Received = id, now
			b.Events = append(b.Events, e)
		}
	}
	m.Update(batchMsg(b))
	if got := draw.Plain(strings.Join(m.summary.Counts(m.c), "  ")); got != "● 3 live" {
		t.Fatalf("at first the header counts %q", got)
	}
	for i := range 5 {
		m.now(now.Add(time.Duration(i) * time.Second))
		m.store.Session("lsn-bbbb").Health.Lag(2*time.Second, 100, m.c.Now)
	}
	m.sync()
	if got := draw.Plain(strings.Join(m.summary.Counts(m.c), "  ")); got != "● 2 live  ! 1 attention" {
		t.Errorf("the header counts %q", got)
	}
	if got := draw.Plain(m.sessions.View(m.c, false)[0]); got[0] != '!' {
		t.Errorf("the merged row is %q", got)
	}
	if got := m.summary.WindowTitle(m.c.Now); got != "lenswatch: attention" {
		t.Errorf("the window's title is %q", got)
	}
}

// A stream that failed for good, of a session that the service still runs, is worse than one that is quiet.
func TestAFailedStreamOfARunningSessionIsTheWorst(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for range 25 {
			f.say("lsn-one-0001", client.KindResult, "scene", nil)
			x.pass(time.Second)
		}
		f.mu.Lock()
		f.watchErr = map[string]error{"lsn-two-0002": client.ErrProtocol}
		f.mu.Unlock()
		x.press("]", "]", "r")
		x.pass(20 * time.Second)
		x.press("0")
		x.want("1 quiet", "1 failed", "Health · Machine State 0002")
	})
}
