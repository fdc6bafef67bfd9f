package eventline

import (
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// Row is what a row of a list shows: an event, or a run of results that repeat.
type Row struct {
	*history.Entry                // the event that is drawn: of a run the newest, or the selected one
	First, Last    *history.Entry // of the run; the event itself if it is alone
	N              int            // how many events the run has
	Drift          string         // how an embedding differs from the one before
	Was            string         // the label of the session's result before, if it was another
	Rule, How      string         // the rule that the event is highlighted by, and how; empty for none
}

// Format is how a list writes its events.
type Format struct {
	Times
	Levels  bool                           // each event begins with the word of its level, as in the logs
	Session func(id string) *watch.Session // names the session of each event; nil where one is shown
	Flat    bool                           // a line each, that is not wrapped
	X       int                            // how many cells of such a line are left out at its beginning
}

// flatWidth is how wide a line may be that is not wrapped, in cells. The inspector has all of it.
const flatWidth = 16 << 10

// Lines draws a row in w cells.
func (f *Format) Lines(c *draw.Context, r *Row, w int) []string {
	head, indent := f.head(c, r, w)
	tail, narrow, room := f.columns(c, r, w)
	var out []string
	if f.Flat {
		out = []string{c.Slide(f.flat(c, r, room), f.X, narrow)}
	} else {
		out = f.body(c, r, narrow, room)
	}
	if r.Rule != "" { // the colours of a line's parts stay
		for i, line := range out {
			out[i] = highlight(c, r.How).Over(line)
		}
	}
	for i, line := range out {
		if i == 0 && tail != "" {
			line = c.Fit(line, narrow) + " " + tail
		}
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		out[i] = head + line
	}
	return out
}

// More reports whether a flat row goes on beyond its right edge, and how many cells of it are seen.
func (f *Format) More(c *draw.Context, r *Row, w int) (more bool, seen int) {
	_, narrow, room := f.columns(c, r, w)
	return draw.Width(f.flat(c, r, room)) > f.X+narrow, narrow
}

// head is the time of a row and, where several sessions are shown, its session.
func (f *Format) head(c *draw.Context, r *Row, w int) (head string, indent int) {
	if stamp := f.Stamp(c, r.Received); stamp != "" {
		head, indent = c.Dim.Render(stamp)+" ", len(stamp)+1
	}
	if f.Session != nil {
		n := status.TagWidth(w)
		head += status.Tag(c, f.Session(r.Entry.Session), r.Entry.Session, n) + " "
		indent += n + 1
	}
	return head, indent
}

// columns are how many cells a row has behind its head, with its tail (room) and without (narrow).
func (f *Format) columns(c *draw.Context, r *Row, w int) (tail string, narrow, room int) {
	_, indent := f.head(c, r, w)
	room = max(w-indent, 8)
	narrow = room
	if tail = r.tail(c, room); tail != "" {
		narrow = max(room-draw.Width(tail)-1, 8)
	}
	return tail, narrow, room
}

// flat is what a row says as one line, however long.
func (f *Format) flat(c *draw.Context, r *Row, room int) string {
	one, entry := *r, *r.Entry
	entry.Text = strings.ReplaceAll(entry.Text, "\n", " "+c.Glyphs.Break+" ")
	one.Entry = &entry
	return strings.Join(f.body(c, &one, flatWidth, room), " ")
}

// tail is what is at the right of a row: how often it was said, and what the label was before.
func (r *Row) tail(c *draw.Context, room int) string {
	var parts []string
	if r.Rule != "" {
		mark := c.Glyphs.Attention
		if name := client.Line1(r.Rule); room >= 40 {
			mark += " " + c.Cut(name, 14)
		} else if room >= 20 {
			mark += " " + c.Cut(name, 8)
		}
		parts = append(parts, highlight(c, r.How).Render(mark))
	}
	if r.Was != "" && room >= 40 {
		parts = append(parts, c.Warn.Render(c.Glyphs.Changed+" was "+c.Cut(client.Line1(r.Was), 14)))
	} else if r.Was != "" {
		parts = append(parts, c.Warn.Render(c.Glyphs.Changed))
	}
	if r.N > 1 {
		times := c.Strong.Render(c.Glyphs.Times + draw.Count(r.N))
		if d := r.Last.Received.Sub(r.First.Received); room >= 40 && d >= time.Millisecond {
			times += c.Dim.Render(" over " + draw.Exact(d))
		}
		parts = append(parts, times)
	}
	return strings.Join(parts, " ")
}

// highlight is the style of a way to draw events that a rule is about.
func highlight(c *draw.Context, how string) theme.Style {
	switch how {
	case "bad":
		return c.Bad
	case "good":
		return c.Good
	case "accent":
		return c.Accent
	}
	return c.Warn
}

// levelWidth is the width from which the logs have the word of a level whole; a letter below.
const levelWidth = 24

// body is what a row says, in lines of w cells of a list that has room cells.
func (f *Format) body(c *draw.Context, r *Row, w, room int) []string {
	ev := &r.Event
	if ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeGap {
		return rule(c, c.Warn, ev.Text, w, room)
	}
	if ev.Kind == client.KindNotice && ev.Notice.Question != nil && !f.Levels {
		return rule(c, c.Accent, ev.Text, w, room)
	}
	style, prefix := mark(c, ev)
	if f.Levels {
		return leveled(c, ev, style, prefix, w)
	}
	if x := ev.Result; x != nil && ev.Kind == client.KindResult {
		switch {
		case len(x.Scores) > 0:
			return []string{scores(c, x, w, room)}
		case len(x.Shape) > 0:
			return []string{Embedding(c, x) + c.Dim.Render(r.Drift)}
		}
	}
	lines := c.Wrap(prefix+ev.Text, w)
	if n := alertWord(ev); n > 0 && len(lines[0]) >= n {
		rest := draw.Styled(style, append([]string{lines[0][n:]}, lines[1:]...))
		rest[0] = c.Warn.Render(lines[0][:n]) + rest[0]
		return rest
	}
	return draw.Styled(style, lines)
}

// alertWord is how many bytes of a result's text are the word with which a lens raises an alert, such as "Alert:"; 0 if
// there is none.
func alertWord(ev *client.Event) int {
	const word = "alert"
	if ev.Kind != client.KindResult || len(ev.Text) <= len(word) || !strings.EqualFold(ev.Text[:len(word)], word) {
		return 0
	}
	if next := ev.Text[len(word)]; next != ':' && next != '!' {
		return 0
	}
	return len(word) + 1
}

// mark is the style of an event's text, and what is before it.
func mark(c *draw.Context, ev *client.Event) (style theme.Style, prefix string) {
	switch {
	case ev.Kind == client.KindError || ev.Level == client.LevelError:
		return c.Bad, c.Glyphs.Cross + " "
	case ev.Level == client.LevelWarn:
		return c.Warn, "! "
	case ev.Kind == client.KindNotice:
		return c.Busy, c.Glyphs.Arrow + " "
	case ev.Kind == client.KindOther:
		return c.Dim, client.Line1(ev.Wire) + " "
	case ev.Kind != client.KindLog && ev.Kind != client.KindResult, ev.Level == client.LevelDebug:
		return c.Dim, ""
	}
	return c.Text, ""
}

// leveled is what a row of the logs says: the word of its level, then the text under itself.
func leveled(c *draw.Context, ev *client.Event, style theme.Style, prefix string, w int) []string {
	word, look := level(c, ev)
	if ev.Kind == client.KindError || ev.Level >= client.LevelWarn {
		prefix = "" // the word says it
	}
	if w < levelWidth {
		word = word[:1]
	}
	lines := c.Wrap(prefix+sentence(ev), max(w-len(word)-1, 8))
	head, indent := look.Render(word)+" ", strings.Repeat(" ", len(word)+1)
	for i, line := range lines {
		lines[i] = head + style.Render(line)
		head = indent
	}
	return lines
}

// level is the word of an event's level, five cells wide, and its style. What is reported as an error is one,
// whatever its level.
func level(c *draw.Context, ev *client.Event) (word string, style theme.Style) {
	switch {
	case ev.Kind == client.KindError, ev.Level == client.LevelError:
		return "ERROR", c.Bad
	case ev.Level == client.LevelWarn:
		return "WARN ", c.Warn
	case ev.Level == client.LevelDebug:
		return "debug", c.Dim
	}
	return "info ", c.Good
}

// rule is a text in a line across a list of room cells, and in more lines where it is long. A line
// that is scrolled sideways has w cells, which are more: it stays one.
func rule(c *draw.Context, style theme.Style, text string, w, room int) []string {
	stroke, frame := c.Glyphs.Rule, 4
	if w > room {
		w = max(room, draw.Width(text)+frame)
	}
	lines := c.Wrap(client.Line1(text), max(w-frame, 1))
	lead := stroke + stroke + " "
	for i, line := range lines {
		lines[i] = lead + line
		lead = "   "
	}
	last := &lines[len(lines)-1]
	*last += " " + strings.Repeat(stroke, max(w-draw.Width(*last)-1, 0))
	return draw.Styled(style, lines)
}
