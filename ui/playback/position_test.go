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

// Both ends of a part are on a day that the recording has, and a time without seconds is what the recording makes it.
func TestTheEndsOfAPartAreOfOneDay(t *testing.T) {
	at := func(text string) time.Time {
		at, err := time.Parse(time.DateTime, "2026-11-"+text)
		if err != nil && text != "" {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct{ begins, ends, from, to, since, until string }{
		{"27 22:16:16", "27 22:17:56", "22:16:00", "22:16:05", "27 22:16:00", "27 22:16:05"},
		{"27 22:16:16", "27 22:17:56", "12:00:00", "12:00:20", "27 12:00:00", "27 12:00:20"},
		{"27 22:16:16", "27 22:17:56", "08:00:00", "22:17:00", "27 08:00:00", "27 22:17:00"},
		{"27 22:16:16", "27 22:17:56", "22:16", "22:17", "27 22:16:00", "27 22:17:00"},
		{"27 22:16:16", "27 22:17:56", "0:10", "1:00", "27 22:16:26", "27 22:17:16"},
		{"27 22:16:16", "27 22:17:56", "23:00:00", "", "27 23:00:00", ""},
		{"27 23:50:00", "28 00:10:00", "23:55:00", "00:05:00", "27 23:55:00", "28 00:05:00"},
		{"27 23:50:00", "28 00:10:00", "23:55:00", "00:30:00", "27 23:55:00", "28 00:30:00"},
		{"27 23:50:00", "28 00:10:00", "00:02:00", "00:05:00", "28 00:02:00", "28 00:05:00"},
		{"27 23:50:00", "28 00:10:00", "12:00:00", "12:00:20", "27 12:00:00", "27 12:00:20"},
		{"27 23:50:00", "28 00:10:00", "00:05:00", "", "28 00:05:00", ""},
		{"27 23:50:00", "28 00:10:00", "", "00:05:00", "", "28 00:05:00"},
		{"27 14:00:00", "27 14:30:00", "45:00", "", "27 14:45:00", ""},
		{"27 11:00:00", "29 11:00:00", "10:00:00", "12:00:00", "27 10:00:00", "27 12:00:00"},
		{"27 11:00:00", "29 11:00:00", "5m", "12:00:00", "27 11:05:00", "27 12:00:00"},
	} {
		since, until, err := ParsePart(c.from, c.to, at(c.begins), at(c.ends), time.UTC)
		if err != nil || !since.Equal(at(c.since)) || !until.Equal(at(c.until)) {
			t.Errorf("%s to %s of %s is %v to %v, %v", c.from, c.to, c.begins, since, until, err)
		}
	}
	for _, c := range [][4]string{
		{"27 14:00:00", "27 14:30:00", "14:10:00", "14:05:00"}, {"27 14:00:00", "27 14:30:00", "-5s", ""},
		{"27 14:00:00", "27 14:10:00", "15:00", ""}, {"27 00:05:00", "27 00:25:00", "0:10", ""}, {"27 14:00:00", "27 14:30:00", "10s", "soon"},
	} {
		if since, until, err := ParsePart(c[2], c[3], at(c[0]), at(c[1]), time.UTC); err == nil {
			t.Errorf("%s to %s is %v to %v", c[2], c[3], since, until)
		}
	}
}
