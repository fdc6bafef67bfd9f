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
func Duration(d time.Duration) string { return duration(d, prose) }

// DurationShort is Duration for narrow columns, in at most six cells up to a hundred days: "340µs",
// "850ms", "2.1s", "24s", "3m20s", "2h05m", "3d4h".
func DurationShort(d time.Duration) string { return duration(d, narrow) }

// style is how the values of a duration are joined to their units, and to each other.
type style struct {
	space     string // before a unit
	join      string // between two parts
	minute    string
	second    string // format of the second part
	dropEmpty bool   // whether a second part that is zero is left out
}

var (
	prose  = style{space: " ", join: " ", minute: "min", second: "%d", dropEmpty: true}
	narrow = style{minute: "m", second: "%02d"}
)

func duration(d time.Duration, st style) string {
	if d.Round(time.Microsecond) < 0 {
		return "-" + duration(-(d+1), st) // the least duration has no opposite
	}
	one := func(n int64, unit string) string { return strconv.FormatInt(n, 10) + st.space + unit }
	two := func(unit, part time.Duration, name, partName string) string {
		d = d.Round(part)
		first, second := int64(d/unit), int64(d%unit/part)
		if second == 0 && st.dropEmpty {
			return one(first, name)
		}
		return one(first, name) + st.join + fmt.Sprintf(st.second, second) + st.space + partName
	}
	switch {
	case d.Round(time.Microsecond) == 0:
		return one(0, "s")
	case d.Round(time.Microsecond) < time.Millisecond:
		return one(int64(d.Round(time.Microsecond)/time.Microsecond), "µs")
	case d.Round(time.Millisecond) < time.Second:
		return one(int64(d.Round(time.Millisecond)/time.Millisecond), "ms")
	case d.Round(time.Second/10) < 10*time.Second:
		return strings.TrimSuffix(strconv.FormatFloat(d.Round(time.Second/10).Seconds(), 'f', 1, 64), ".0") + st.space + "s"
	case d.Round(time.Second) < time.Minute:
		return one(int64(d.Round(time.Second)/time.Second), "s")
	case d.Round(time.Second) < time.Hour:
		return two(time.Minute, time.Second, st.minute, "s")
	case d.Round(time.Minute) < day:
		return two(time.Hour, time.Minute, "h", st.minute)
	}
	st.second = "%d"
	return two(day, time.Hour, "d", "h")
}

// Size is a number of bytes: "812 B", "12 KiB", "3.4 MiB", "1.2 GiB".
func Size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
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

// Plural is a count of things, whose plural ends in s: "1 event", "1,284 events".
func Plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Count(n) + " " + thing + "s"
}
