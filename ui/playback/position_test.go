package playback

import (
	"testing"
	"time"

	"lenswatch/watch/replay"
)

func TestPositionsInARecording(t *testing.T) {
	start := time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC)
	pos := replay.Position{Now: 30 * time.Second, At: start.Add(30 * time.Second)}
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "12:30": 12*time.Minute + 30*time.Second, "+10s": 40 * time.Second, "-10s": 20 * time.Second, "-5m": 0,
		"23:59:10": 10 * time.Second, "00:00:05": 65 * time.Second,
		"2026-11-23 00:01:00": 2 * time.Minute, "2026-11-24 23:59": 48 * time.Hour, "2026-11-23T00:00:00Z": time.Minute,
		"2026-11-23T01:00:00+01:00": time.Minute, "2026-11-01 00:00:00": 0,
	} {
		if got, err := ParsePosition(text, pos, time.UTC); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "x", "12:99", "1:2:3:4", "12:30x", "ten", "2026-13-01 00:00:00"} {
		if got, err := ParsePosition(text, pos, time.UTC); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// The hour that is there twice is reached both times: by the clock the first, with an offset either.
func TestTheRepeatedHourOfOctober(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	start := time.Date(2026, 10, 25, 1, 30, 0, 0, zone) // CEST; at 3:00 it is 2:00 CET
	pos := replay.Position{At: start}
	late := replay.Position{At: time.Date(2026, 10, 25, 1, 10, 0, 0, time.UTC)} // 02:10 CET
	for _, c := range []struct {
		text string
		pos  replay.Position
		want time.Duration
	}{
		{"02:30:00", pos, time.Hour}, {"2026-10-25 02:30:00", pos, time.Hour}, {"03:30:00", pos, 3 * time.Hour},
		{"2026-10-25T02:30:00+02:00", pos, time.Hour}, {"2026-10-25T02:30:00+01:00", pos, 2 * time.Hour},
		{"02:30:00", late, 20 * time.Minute}, // the first is before the recording
	} {
		if got, err := ParsePosition(c.text, c.pos, zone); err != nil || got != c.want {
			t.Errorf("%q is %v, %v; want %v", c.text, got, err, c.want)
		}
	}
}
