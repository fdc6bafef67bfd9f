package present

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/draw"
	"lenswatch/ui/eventline"
	"lenswatch/ui/events"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Heights of a tile from which there is room for more than the result: for a line of its state, one of the trend, the
// question, and for letters that are large in what is said besides the result too.
const lowHeight, trendHeight, questionHeight, largeHeight = 7, 10, 12, 40

// trendRows is how high the trend is where there is room.
const trendRows = 3

// tile shows a session in w by h cells: its name and what it is asked above, the newest result large, and below how it is.
func (d *Dialog) tile(c *draw.Context, s *watch.Session, w, h int, alone bool) []string {
	foot := d.foot(c, s, w, h)
	head := d.head(c, s, w, h, alone)
	if h < lowHeight && len(foot) > 0 { // the state is next to the name
		head[0], foot = c.Row(strings.TrimRight(head[0], " "), strings.TrimSpace(foot[len(foot)-1])+" ", w), nil
	}
	d.page = ""
	result := d.result(c, s, w, max(h-len(head)-len(foot), 0))
	if d.page != "" {
		head[0] = c.Row(strings.TrimRight(head[0], " "), c.Dim.Render(d.page+" "), w)
	}
	out := append(head, result...)
	for len(out) < h-len(foot) {
		out = append(out, "")
	}
	return append(out[:max(h-len(foot), 0)], foot...)
}

// head is the name, and the question that the result answers.
func (d *Dialog) head(c *draw.Context, s *watch.Session, w, h int, alone bool) []string {
	hue, id := c.Session(s.Hue).Bold(), c.Dim.Render(status.Suffix(s.Record.ID))
	name := " " + hue.Render(c.Glyphs.Tag+status.Name(s)) + " " + id
	right := ""
	if alone && d.cycle {
		right = c.Dim.Render(c.Glyphs.Arrow + " " + draw.Span(cycleTime-c.Now.Sub(d.since)) + " ")
	}
	out := []string{c.Row(name, right, w)}
	if lines, pages := d.large(c, hue, status.Name(s), w-2, minRows, d.since); h >= largeHeight && pages == 1 {
		out = append([]string{c.Row(" "+id, right, w)}, shift(lines)...)
	}
	if s.Question != nil && s.Question.Focus != "" && h >= questionHeight {
		question := client.Line1(s.Question.Focus)
		if lines, pages := d.large(c, c.Text, question, w-2, 2*minRows, d.since); h >= largeHeight && pages == 1 {
			return append(append(out, shift(lines)...), "")
		}
		out = append(out, draw.Styled(c.Text, c.UpTo(2, c.Hanging(" ", question, w-1), w))...)
	}
	if h >= trendHeight {
		out = append(out, "")
	}
	return out
}

// result is the newest result in the middle of h lines. What is not sure to be of now is dim.
func (d *Dialog) result(c *draw.Context, s *watch.Session, w, h int) []string {
	style := c.Strong
	if !d.isNow(c, s) {
		style = c.Dim
	}
	if s.Newest.Kind != client.KindResult {
		text := "Waiting for the first result"
		switch {
		case s.Gone():
			text = "No result"
		case s.Health.Metrics(c.Now).Channel == client.ChannelPoll:
			text = "Polled: no results"
		}
		return d.middle(c, c.Dim, text, w, h, d.since)
	}
	r, text := s.Newest.Result, s.Newest.Text
	switch {
	case r != nil && len(r.Scores) > 0:
		return d.label(c, style, s, w, h)
	case r != nil && len(r.Shape) > 0:
		return d.embedding(c, style, s, w, h)
	}
	return d.middle(c, style, text, w, h, s.Newest.Received)
}

// isNow reports whether the newest result says how things are now.
func (d *Dialog) isNow(c *draw.Context, s *watch.Session) bool {
	return !s.Unwatched() && s.Health.State(c.Now).Code == health.Live
}

// label is a class with its confidence, and a bar.
func (d *Dialog) label(c *draw.Context, style theme.Style, s *watch.Session, w, h int) []string {
	r := s.Newest.Result
	total, best := eventline.Total(r), r.Scores[0]
	for _, x := range r.Scores {
		if x.Label == r.Label {
			best = x
		}
	}
	text := r.Label + " " + strings.ReplaceAll(eventline.Value(best.Value, total, r.Unit), " ", "")
	if h < minRows+2 {
		return d.middle(c, style, text, w, h, s.Newest.Received)
	}
	lines := d.centred(c, style, text, w, h-2, s.Newest.Received)
	share, room := eventline.Share(best.Value, total), max(w-8, 0)
	full := int(math.Round(share * float64(room)))
	bar := c.BarFull.Render(repeat(c.Glyphs.Block, full)) + c.BarEmpty.Render(repeat(c.Glyphs.Empty, room-full))
	if !d.isNow(c, s) {
		bar = c.Dim.Render(draw.Plain(bar))
	}
	return draw.Middle(append(lines, "", draw.Centre(bar, w)), h)
}

