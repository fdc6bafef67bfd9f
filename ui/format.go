package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// span is a time in whole seconds, for a person: "12 s", "3 m 20 s", "2 h 05 m", "3 d 04 h". It changes
// at most once a second.
func span(d time.Duration) string {
	s := int64(max(d, 0) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d m %02d s", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%d h %02d m", s/3600, s/60%60)
	}
	return fmt.Sprintf("%d d %02d h", s/86400, s/3600%24)
}

// short is span in at most four cells: "12s", "3m", "2h", "5d".
func short(d time.Duration) string {
	s := int64(max(d, 0) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm", s/60)
	case s < 86400:
		return fmt.Sprintf("%dh", s/3600)
	}
	return fmt.Sprintf("%dd", s/86400)
}

// exact is a duration of a figure: "340 µs", "12 ms", "1.4 s", then as span.
func exact(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return span(d)
}

// count groups thousands: 1,284.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// counted is a count of things: "1 result", "1,284 results".
func counted(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(n) + " " + thing + "s"
}

// rate is a figure a second in at most six cells: "0.5/s", "12/s", "4.2k/s".
func rate(f float64) string {
	switch {
	case f <= 0:
		return "0/s"
	case f < 0.095:
		return fmt.Sprintf("%.2f/s", f)
	case f < 9.95:
		return fmt.Sprintf("%.1f/s", f)
	case f < 999.5:
		return fmt.Sprintf("%.0f/s", f)
	case f < 9950:
		return fmt.Sprintf("%.1fk/s", f/1000)
	}
	return fmt.Sprintf("%.0fk/s", f/1000)
}

// size is a number of bytes: "812 B", "12 KiB", "3.4 MiB".
func size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
