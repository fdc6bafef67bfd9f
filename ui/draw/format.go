package draw

import (
	"fmt"
	"time"

	"lenswatch/client/units"
)

// Span is a time in whole seconds, for what counts up on the screen: "12 s", "3 min 20 s".
func Span(d time.Duration) string { return units.Duration(max(d, 0).Truncate(time.Second)) }

// Exact is a measured duration: "340 µs", "12 ms", "1.4 s", "3 min 20 s".
func Exact(d time.Duration) string { return units.Duration(d) }

// Count groups thousands: 1,284.
func Count[N int | int64](n N) string { return units.Count(int64(n)) }

// Counted is a count of things: "1 result", "1,284 results".
func Counted[N int | int64](n N, thing string) string {
	return Count(n) + " " + thing + Plural(n, "", "s")
}

// Plural is the word for one or for many.
func Plural[N int | int64](n N, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Rate is how many a second, in at most six cells: "0.5/s", "12/s", "4.2k/s".
func Rate(f float64) string {
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

// Size is a number of bytes: "812 B", "12 KiB", "3.4 MiB".
func Size[N int | int64](n N) string { return units.Size(int64(n)) }

// OrDash is the text, or a dash where there is none.
func OrDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
