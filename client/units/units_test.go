package units

import (
	"math"
	"testing"
	"time"
)

func TestChoicesOfWords(t *testing.T) {
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := Or(words); got != want {
			t.Errorf("Or(%q) = %q, want %q", words, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d           time.Duration
		want, short string
	}{
		{0, "0 s", "0s"},
		{400, "0 s", "0s"},
		{340 * time.Microsecond, "340 µs", "0s"},
		{999600, "1 ms", "0s"},
		{850 * time.Millisecond, "850 ms", "0s"},
		{999600 * time.Microsecond, "1 s", "0s"},
		{2 * time.Second, "2 s", "2s"},
		{2149 * time.Millisecond, "2.1 s", "2s"},
		{9960 * time.Millisecond, "10 s", "9s"},
		{24 * time.Second, "24 s", "24s"},
		{59600 * time.Millisecond, "1 min", "59s"},
		{200 * time.Second, "3 min 20 s", "3m"},
		{3 * time.Minute, "3 min", "3m"},
		{time.Hour - time.Millisecond, "1 h", "59m"},
		{2*time.Hour + 5*time.Minute, "2 h 5 min", "2h"},
		{day - time.Second, "1 d", "23h"},
		{76 * time.Hour, "3 d 4 h", "3d"},
		{-90 * time.Second, "-1 min 30 s", "0s"},
	} {
		if got := Duration(c.d); got != c.want {
			t.Errorf("Duration(%v) = %q, want %q", c.d, got, c.want)
		}
		if got := DurationShort(c.d); got != c.short {
			t.Errorf("DurationShort(%v) = %q, want %q", c.d, got, c.short)
		}
	}
}

// The extremes are written, and what a narrow column may have to hold fits into it.
func TestDurationBounds(t *testing.T) {
	for _, d := range []time.Duration{math.MinInt64, math.MaxInt64} {
		if Duration(d) == "" || DurationShort(d) == "" {
			t.Errorf("%d is not written", d)
		}
	}
	for d := time.Duration(1); d < 1000*day; d += d/7 + 1 {
		if s := DurationShort(d); len(s) > 4 {
			t.Errorf("DurationShort(%v) = %q is wider than four cells", d, s)
		}
	}
}

func TestSizeAndCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 2000: "2 KiB", 1<<20 - 1: "1.0 MiB", 1<<20 - 600: "1023 KiB", 12 << 10: "12 KiB", 34 << 20 / 10: "3.4 MiB", 1288490189: "1.2 GiB"} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1284: "1,284", -1234567: "-1,234,567", math.MinInt64: "-9,223,372,036,854,775,808"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 events", 1: "1 event", 1284: "1,284 events"} {
		if got := Plural(n, "event"); got != want {
			t.Errorf("Plural(%d) = %q, want %q", n, got, want)
		}
	}
}
