package status

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Alarm says in w cells what is wrong, since when, and which key goes on: the session that needs attention most, and how
// many others do. It is for a summary in which something is wrong.
func (s Summary) Alarm(c *draw.Context, w int) string {
	x := s.Urgent
	v := x.Health.Verdict(c.Now)
	style, glyph, word := c.Warn, c.Glyphs.Attention, AttentionWord
	if v.Severity >= health.Alarm {
		style, glyph, word = c.Bad, c.Glyphs.Cross, "alarm"
	}
	name := glyph + " " + Name(x) + " " + Suffix(x.Record.ID)
	more := ""
	if n := s.Problems - 1; n > 0 {
		more = c.Warn.Render("  +" + draw.Count(n) + " more")
	}
	room := w - 4 - draw.Width(name) - draw.Width(more)
	whole := strings.TrimSuffix(v.Sentence, ".")
	// A sentence may have a duration of its own, which began earlier: this is since when it is said, as in the diagnosis.
	times := []string{"  " + word + " since " + c.Clock(v.Since), ""}
	for _, says := range []string{whole, v.Name} { // a cause that is cut would say something else: its name is short
		for _, at := range times {
			const gap = 3
			left := room - draw.Width(says) - draw.Width(at) - gap
			if hints := draw.HintLine(c.Hints(action.Main, 0, left, nil, action.Diagnosis, action.NextProblem)); hints != "" {
				return c.Fit(" "+style.Render(name)+"  "+says+c.Dim.Render(at)+more+strings.Repeat(" ", gap)+hints, w)
			}
		}
	}
	return c.Fit(" "+style.Render(name)+"  "+c.Cut(v.Name, max(room, 0))+more, w)
}

// Stalled says in one line which sessions have stalled, for who looks elsewhere.
func Stalled(store *watch.Store, ids []string, now time.Time) string {
	s := store.Session(ids[0])
	if s == nil {
		return "lenswatch: a stream has stalled"
	}
	text := "lenswatch: " + WhoseText(store, s.Record.Service) + Name(s) + " " + Suffix(ids[0]) + ": " + s.Health.Verdict(now).Sentence
	if len(ids) > 1 {
		text += fmt.Sprintf(" (and %d more)", len(ids)-1)
	}
	return client.Line1(text)
}

// WindowTitle has the state that needs attention most, so that a tab of the terminal shows it.
func (s Summary) WindowTitle(now time.Time) string {
	switch x := s.Urgent; {
	case x == nil:
		return "lenswatch"
	case s.Attentive(x, now):
		return "lenswatch: " + AttentionWord
	default:
		return "lenswatch: " + x.Health.State(now).Code.String()
	}
}

// Progress is the same for terminals that show a progress bar in their tab (OSC 9;4): an error, a warning, or nothing.
func (s Summary) Progress(now time.Time) tea.ProgressBarState {
	x := s.Urgent
	if x == nil || s.Quieted(x) {
		return tea.ProgressBarNone
	}
	switch code := x.Health.State(now).Code; {
	case code == health.Silent, code == health.Failed:
		return tea.ProgressBarError
	case code == health.Quiet, code == health.Reconnecting, s.Attentive(x, now):
		return tea.ProgressBarWarning
	}
	return tea.ProgressBarNone
}

// Summaries makes a summary again when there may be something new to see.
type Summaries struct {
	newest  Summary
	store   *watch.Store
	version uint64
	at      time.Time
}

// summaryAge is how old a summary may be as long as the store is as it was: with tens of thousands of listed sessions
// it was 61 % of the time of Update, by a profile with 47,000 of them and keys pressed all the time.
const summaryAge = 100 * time.Millisecond

// Of is the summary of a store's sessions.
func (x *Summaries) Of(store *watch.Store, now time.Time) Summary {
	age, version := now.Sub(x.at), store.Version()
	if store != x.store || version != x.version || age < 0 || age >= summaryAge {
		x.newest = Summarise(store.Known(), len(store.Known()) < len(store.Sessions()), now)
		x.store, x.version, x.at = store, version, now
	}
	return x.newest
}
