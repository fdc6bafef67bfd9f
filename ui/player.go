package ui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/watch"
	"lenswatch/watch/replay"
)

// player is a source that is a recording: it can be held, wound and played faster.
type player interface {
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

// playedMsg is the outcome of winding.
type playedMsg struct{ err error }

// seekStep is how far one key winds.
const seekStep = 10 * time.Second

// The speeds that keys choose from.
var speeds = []float64{0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, replay.Max}

// play carries out an action that is about a recording. It reports whether the action was one.
func (m *Model) play(a Action) (cmd tea.Cmd, ok bool) {
	switch a {
	case ActStep, ActStepBack, ActForward, ActRewind, ActFaster, ActSlower, ActNextError, ActPrevError, ActJump:
	default:
		return nil, false
	}
	p, ok := m.source.(player)
	if !ok {
		m.toast.info("That key is for recordings; this is live.")
		return nil, true
	}
	switch a {
	case ActStep:
		return m.seekBy(func(ctx context.Context) error { return p.Step(ctx, 1) }), true
	case ActStepBack:
		return m.seekBy(func(ctx context.Context) error { return p.Step(ctx, -1) }), true
	case ActForward:
		return m.seekTo(p, p.Position().Now+seekStep), true
	case ActRewind:
		return m.seekTo(p, p.Position().Now-seekStep), true
	case ActNextError:
		return m.seekBy(func(ctx context.Context) error { return p.SeekNext(ctx, replay.MarkError) }), true
	case ActPrevError:
		return m.seekBy(func(ctx context.Context) error { return p.SeekPrev(ctx, replay.MarkError) }), true
	case ActFaster, ActSlower:
		m.changeSpeed(p, a == ActFaster)
	case ActJump:
		m.askJump(p)
	}
	return nil, true
}

// liveOnly reports whether an action needs a service: a recording has none to ask.
func liveOnly(a Action) bool {
	switch a {
	case ActCreate, ActDestroy, ActDestroyOwn, ActAttach, ActReconnect, ActSwitchChannel, ActRecord, ActCopyCurl:
		return true
	}
	return false
}

// seekBy carries out a movement, which may take as long as reading the recording does.
func (m *Model) seekBy(f func(ctx context.Context) error) tea.Cmd {
	ctx := m.ctx
	return func() tea.Msg { return playedMsg{f(ctx)} }
}

func (m *Model) seekTo(p player, to time.Duration) tea.Cmd {
	return m.seekBy(func(ctx context.Context) error { return p.Seek(ctx, max(to, 0)) })
}

func (m *Model) handlePlayed(msg playedMsg) {
	switch {
	case msg.err == nil, errors.Is(msg.err, context.Canceled): // another movement took its place
	case errors.Is(msg.err, replay.ErrNoMark):
		m.toast.info("There is no more of that in this direction.")
	default:
		m.toast.failure("Not wound: " + msg.err.Error() + ".")
	}
}

// pausePlayer holds a recording, or lets it run on.
func (m *Model) pausePlayer(p player) {
	if p.Position().Paused {
		p.Resume()
		return
	}
	p.Pause()
}

func (m *Model) changeSpeed(p player, faster bool) {
	now, at := p.Position().Speed, 0
	for i, s := range speeds {
		if s <= now {
			at = i
		}
	}
	if faster {
		at++
	} else {
		at--
	}
	s := speeds[clamp(at, 0, len(speeds)-1)]
	p.SetSpeed(s)
	m.toast.info("Playing " + speedWord(s) + ".")
}

func speedWord(s float64) string {
	if math.IsInf(s, 1) {
		return "as fast as can be"
	}
	return fmt.Sprintf("at %g times the speed", s)
}

// askJump asks where in the recording to go.
func (m *Model) askJump(p player) {
	d := &prompt{input: input("90s or 12:30 from the start, +10s, -1m, a clock 14:03:07, gap, -gap, error, -error, end"), label: "Go to"}
	d.done = func(m *Model, text string) (tea.Cmd, error) {
		return m.jumpTo(p, text)
	}
	m.show(d)
}

func (m *Model) jumpTo(p player, text string) (tea.Cmd, error) {
	for mark, word := range map[replay.Mark]string{replay.MarkGap: "gap", replay.MarkError: "error"} {
		switch text {
		case word:
			return m.seekBy(func(ctx context.Context) error { return p.SeekNext(ctx, mark) }), nil
		case "-" + word:
			return m.seekBy(func(ctx context.Context) error { return p.SeekPrev(ctx, mark) }), nil
		}
	}
	pos := p.Position()
	if text == "end" {
		return m.seekTo(p, math.MaxInt64/4), nil
	}
	to, err := place(text, pos, m.shared.zone)
	if err != nil {
		return nil, err
	}
	return m.seekTo(p, to), nil
}

// place reads a place in a recording, as the time since its start.
func place(text string, pos replay.Position, zone *time.Location) (time.Duration, error) {
	if clock, err := time.ParseInLocation("15:04:05", text, zone); err == nil {
		start := pos.At.Add(-pos.Now).In(zone)
		to := time.Date(start.Year(), start.Month(), start.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, zone)
		if to.Before(start.Truncate(time.Second)) {
			to = to.AddDate(0, 0, 1) // the recording went on past midnight
		}
		return max(to.Sub(start), 0), nil
	}
	var minutes, seconds int
	if n, err := fmt.Sscanf(text+" ", "%d:%02d ", &minutes, &seconds); err == nil && n == 2 && minutes >= 0 && seconds < 60 {
		return time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no place in a recording", text)
	}
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return max(pos.Now+d, 0), nil
	}
	return d, nil
}

// playerMark says in the header where a recording is.
func (m *Model) playerMark() string {
	p, ok := m.source.(player)
	if !ok {
		return ""
	}
	th, pos := m.shared.theme, p.Position()
	state, style := th.Glyphs.Pointer, th.Good
	switch {
	case pos.Seeking:
		state, style = "winding "+th.Glyphs.Ellipsis, th.Busy
	case pos.AtEnd && pos.Cut != nil:
		state, style = "end: the file is cut", th.Warn
	case pos.AtEnd:
		state, style = "end", th.Strong
	case pos.Paused:
		state, style = th.Glyphs.Paused+" paused", th.Warn
	case math.IsInf(pos.Speed, 1):
		state += " max"
	case pos.Speed != 1:
		state += fmt.Sprintf(" %g"+th.Glyphs.Times, pos.Speed)
	}
	where := since0(pos.Now)
	if pos.Seeking {
		where = since0(pos.Sought)
	}
	if pos.LengthKnown {
		where += " of " + since0(pos.Length)
	}
	return style.Render(state) + " " + where
}

// since0 is a time since the start: 12:33, or 1:02:33.
func since0(d time.Duration) string {
	s := int(d / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}
