package sessions

import (
	"strings"

	"lenswatch/client"
	"lenswatch/ui/draw"
	"lenswatch/ui/eventline"
	"lenswatch/watch"
)

// tile is how many lines a session takes: one, where there are many; two where the table is too narrow for what a row
// says; and where there is room for all of them, a tile: what it says, how that changed, its rate, and a blank line.
func (t *Table) tile() int {
	n, room := max(len(t.list), 1), t.h-1
	if t.folded > 0 {
		room--
	}
	switch {
	case tileLines*n <= room:
		return tileLines
	case lowTile*n <= room && t.w >= wideTable:
		return lowTile
	case 2*n <= room-1 && t.w < wideTable:
		return 2
	}
	return 1
}

// The heights of tiles: the low one is without the line of what changed.
const tileLines, lowTile = 5, 4

// rowAt is the row of a line.
func (t *Table) rowAt(line int) int { return (line + t.tile() - 1) / t.tile() }

// trailLength is how many of the last seconds a tile shows.
const trailLength = 60

// trail is what a session said in the last seconds: the newest label of each, or the length of the newest embedding.
type trail struct {
	last   int64 // the newest second, Unix
	labels [trailLength]string
	norms  [trailLength]float64
}

// at is the place of the second so long ago.
func (r *trail) at(ago int) int {
	return int(((r.last-int64(ago))%trailLength + trailLength) % trailLength)
}

// follow notes what the sessions say now. It is called once a second or more often.
func (t *Table) follow(now int64) {
	if t.tile() < lowTile { // many sessions: none has a tile
		t.trails = nil
		return
	}
	old := t.trails
	t.trails = make(map[string]*trail, len(t.list))
	for _, s := range t.list {
		if s.Newest == nil || s.Newest.Result == nil {
			continue
		}
		r := old[s.Record.ID]
		if r == nil || now < r.last { // a recording went back
			r = &trail{last: now}
		}
		for ; r.last < now; r.last++ {
			if now-r.last > trailLength {
				*r = trail{last: now - 1}
			}
			i := r.at(-1)
			r.labels[i], r.norms[i] = "", 0
		}
		if flows(s) {
			i := r.at(0)
			r.labels[i], r.norms[i] = client.Line1(s.Newest.Result.Label), s.Newest.Result.Norm
		}
		t.trails[s.Record.ID] = r
	}
}

// tileOf is what a tile has below its row, in so many lines.
func (t *Table) tileOf(c *draw.Context, s *watch.Session, lines int) (out []string) {
	const indent, name = "  ", 6
	w := t.w - len(indent)
	add := func(head, line string) { out = append(out, c.Dim.Render(draw.Pad(head, name))+line) }
	out = append(out, said(c, s, w))
	if head, line := t.trails[s.Record.ID].line(c, s, w-name); line != "" && lines == tileLines {
		add(head, line)
	} else if lines == tileLines && draw.Width(out[0]) > w {
		out = c.UpTo(2, c.Wrap(out[0], w), w)
	}
	if flows(s) {
		add("rate", c.Strip(s.Health.Metrics(c.Now).Spark, w-name))
	}
	for i := range out {
		out[i] = c.Fit(indent+out[i], t.w)
	}
	for len(out) < lines-1 {
		out = append(out, "")
	}
	return out
}

// said is the newest result: a label with its share, or what it says.
func said(c *draw.Context, s *watch.Session, w int) string {
	text := newest(c, s)
	if s.Newest == nil || s.Newest.Result == nil || s.Newest.Result.Label == "" {
		return text
	}
	share, ok := s.Newest.Result.Confidence()
	if !ok {
		return text
	}
	return c.Fit(text, min(24, w/2)) + " " + c.Bar(share, min(20, w/4)) + " " + eventline.Value(share, 1, client.UnitFraction)
}

// line is how what a session says changed, and the word for it: its labels, each as long as it held, or how far its
// embeddings moved. It is empty for a session that says neither.
func (r *trail) line(c *draw.Context, s *watch.Session, w int) (word, line string) {
	if r == nil {
		return "", ""
	}
	if first, ok := r.oldestNorm(); ok {
		moved := make([]float64, trailLength)
		for ago := range trailLength {
			if v := r.norms[r.at(ago)]; v > 0 {
				moved[trailLength-1-ago] = max(v-first, first-v)
			}
		}
		return "drift", c.Dots(moved, w)
	}
	cell := func(ago int) int { return (trailLength - 1 - ago) * w / trailLength }
	var b strings.Builder
	said := false
	for ago := trailLength - 1; ago >= 0; {
		from, label := ago, r.labels[r.at(ago)]
		for ago >= 0 && r.labels[r.at(ago)] == label {
			ago--
		}
		said = said || label != ""
		b.WriteString(run(c, s, label, cell(ago)-cell(from), ago < 0))
	}
	if !said {
		return "", ""
	}
	return "label", b.String()
}

// run is a label as long as it held.
func run(c *draw.Context, s *watch.Session, label string, w int, now bool) string {
	if label == "" {
		return strings.Repeat(" ", w)
	}
	st, text := c.Dim, ""
	if now {
		st = c.Session(s.Hue)
	}
	if w >= 5 { // else it is no word
		text = c.Cut(label, w-2)
	}
	return st.Render(c.Cut(c.Glyphs.Changed+text+strings.Repeat(c.Glyphs.Rule, max(w-1-draw.Width(text), 0)), w))
}

// oldestNorm is the length of the oldest embedding.
func (r *trail) oldestNorm() (first float64, ok bool) {
	for ago := trailLength - 1; ago >= 0; ago-- {
		if v := r.norms[r.at(ago)]; v > 0 {
			return v, true
		}
	}
	return 0, false
}
