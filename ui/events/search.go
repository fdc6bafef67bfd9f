package events

import (
	"fmt"

	"lenswatch/ui/draw"
	"lenswatch/watch/history"
)

// finder is what is searched for in a list. Matches are counted, and far ones found, in steps: a search in much
// history goes on from message to message, and keys are answered in between.
type finder struct {
	filter  history.Filter
	hits    *history.Search
	step    int         // the direction of a search that goes on; 0 if none does
	at      history.Seq // how far it is
	wrapped bool        // it reached one end, and went on from the other
}

// lastSeq is after every event.
const lastSeq = ^history.Seq(0)

// busy reports whether there is more to count, or to look for.
func (f *finder) busy() bool { return f != nil && (f.step != 0 || f.hits.Pending() > 0) }

// Search looks for a text, keeping everything else in sight, and goes to its newest match at or above the
// selection. Nil stops searching.
func (l *List) Search(c *draw.Context, f *history.Filter) {
	l.finder = nil
	l.ver++
	if f == nil {
		return
	}
	l.finder = &finder{filter: *f}
	l.repeatSearch()
	l.finder.step, l.finder.at = -1, lastSeq
	if e := l.Selected(); e != nil && !l.follow {
		l.finder.at = e.Seq + 1
	}
	l.finder.hits.Fill(fillTime)
	l.continueSearch(c)
}

// repeatSearch counts anew, in another view.
func (l *List) repeatSearch() {
	if f := l.finder; f != nil {
		f.hits, f.step = l.view.Search(f.filter), 0
	}
}

// SearchStep goes to the next match in a direction, beyond the row that is selected. It reports whether
// anything is searched for.
func (l *List) SearchStep(c *draw.Context, step int) bool {
	f := l.finder
	switch {
	case f == nil:
		return false
	case l.view.Len() == 0:
		l.news = "Nothing to search."
		return true
	}
	from, to := l.rows.span(l.index())
	f.step, f.wrapped, f.at = step, false, l.view.At(from).Seq
	if step > 0 {
		f.at = l.view.At(to - 1).Seq
	}
	l.continueSearch(c)
	return true
}

// continueSearch goes on with a search, for a part of a frame.
func (l *List) continueSearch(c *draw.Context) {
	for f := l.finder; f.step != 0; {
		look := f.hits.Next
		if f.step < 0 {
			look = f.hits.Prev
		}
		hit, at, done := look(f.at, fillTime)
		switch {
		case hit != nil:
			if f.wrapped && f.step > 0 {
				l.news = "Search wrapped to the top."
			} else if f.wrapped {
				l.news = "Search wrapped to the bottom."
			}
			f.step = 0
			l.selectAt(c, l.view.Index(hit.Seq))
			return
		case !done, f.step < 0 && l.filling(): // older events may still be found
			f.at = at
			return
		case f.wrapped:
			f.step, l.news = 0, fmt.Sprintf("No match for %s.", f.filter)
			return
		}
		f.wrapped = true
		if f.at = 0; f.step < 0 {
			f.at = lastSeq
		}
	}
}

// tally is how many matches there are, and which of them is selected. While they are counted, it says so.
func (l *List) tally(c *draw.Context) string {
	f := l.finder
	n := draw.Count(f.hits.Count())
	if f.busy() || l.filling() {
		return n + c.Glyphs.Ellipsis
	}
	if e := l.Selected(); e != nil && !l.follow {
		if i := f.hits.Number(e.Seq); i > 0 {
			return draw.Count(i) + " of " + n
		}
	}
	return n + " found"
}
