package playback

import (
	"fmt"
	"strings"
	"time"

	"lenswatch/watch/replay"
)

// dates are the forms of a date and a time of day.
var dates = []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04"}

// ParsePosition reads a position in a recording, as the time since its start. A time of day without a date is the next
// one since the start; in the hour that is there twice in October, it is the first that the recording has. A time
// with an offset from UTC, such as 2026-10-25T02:30:00+01:00, is exact.
func ParsePosition(text string, pos replay.Position, zone *time.Location) (time.Duration, error) {
	start := pos.At.Add(-pos.Now).In(zone)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return max(at.Sub(start), 0), nil
	}
	for _, form := range dates {
		if at, err := time.ParseInLocation(form, text, zone); err == nil {
			return max(earliest(at, start).Sub(start), 0), nil
		}
	}
	if clock, err := time.Parse(time.TimeOnly, text); err == nil {
		day := start
		for {
			at := earliest(time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, zone), start)
			if !at.Before(start.Truncate(time.Second)) {
				return max(at.Sub(start), 0), nil
			}
			day = day.AddDate(0, 0, 1) // the recording went on past midnight
		}
	}
	var minutes, seconds int
	if n, err := fmt.Sscanf(text+" ", "%d:%02d ", &minutes, &seconds); err == nil && n == 2 && minutes >= 0 && seconds < 60 {
		return time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a valid position", text)
	}
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return max(pos.Now+d, 0), nil
	}
	return d, nil
}

// earliest is the first instant since the start at which clocks show what they show at a time: where clocks are
// set back, they show it twice.
func earliest(at, start time.Time) time.Time {
	for _, shift := range []time.Duration{-time.Hour, 0, time.Hour} {
		same := at.Add(shift)
		if same.Format(time.DateTime) == at.Format(time.DateTime) && !same.Before(start.Truncate(time.Second)) {
			return same
		}
	}
	return at
}
