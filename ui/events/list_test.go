package events

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/watch/history"
)

// listing is a list of results over an empty store, and what looks at it.
func listing(zone *time.Location, now time.Time) (*List, memory, *draw.Context) {
	store := memory{history.New(0)}
	c := &draw.Context{Theme: theme.New(theme.Options{}), Now: now, Zone: zone}
	l := Results(store)
	l.SetSize(60, 8)
	l.Show(c, "a")
	return l, store, c
}

func (m memory) say(at time.Time, text string) {
	m.Append(client.Event{Session: "a", Kind: client.KindResult, Text: text, Received: at})
}

func seen(l *List, c *draw.Context) string {
	lines := l.View(c, true)
	for i, line := range lines {
		lines[i] = strings.TrimRight(draw.Plain(line), " ")
	}
	return strings.Join(lines, "\n")
}

// The key for the oldest event is not lost where it is pressed before there is any, or while older ones are found.
func TestTheOldestIsSelectedBeforeItArrives(t *testing.T) {
	noon := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	l, store, c := listing(time.UTC, noon)
	l.Act(c, action.Top)
	for i := range 30 {
		store.say(noon, fmt.Sprint("event ", i))
		l.Sync(c)
	}
	if got := seen(l, c); !strings.HasPrefix(got, "12:00:00 event 0") || l.Following() {
		t.Fatalf("following: %v\n%s", l.Following(), got)
	}
	if l.Act(c, action.Down); l.Selected().Text != "event 1" {
		t.Fatalf("below the oldest is %q", l.Selected().Text)
	}
}

// Where another day begins within a list, a line says which.
func TestADayThatChangesIsShown(t *testing.T) {
	midnight := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	l, store, c := listing(time.UTC, midnight.Add(time.Hour))
	store.say(midnight.Add(-26*time.Hour), "two days ago")
	store.say(midnight.Add(-time.Hour), "yesterday")
	store.say(midnight.Add(time.Minute), "today")
	l.Sync(c)
	want := []string{"── Wed 25 Nov 2026 ─", "22:00:00 two", "── Thu 26 Nov 2026 ─", "23:00:00 yes", "── Fri 27 Nov 2026 ─", "00:01:00 today"}
	lines := strings.Split(seen(l, c), "\n")
	if len(lines) != len(want) {
		t.Fatalf("it shows\n%s", strings.Join(lines, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("line %d is %q, want %q", i, lines[i], want[i])
		}
	}
	if !l.Click(c, 3) || l.Selected().Text != "yesterday" {
		t.Fatalf("a click on yesterday selects %q", l.Selected().Text)
	}
}

// In the hour that clocks show twice, a line says where it begins again.
func TestTheRepeatedHourIsMarked(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // 02:30 CEST
	l, store, c := listing(zone, first.Add(2*time.Hour))
	store.say(first, "before")
	store.say(first.Add(time.Hour), "after")
	l.Sync(c)
	if got := seen(l, c); !strings.Contains(got, "02:30:00 before\n── clocks change from CEST to CET ─") || !strings.Contains(got, "02:30:00 after") {
		t.Fatalf("it shows\n%s", got)
	}
}

// A result that is taller than its pane is seen from its first line on when it is selected.
func TestAResultTallerThanItsPane(t *testing.T) {
	noon := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	l, store, c := listing(time.UTC, noon)
	l.SetSize(30, 3)
	store.say(noon, strings.Repeat("word ", 60))
	store.say(noon, "short")
	l.Sync(c)
	l.Act(c, action.Up)
	l.Act(c, action.Up)
	if got := seen(l, c); !strings.HasPrefix(got, "12:00:00 word word") || strings.Count(got, "\n") != 2 {
		t.Fatalf("it shows\n%s", got)
	}
}

// What nobody filtered is not laid to a filter.
func TestAnEmptyListNamesAFilterOnlyWhereThereIsOne(t *testing.T) {
	_, store, c := listing(time.UTC, time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC))
	l := Logs(store)
	l.SetSize(60, 8)
	l.Show(c, "")
	if got := seen(l, c); !strings.Contains(got, "No messages at info or above yet.") {
		t.Errorf("at the start:\n%s", got)
	}
	l.ToggleLevel(c, client.LevelInfo)
	if got := seen(l, c); !strings.Contains(got, "No events match the filter.") {
		t.Errorf("with a level hidden:\n%s", got)
	}
}
