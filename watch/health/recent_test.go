package health

import (
	"testing"
	"time"

	"lenswatch/client"
)

// A chart of intervals shows the newest of them, and a wait that is under way.
func TestRecentIntervalsEndWithTheWait(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	m := New("s", now, Config{})
	m.Observe(&client.Event{Session: "s", Kind: client.KindNotice, Received: now, Notice: &client.Notice{Code: client.NoticeConnected, Channel: client.ChannelSSE}})
	for range 200 {
		now = now.Add(2 * time.Second)
		m.Observe(&client.Event{Session: "s", Kind: client.KindResult, Received: now, Time: now.Add(-300 * time.Millisecond)})
	}
	intervals, delays := m.Recent(now.Add(time.Second))
	if len(intervals) != recentSize || intervals[0] != 2 || intervals[recentSize-1] != 2 || len(delays) != recentSize {
		t.Fatalf("%d intervals %v, %d delays", len(intervals), intervals, len(delays))
	}
	if intervals, _ = m.Recent(now.Add(30 * time.Second)); intervals[len(intervals)-1] != 30 {
		t.Fatalf("the wait is missing: %v", intervals)
	}
	if _, delays = m.Recent(now); delays[0] != 0 { // always the same: the clocks differ by it
		t.Fatalf("delays %v", delays)
	}
}
