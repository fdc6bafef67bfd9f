package sessions

import (
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// The widths from which rows have more columns: the state and the newest result next to the strip, and the time left.
const (
	wideTable  = 64
	widerTable = 96
)

// columns are how many cells each part of a row takes; 0 leaves it out.
type columns struct {
	w, name, state, strip, newest, age, left int
}

const (
	idWidth, rateWidth, ageWidth = 4, 6, 4
	minName, maxName             = 8, 28
	stateWidth, stripWidth       = 7, 10
)

// widest is how many cells the longest of the names takes, as far as columns have room for it.
func widest(all []*watch.Session, services []*watch.ServiceState) int {
	longest := minName
	for _, s := range all {
		if longest >= maxName {
			return maxName
		}
		longest = max(longest, whoseWidth(s)+draw.Width(status.Name(s))+draw.Width(note(s, services)))
	}
	return min(longest, maxName)
}

// whoseWidth is how many cells the profile of a session takes, where there are several.
func whoseWidth(s *watch.Session) int {
	if profile, _ := client.ProfileOf(s.Record.Service); profile != "" {
		return draw.Width(profile) + 1
	}
	return 0
}

// columnsFor shares out w cells: the names have what the longest of them needs, as far as there is room, and the newest
// result has what is left.
func columnsFor(c *draw.Context, sum status.Summary, all []*watch.Session, longest, w int) columns {
	word := 0
	for _, s := range all {
		if flows(s) {
			word = max(word, draw.Width(sum.Word(c, s)))
		}
	}
	fixed := 2 + 1 + idWidth + 1 + rateWidth
	l := columns{w: w, state: min(word, stateWidth)}
	switch {
	case w >= wideTable:
		l.strip, l.age, l.state = stripWidth, ageWidth, min(word, 12)
	case w >= 50:
		l.age, l.state = ageWidth, min(word, len(status.AttentionWord))
	case w >= 40:
		l.age = ageWidth
	}
	if w >= widerTable {
		l.left = 8
	}
	for _, n := range []int{l.state, l.strip, l.age, l.left} {
		if n > 0 {
			fixed += n + 1
		}
	}
	l.name = max(min(longest, w-fixed), min(minName, w-fixed))
	if spare := w - fixed - l.name - 1; w >= wideTable && spare >= minName {
		l.newest = spare
	} else if spare >= 0 {
		l.name += spare + 1
	}
	return l
}

// without are the columns but for those that are on a line below: their room is the name's.
func (l *columns) without(below ...*int) columns {
	for _, n := range below {
		if *n > 0 {
			l.name, *n = l.name+*n+1, 0
		}
	}
	return *l
}

// note is what is said of a session behind its ID: whose it is, and of which service. The sessions of the first service
// need no mark.
func note(s *watch.Session, services []*watch.ServiceState) (text string) {
	profile, service := client.ProfileOf(s.Record.Service)
	if s.Choices.Pinned {
		text = " pinned"
	}
	switch {
	case s.Choices.Muted:
		text += " muted"
	case s.Choices.Acknowledged != health.Unknown:
		text += " acknowledged"
	}
	if s.CreatedHere {
		text += " yours"
	}
	if profile != "" {
		if first := firstOf(services, profile); first != "" && service != first {
			text += " " + service
		}
	} else if len(services) > 1 && service != services[0].Name {
		text += " " + service
	}
	return text
}

// firstOf is the first service of a profile; empty if there is none.
func firstOf(services []*watch.ServiceState, profile string) string {
	for _, st := range services {
		if name, own := client.ProfileOf(st.Name); name == profile {
			return own
		}
	}
	return ""
}

// flows reports whether results of a session can arrive: of one that is over, the last rate would read as if they did.
func flows(s *watch.Session) bool { return !s.Unwatched() && !s.Ended && !s.Gone() }

// Row is one session as a row of a table: the state first, then name and ID, what it is doing, and how fast.
func Row(c *draw.Context, sum status.Summary, s *watch.Session, services []*watch.ServiceState, l columns) string {
	st := sum.Look(c, s)
	name := status.Name(s)
	behind := note(s, services)
	if draw.Width(status.Whose(c, s.Record.Service))+draw.Width(name)+draw.Width(behind) > l.name { // the name is worth more
		behind = note(s, nil)
	}
	whose := status.Whose(c, s.Record.Service)
	name = whose + c.Cut(name, max(l.name-draw.Width(whose)-draw.Width(behind), 1)) + " " + c.Dim.Render(status.Suffix(s.Record.ID)+behind)
	parts := []string{st.Glyph + c.Session(s.Hue).Render(c.Glyphs.Tag) + c.Fit(name, l.name+1+idWidth)}
	m, flowing := health.Metrics{}, flows(s)
	if flowing {
		m = s.Health.Metrics(c.Now)
	}
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, c.Fit(text, n))
		}
	}
	strip := ""
	if flowing {
		strip = c.Strip(m.Spark, max(l.strip, 1))
	}
	add(l.strip, strip)
	if !flowing { // it has no numbers: its state has their room
		state := l.state
		if l.newest == 0 {
			state = l.w - draw.Width(strings.Join(parts, " ")) - 1
		}
		add(state, st.Style.Render(st.Word))
		add(l.newest, newest(c, s))
		return c.Fit(strings.Join(parts, " "), l.w)
	}
	long := draw.Width(st.Word) > l.state && l.age > 0 && l.newest == 0
	if long { // it says more than the age next to it
		add(l.state+1+l.age, st.Style.Render(st.Word))
	} else {
		add(l.state, st.Style.Render(c.Fit(st.Word, l.state)))
	}
	add(l.newest, newest(c, s))
	if !long {
		add(l.age, c.Dim.Render(right(age(m), l.age)))
	}
	add(rateWidth, right(draw.Rate(m.ResultRate), rateWidth))
	add(l.left, c.Dim.Render(right(timeLeft(c, s), l.left)))
	return strings.Join(parts, " ")
}

