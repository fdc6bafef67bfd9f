package playback

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"lenswatch/watch/replay"
)

// ParsePart reads the two ends of a part of a recording that is from start to end; an empty text is the zero time. Each end is a
// position, as [ParsePosition] reads it, but that a time of day is of a day that the recording has: both ends are of the same day,
// or the second follows a midnight of the recording. 14:05 is a time of day or 14 min 5 s, whichever the recording has; it fails if
// that does not decide.
func ParsePart(from, to string, start, end time.Time, zone *time.Location) (since, until time.Time, err error) {
	x := part{start.In(zone), end.In(zone), false}
	if err := x.decide(from, to); err != nil {
		return since, until, err
	}
	a, err := x.candidates("from", from)
	if err != nil {
		return since, until, err
	}
	b, err := x.candidates("to", to)
	if err != nil {
		return since, until, err
	}
	switch {
	case len(a) == 0 && len(b) == 0:
		return since, until, nil
	case len(b) == 0:
		return x.nearest(a), until, nil
	case len(a) == 0:
		return since, x.nearest(b), nil
	}
	for _, f := range a {
		for _, t := range b {
			if t.Before(f) {
				continue
			}
			if within := !t.Before(start) && !f.After(end); within || since.IsZero() {
				since, until = f, t
				if within {
					return since, until, nil
				}
			}
			break // the next day is not meant
		}
	}
	if since.IsZero() {
		return since, until, errors.New("--to is before --from")
	}
	return since, until, nil
}

type part struct {
	start, end time.Time
	clocks     bool // 14:05 is a time of day
}

// decide sets what times such as 14:05 are.
func (x *part) decide(ends ...string) error {
	text, both := "", true
	for _, s := range ends {
		d, ok := minutes(s)
		clocks := x.days(s, "15:04")
		if !ok || clocks == nil {
			continue
		}
		text, both = s, both && d <= x.end.Sub(x.start)
		for _, at := range clocks {
			x.clocks = x.clocks || !at.Before(x.start.Truncate(time.Minute)) && !at.After(x.end)
		}
	}
	if text == "" || x.clocks != both {
		return nil
	}
	m, s, _ := strings.Cut(text, ":")
	return fmt.Errorf("%s may be a time of day or a time since the start; write %s:00 or %sm%ss", text, text, m, s)
}

// minutes reads minutes and seconds such as 14:05.
func minutes(text string) (time.Duration, bool) {
	m, s, ok := strings.Cut(text, ":")
	if !ok || len(s) != 2 || strings.Contains(s, ":") {
		return 0, false
	}
	d, err := time.ParseDuration(m + "m" + s + "s")
	return d, err == nil && d >= 0
}

// maxDays is how many days of a recording are looked at.
const maxDays = 400

// days are the moments of the recording's days at which clocks show a time; nil if the text is none of this form.
func (x *part) days(text, form string) (out []time.Time) {
	clock, err := time.Parse(form, text)
	if err != nil {
		return nil
	}
	year, month, day := x.start.Date()
	for n := range maxDays {
		at := time.Date(year, month, day+n, clock.Hour(), clock.Minute(), clock.Second(), 0, x.start.Location())
		if y, m, d := at.Date(); time.Date(y, m, d, 0, 0, 0, 0, at.Location()).After(x.end) {
			break
		}
		out = append(out, earliest(at, x.start))
	}
	return out
}

// candidates are the times that one end may be, in their order; none without an end.
func (x *part) candidates(flag, text string) ([]time.Time, error) {
	if text == "" {
		return nil, nil
	}
	form := time.TimeOnly
	if x.clocks && strings.Count(text, ":") == 1 {
		form = "15:04"
	}
	if days := x.days(text, form); len(days) > 0 {
		return days, nil
	}
	if strings.HasPrefix(text, "-") {
		return nil, fmt.Errorf("--%s: %q is before the start", flag, text)
	}
	at, err := absolute(text, x.start)
	if err == nil {
		return []time.Time{at}, nil
	}
	after, err := ParsePosition(text, replay.Position{At: x.start}, x.start.Location())
	if err != nil {
		return nil, fmt.Errorf("--%s: %w; use a time since the start such as 10m, or a time of day such as 14:05:00", flag, err)
	}
	return []time.Time{x.start.Add(after)}, nil
}

// nearest is the first of times that the recording has, or that which is nearest to it.
func (x *part) nearest(times []time.Time) time.Time {
	best, least := times[0], time.Duration(-1)
	for _, at := range times {
		if away := max(x.start.Sub(at), at.Sub(x.end), 0); least < 0 || away < least {
			best, least = at, away
		}
	}
	return best
}
