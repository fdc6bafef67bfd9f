package rest

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseNumber reads a number, and reports false for what is none that can be reckoned with, such as NaN or 1e400.
// It looks before it parses, because the errors of strconv are allocated and times of day are common.
func ParseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if s == "" || s[0] > '9' || strings.IndexByte(s, ':') >= 0 {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// ParseCount reads a whole number, and reports false for what is no number. One that is too large is the largest.
func ParseCount(s string) (int64, bool) {
	if n, ok := parseWhole(strings.TrimSpace(s)); ok {
		return n, true
	}
	f, ok := ParseNumber(s)
	return wholeNumber(f), ok
}

// parseWhole reads digits. It looks before it parses, as [ParseNumber] does.
func parseWhole(s string) (int64, bool) {
	if s == "" || strings.ContainsAny(s, ".eE:") {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func wholeNumber(f float64) int64 {
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// The dates that a number can stand for: 2000 to 2099. One outside is a position in a recording, or no time at all.
const (
	oldest = 946_684_800
	newest = 4_102_444_800
)

// epochUnits are what unix time is counted in, by services and their libraries. No two of them make dates within
// the bounds of the same number.
var epochUnits = []time.Duration{time.Second, time.Millisecond, time.Microsecond, time.Nanosecond}

// zonedLayouts are the full dates that are read: RFC 3339, and how Python prints one.
var zonedLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z0700"}

// naiveLayouts are full dates without a zone.
var naiveLayouts = []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"}

// ParseTime reads a moment, and reports false for what is none, such as a time of day. A date without a zone is
// taken for UTC.
func ParseTime(s string) (at time.Time, ok bool) {
	at, _, ok = ParseTimestamp(s)
	return at, ok
}

// ParseTimestamp is [ParseTime], and reports whether the date had no zone: then it may be the local time of some
// machine, and hours away from what UTC makes of it.
func ParseTimestamp(s string) (at time.Time, naive, ok bool) {
	if f, ok := ParseNumber(s); ok {
		at, ok := unixTime(strings.TrimSpace(s), f)
		return at, false, ok
	}
	if len(s) < len("2006-01-02T15:04:05") || s[4] != '-' {
		return time.Time{}, false, false
	}
	s = strings.Replace(s, ",", ".", 1) // ISO 8601 allows it, and Python's logging writes it
	for _, layout := range zonedLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, false, true
		}
	}
	for _, layout := range naiveLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true, true
		}
	}
	return time.Time{}, false, false
}

// unixTime is the moment of a unix time, in whichever unit makes a date of it.
func unixTime(s string, f float64) (time.Time, bool) {
	for _, unit := range epochUnits {
		seconds := f / float64(time.Second/unit)
		if seconds < oldest || seconds >= newest {
			continue
		}
		if n, ok := parseWhole(s); ok {
			perSecond := int64(time.Second / unit)
			return time.Unix(n/perSecond, n%perSecond*int64(unit)), true
		}
		return UnixTime(seconds), true
	}
	return time.Time{}, false
}

// UnixTime converts unix seconds. A float64 of today's dates is exact to about a microsecond, so
// digits below that are noise.
func UnixTime(f float64) time.Time {
	whole, fraction := math.Modf(f)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000)
}