// embedding is how far embeddings turn from one to the next, over time.
func (d *Dialog) embedding(c *draw.Context, style theme.Style, s *watch.Session, w, h int) []string {
	t := d.trace[s.Record.ID]
	if t == nil {
		t = &events.Trace{}
		d.trace[s.Record.ID] = t
	}
	values := t.Last(d.from.History(), s.Record.ID, max(w-4, 1))
	if len(values) == 0 {
		return d.middle(c, style, fmt.Sprintf("norm %.2f", s.Newest.Result.Norm), w, h, s.Newest.Received)
	}
	text, top := fmt.Sprintf("%.3f", values[len(values)-1]), slices.Max(values)
	letters := min(max(h/2, minRows), h)
	if _, pages := d.large(c, style, "drift "+text, w-4, letters, d.since); pages == 1 {
		text = "drift " + text
	}
	lines := d.centred(c, style, text, w, letters, s.Newest.Received)
	left := h - len(lines) - 3
	if left < 1 {
		return draw.Middle(lines, h)
	}
	const widest = 4 // cells of a value
	wide := min(w-4, max(len(values)*widest, 1))
	stretched := stretch(values, wide, true)
	lines = append(lines, "", draw.Centre(c.Dim.Render(c.Cut("cosine distance between "+draw.Counted(len(values)+1, "embedding")+", max "+fmt.Sprintf("%.3f", top), w-2)), w))
	for _, l := range c.Columns(stretched, wide, left) {
		lines = append(lines, draw.Centre(l, w))
	}
	return draw.Middle(lines, h)
}

// foot is how the session is, since when, and the trend. If something is wrong, it is said in the same calm way, with what
// is known of it if the person asks.
func (d *Dialog) foot(c *draw.Context, s *watch.Session, w, h int) (out []string) {
	look := status.Of(c, s)
	if s.Unwatched() {
		return []string{" " + look.Glyph + " " + look.Word}
	}
	m, v := s.Health.Metrics(c.Now), s.Health.Verdict(c.Now)
	wrong := v.Severity >= health.Warning && !s.Gone()
	glyph := c.Text.Render(draw.Plain(look.Glyph))
	if d.loud || !wrong {
		glyph = look.Glyph
	}
	says := look.Word
	if m.ResultAge == health.Never {
		says += ", no result yet"
	} else if m.ResultAge != health.Never {
		ago := draw.Span(m.ResultAge) + " ago"
		if says += ", last result " + ago; draw.Width(says)+4 > w {
			says = look.Word + ", " + ago
		}
	}
	if d.loud && wrong {
		out = draw.Styled(status.Severity(c, v.Severity), c.UpTo(2, c.Hanging(" ", v.Sentence, w-1), w))
		for _, line := range status.Chain(c, s.Health.Chain(c.Now, v), w-2, 1) {
			out = append(out, " "+line)
		}
	}
	if lines, pages := d.large(c, c.Text, says, w-2, minRows, d.since); h >= largeHeight && pages == 1 {
		out = append(out, shift(lines)...)
	} else {
		out = append(out, c.Fit(" "+glyph+" "+says, w))
	}
	if h >= trendHeight {
		label := " results/s, last 60 s "
		rate := " " + draw.Rate(m.ResultRate) + " "
		if h >= largeHeight {
			for _, l := range c.Columns(stretch(m.Spark, w-2, true), w-2, trendRows) {
				out = append(out, " "+l)
			}
			return append(out, c.Dim.Render(label)+rate)
		}
		room := max(w-draw.Width(label)-draw.Width(rate), 0)
		out = append(out, c.Dim.Render(label)+c.Strip(stretch(m.Spark, room, false), room)+rate)
	}
	return out
}

// middle is a text in the middle of w by h cells.
func (d *Dialog) middle(c *draw.Context, style theme.Style, text string, w, h int, since time.Time) []string {
	return draw.Middle(d.centred(c, style, text, w, h, since), h)
}

// pageTime is for how long each page of a long text is shown.
const pageTime = 4 * time.Second

// maxPages is how many pages of large letters are waited for: a text of more is one for those who sit close.
const maxPages = 6

// centred is a text as large as w by h cells have room for. A long one comes page by page.
func (d *Dialog) centred(c *draw.Context, style theme.Style, text string, w, h int, since time.Time) (out []string) {
	lines, pages := d.large(c, style, text, w-4, h, since)
	if pages == 0 {
		lines = draw.Styled(style, c.UpTo(max(h, 1), c.Wrap(text, max(w-4, 1)), w-4))
	}
	for _, l := range lines {
		out = append(out, draw.Centre(l, w))
	}
	return out
}

// large is a text that is shown since some time, in large letters, or the page of it that is due, and how many pages it
// has; none if it cannot be drawn.
func (d *Dialog) large(c *draw.Context, style theme.Style, text string, w, h int, since time.Time) (lines []string, pages int) {
	key := drawing{text, w, h, c.ASCII()}
	drawn, ok := d.drawn[key]
	if !ok {
		const enough = 64
		if len(d.drawn) >= enough {
			clear(d.drawn)
		}
		if drawn, _ = newPen(c.ASCII()).pages(text, w, h); len(drawn) > maxPages {
			drawn = nil
		}
		d.drawn[key] = drawn
	}
	if len(drawn) == 0 {
		return nil, 0
	}
	at := int(max(c.Now.Sub(since), 0)/pageTime) % len(drawn)
	if len(drawn) > 1 {
		d.page = fmt.Sprintf("%d/%d", at+1, len(drawn))
	}
	return draw.Styled(style, slices.Clone(drawn[at])), len(drawn)
}

// stretch makes n values of others, each as often as there is room. Where that is often, a gap is behind each if gaps are
// wanted. Fewer values stand for several each: the highest.
func stretch(values []float64, n int, gaps bool) (out []float64) {
	if n < len(values) {
		for i := range n {
			out = append(out, slices.Max(values[i*len(values)/n:(i+1)*len(values)/n]))
		}
		return out
	}
	for i := range n {
		at := i * len(values) / n
		v := values[at]
		if gaps && n >= 3*len(values) && (i+1)*len(values)/n != at {
			v = math.NaN()
		}
		out = append(out, v)
	}
	return out
}

// shift moves lines away from the edge.
func shift(lines []string) []string {
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

func repeat(s string, n int) string { return strings.Repeat(s, max(n, 0)) }
