package history

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
)

// since tests when an event was received.
type since struct {
	prefix, text string // as it was written
	at           time.Time
	relative     bool // to when it was read
}

func newSince(in *input, prefix string) (test, error) {
	text := strings.TrimSpace(in.rest)
	zone := in.now.Location()
	dates := []string{time.DateOnly, "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339}
	clocks := []string{"15:04", time.TimeOnly}
	for _, form := range slices.Concat(dates, clocks) {
		t, err := time.ParseInLocation(form, text, zone)
		if err != nil {
			continue
		}
		clock := slices.Contains(clocks, form)
		if clock { // the newest that was
			y, m, d := in.now.Date()
			if t = time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, zone); t.After(in.now) {
				t = t.AddDate(0, 0, -1)
			}
		}
		return since{prefix, text, t, clock}, nil
	}
	return nil, fmt.Errorf("%q at character %d is not a time; use 14:05, 14:05:30 or 2026-11-27 14:05", text, in.place(0))
}

func newLast(in *input) (test, error) {
	text := strings.TrimSpace(in.rest)
	d, err := time.ParseDuration(text)
	switch {
	case text == "":
		return nil, errors.New(`missing time after "last:"; use 30s, 5m or 2h`)
	case err != nil || d <= 0:
		return nil, fmt.Errorf("%q at character %d is not a duration; use 30s, 5m or 2h", text, in.place(0))
	}
	return since{prefixLast, text, in.now.Add(-d), true}, nil
}

func (t since) match(ev *client.Event) bool {
	return ev.Received.Before(t.at) == (t.prefix == prefixBefore)
}

func (t since) matchText(ev *client.Event) bool { return t.match(ev) }
func (t since) ranges(string) [][2]int          { return nil }
func (t since) String() string                  { return t.prefix + t.text }

// Relative reports whether what the filter matches depends on when it was read: last:5m, or a time of day without a date.
func (f Filter) Relative() bool {
	t, ok := f.test.(since)
	return ok && t.relative
}

// Until is the time from which on no event can meet all of the filters; zero if there is none.
func (fs Filters) Until() time.Time {
	_, until := fs.span()
	return until
}

// span is from when until when an event that meets all filters has been received; zero is no limit.
func (fs Filters) span() (from, until time.Time) {
	for _, f := range fs {
		t, ok := f.test.(since)
		switch {
		case !ok:
		case (t.prefix == prefixBefore) == f.exclude:
			if t.at.After(from) {
				from = t.at
			}
		case until.IsZero() || t.at.Before(until):
			until = t.at
		}
	}
	return from, until
}
