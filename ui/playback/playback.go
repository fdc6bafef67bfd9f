// Package playback steers a recording: pause, speed, steps, seeking.
//
// It promises that seeking holds up no key: it is a command, and the newest takes the place of one that is under
// way. It never changes the recording.
package playback

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/replay"
)

// Player is a source that is a recording.
type Player interface {
	watch.Source
	Position() replay.Position
	Pause()
	Resume()
	SetSpeed(speed float64)
	Step(ctx context.Context, n int) error
	Seek(ctx context.Context, to time.Duration) error
	SeekNext(ctx context.Context, m replay.Mark) error
	SeekPrev(ctx context.Context, m replay.Mark) error
}

// Controls steer a player. Ctx ends what is under way.
type Controls struct {
	Ctx    context.Context
	Player Player
}

// Sought is the outcome of seeking.
type Sought struct{ err error }

// seekStep is how far one key seeks.
const seekStep = 10 * time.Second

// The speeds that keys choose from.
var speeds = []float64{0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, replay.Max}

// Act carries out an action that is about a recording.
func (x *Controls) Act(h dialog.Host, id action.ID) tea.Cmd {
	p := x.Player
	switch id {
	case action.Pause:
		if p.Position().Paused {
			p.Resume()
		} else {
			p.Pause()
		}
	case action.Step:
		return x.seek(func(ctx context.Context) error { return p.Step(ctx, 1) })
	case action.StepBack:
		return x.seek(func(ctx context.Context) error { return p.Step(ctx, -1) })
	case action.Forward:
		return x.To(p.Position().Now + seekStep)
	case action.Rewind:
		return x.To(p.Position().Now - seekStep)
	case action.NextError:
		return x.mark(replay.MarkError, true)
	case action.PrevError:
		return x.mark(replay.MarkError, false)
	case action.Faster:
		x.speed(h, 1)
	case action.Slower:
		x.speed(h, -1)
	case action.Jump:
		h.Show(dialog.NewPrompt("Go to", "12:30 from start · +10s · -1m · 14:03:07 · gap · -gap · error · -error · end", "", x.jump))
	}
	return nil
}

// seek carries out a movement, which may take as long as reading the recording does.
func (x *Controls) seek(f func(ctx context.Context) error) tea.Cmd {
	return func() tea.Msg { return Sought{f(x.Ctx)} }
}

// To seeks a time since the start.
func (x *Controls) To(at time.Duration) tea.Cmd {
	return x.seek(func(ctx context.Context) error { return x.Player.Seek(ctx, max(at, 0)) })
}

func (x *Controls) mark(m replay.Mark, next bool) tea.Cmd {
	f := x.Player.SeekPrev
	if next {
		f = x.Player.SeekNext
	}
	return x.seek(func(ctx context.Context) error { return f(ctx, m) })
}

// Say says how seeking ended, if not well.
func (m Sought) Say(h dialog.Host) {
	switch {
	case m.err == nil, errors.Is(m.err, context.Canceled): // another movement took its place
	case errors.Is(m.err, replay.ErrNoMark):
		h.Say(dialog.Info, "No more of these in this direction.")
	default:
		h.Say(dialog.Failure, "Can't seek: %v.", m.err)
	}
}

// speed goes to the next speed, or the one before.
func (x *Controls) speed(h dialog.Host, step int) {
	now, at := x.Player.Position().Speed, 0
	for i, s := range speeds {
		if s <= now {
			at = i
		}
	}
	s := speeds[min(max(at+step, 0), len(speeds)-1)]
	x.Player.SetSpeed(s)
	if math.IsInf(s, 1) {
		h.Say(dialog.Info, "Playing at full speed.")
		return
	}
	h.Say(dialog.Info, "Playing at %g× speed.", s)
}

// jump goes to a position that was typed.
func (x *Controls) jump(h dialog.Host, text string) (tea.Cmd, error) {
	switch text {
	case "gap", "-gap":
		return x.mark(replay.MarkGap, text == "gap"), nil
	case "error", "-error":
		return x.mark(replay.MarkError, text == "error"), nil
	case "end":
		return x.To(math.MaxInt64 / 4), nil
	}
	to, err := ParsePosition(text, x.Player.Position(), h.Context().Zone)
	if err != nil {
		return nil, err
	}
	return x.To(to), nil
}

// Mark says in the header where the recording is.
func (x *Controls) Mark(c *draw.Context) string {
	pos := x.Player.Position()
	state, style := c.Glyphs.Pointer, c.Good
	switch {
	case pos.Seeking:
		state, style = "seeking "+c.Glyphs.Ellipsis, c.Busy
	case pos.AtEnd && pos.Cut != nil:
		state, style = "end (file truncated)", c.Warn
	case pos.AtEnd:
		state, style = "end", c.Strong
	case pos.Paused:
		state, style = c.Glyphs.Paused+" paused", c.Warn
	case math.IsInf(pos.Speed, 1):
		state += " max"
	case pos.Speed != 1:
		state += fmt.Sprintf(" %g"+c.Glyphs.Times, pos.Speed)
	}
	where := elapsed(pos.Now)
	if pos.Seeking {
		where = elapsed(pos.Sought)
	}
	if pos.LengthKnown {
		where += " of " + elapsed(pos.Length)
	}
	return style.Render(state) + " " + where
}

// elapsed is a time since the start: 12:33, or 1:02:33.
func elapsed(d time.Duration) string {
	s := int(d / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// dates are the forms of a date and a time of day.
var dates = []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04"}

// ParsePosition reads a position in a recording, as the time since its start. A time of day without a date is the next
// one since the start; in the hour that is there twice in October, it is the first that the recording has. A time
// with an offset from UTC, such as 2026-10-25T02:30:00+01:00, is exact.
func ParsePosition(text string, pos replay.Position, zone *time.Location) (time.Duration, error) {
	start := pos.At.Add(-pos.Now).In(zone)
	if at, err := absolute(text, start); err == nil {
		return max(at.Sub(start), 0), nil
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

// absolute reads a date and a time of day, in the zone of the start.
func absolute(text string, start time.Time) (at time.Time, err error) {
	if at, err = time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, form := range dates {
		if at, err = time.ParseInLocation(form, text, start.Location()); err == nil {
			return earliest(at, start), nil
		}
	}
	return at, err
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
