// Package units writes durations, byte sizes and counts for a person. It is the one place for it: the
// same value reads the same on the screen, in lines, in errors and in verdicts.
//
// It never writes a value in a form that a program reads: settings, flags and JSON have their own.
package units

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Duration is d for prose, in at most two units: "340 µs", "850 ms", "2.1 s", "24 s", "3 min 20 s",
// "2 h 5 min", "3 d 4 h". It is rounded to the smallest unit that is written, and a part that is zero
// is left out. For a value that counts up on the screen, truncate d to seconds first.
func Duration(d time.Duration) string {
	if d.Round(time.Microsecond) < 0 {
		return "-" + Duration(-(d + 1)) // the least duration has no opposite
	}
	in := func(unit time.Duration, name string) string { return fmt.Sprintf("%d %s", d.Round(unit)/unit, name) }
	two := func(unit, part time.Duration, name, partName string) string {
		d = d.Round(part)
		text := fmt.Sprintf("%d %s", d/unit, name)
		if d%unit != 0 {
			text += fmt.Sprintf(" %d %s", d%unit/part, partName)
		}
		return text
	}
	switch {
	case d.Round(time.Microsecond) == 0:
		return "0 s"
	case d.Round(time.Microsecond) < time.Millisecond:
		return in(time.Microsecond, "µs")
	case d.Round(time.Millisecond) < time.Second:
		return in(time.Millisecond, "ms")
	case d.Round(time.Second/10) < 10*time.Second:
		return strings.TrimSuffix(strconv.FormatFloat(d.Round(time.Second/10).Seconds(), 'f', 1, 64), ".0") + " s"
	case d.Round(time.Second) < time.Minute:
		return in(time.Second, "s")
	case d.Round(time.Second) < time.Hour:
		return two(time.Minute, time.Second, "min", "s")
	case d.Round(time.Minute) < day:
		return two(time.Hour, time.Minute, "h", "min")
	}
	return two(day, time.Hour, "d", "h")
}

// DurationShort is d for narrow columns, in whole units and at most four cells below 1,000 days: "12s",
// "3m", "2h", "5d". It is cut, not rounded, as what counts up is; a negative one is "0s".
func DurationShort(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(d, 0)/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < day:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/day)
}

// Size is a number of bytes: "812 B", "12 KiB", "3.4 MiB", "1.2 GiB".
func Size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20-1<<9: // else it would round to 1024 KiB
		return fmt.Sprintf("%d KiB", (n+1<<9)>>10)
	case n < 1<<30:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
}

// Count groups thousands: "1,284".
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Or is a choice of words: "warn, bad or good".
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Plural is a count of things, whose plural ends in s: "1 event", "1,284 events".
func Plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Count(n) + " " + thing + "s"
}