// age is how old the newest result is; empty if there is none.
func age(m health.Metrics) string {
	if m.ResultAge == health.Never {
		return ""
	}
	return units.DurationShort(m.ResultAge.Truncate(time.Second))
}

// detail is the second line of a session: its strip, the newest result, and how old that is.
func detail(c *draw.Context, s *watch.Session, w int) string {
	if !flows(s) {
		return c.Fit(strings.Repeat(" ", stripWidth+3)+newest(c, s), w)
	}
	m := s.Health.Metrics(c.Now)
	return c.Fit("  "+c.Strip(m.Spark, stripWidth)+" "+newest(c, s), w-ageWidth-1) + " " + c.Dim.Render(right(age(m), ageWidth))
}

// newest is what the newest result says, in one line.
func newest(c *draw.Context, s *watch.Session) string {
	if s.Unwatched() {
		return ""
	}
	switch polled := s.Health.Metrics(c.Now).Channel == client.ChannelPoll; {
	case polled:
		return c.Dim.Render("polled")
	case s.Newest == nil || s.Newest.Kind != client.KindResult:
		if s.Gone() {
			return ""
		}
		return c.Dim.Render("no result yet")
	}
	if r := s.Newest.Result; r != nil && r.Label != "" {
		return c.Strong.Render(r.Label)
	}
	return client.Line1(s.Newest.Text)
}

// timeLeft is how long the service lets the session live, if that is known.
func timeLeft(c *draw.Context, s *watch.Session) string {
	l, ok := s.TimeLeft(c.Now)
	if !ok || s.Gone() {
		return ""
	}
	if l.Left == 0 {
		return "passed"
	}
	return units.DurationShort(l.Left) + " left"
}

// right is a text at the right end of n cells.
func right(text string, n int) string { return strings.Repeat(" ", max(n-draw.Width(text), 0)) + text }
