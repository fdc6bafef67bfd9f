package events

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/ui/draw"
	"lenswatch/watch/history"
)

const (
	// stripSeconds is how far back the strip can look.
	stripSeconds = 600
	// stripCarry is for how many seconds a label is taken to hold when no other is reported.
	stripCarry = 10
	// stripLabels is how many labels have a letter; the others share "?".
	stripLabels = 12
)

// strip is how the labels of one session changed over the last minutes: a letter for each span of time, and
// what the letters mean.
type strip struct {
	session string
	view    *history.View // of the results with a label; nil where several sessions are shown
	n       int           // view.Len(), view.Added() and view.Pruned() when they were last taken in
	added   int64
	gone    int64
	seconds [stripSeconds]stripSecond // by Unix time, round and round
	oldest  int64                     // the first second that has a label
	labels  []string                  // in the order in which they were met
	letters []rune
	frozen  time.Time // when it was paused; zero if it is not
}

// stripSecond is the last label that was reported in a second.
type stripSecond struct {
	at    int64
	seq   history.Seq
	label int
}

// open begins with the labels of a session.
func (t *strip) open(h *history.Store, session string) {
	*t = strip{session: session, frozen: t.frozen}
	if session != "" {
		t.view = h.Open(history.Query{Session: session, Match: func(e *client.Event) bool {
			return e.Kind == client.KindResult && e.Result != nil && e.Result.Label != ""
		}})
	}
}

// freeze makes the strip stand still, or move again.
func (t *strip) freeze(now time.Time, on bool) {
	if t.frozen = now; !on {
		t.frozen = time.Time{}
	}
}

// sync takes in what the view has found at its two ends, and reports whether there was anything.
func (t *strip) sync() bool {
	if t.view == nil {
		return false
	}
	t.view.Fill(fillTime)
	n := t.view.Len()
	newer := int(t.view.Added() - t.added)
	older := n - t.n + int(t.view.Pruned()-t.gone) - newer
	for i := range older {
		t.put(t.view.At(i))
	}
	for i := n - newer; i < n; i++ {
		t.put(t.view.At(i))
	}
	t.n, t.added, t.gone = n, t.view.Added(), t.view.Pruned()
	return older+newer > 0
}

func (t *strip) put(e *history.Entry) {
	at := e.Received.Unix()
	s := &t.seconds[((at%stripSeconds)+stripSeconds)%stripSeconds]
	if at < s.at || at == s.at && e.Seq < s.seq {
		return
	}
	*s = stripSecond{at, e.Seq, t.label(e.Result.Label)}
	if t.oldest == 0 || at < t.oldest {
		t.oldest = at
	}
}

// label is the number of a label; stripLabels for those that were met too late to have a letter.
func (t *strip) label(name string) int {
	for i, l := range t.labels {
		if l == name {
			return i
		}
	}
	if len(t.labels) == stripLabels {
		return stripLabels
	}
	t.labels = append(t.labels, name)
	t.letters = append(t.letters, t.letter(name))
	return len(t.labels) - 1
}

// letter is a letter of the name that no other label has, or any such letter.
func (t *strip) letter(name string) rune {
	for _, r := range strings.ToLower(name) + "abcdefghijklmnopqrstuvwxyz" {
		if r < unicode.MaxASCII && unicode.IsLetter(r) && !strings.ContainsRune(string(t.letters), r) {
			return r
		}
	}
	return '?'
}

// at is the label that held in a second, or -1.
func (t *strip) at(second int64) int {
	for back := range int64(stripCarry) {
		i := second - back
		if s := t.seconds[((i%stripSeconds)+stripSeconds)%stripSeconds]; s.at == i && s.seq > 0 {
			return s.label
		}
	}
	return -1
}

// now is the second that the strip ends with.
func (t *strip) now(c *draw.Context) int64 {
	if !t.frozen.IsZero() {
		return t.frozen.Unix()
	}
	return c.Now.Unix()
}

// shown reports whether there is a label of the session in reach.
func (t *strip) shown(c *draw.Context, session string) bool {
	return session != "" && t.session == session && len(t.labels) > 0 && t.now(c) >= t.oldest
}

// line draws the strip, w cells wide.
func (t *strip) line(c *draw.Context, w int) string {
	now := t.now(c)
	legend := t.legend(c, w/2)
	n := w - draw.Width(legend) - 8
	step := stripStep(min(now-t.oldest+1, stripSeconds-stripCarry), n)
	newest := now / step
	var b strings.Builder
	held := -1
	for i := int64(n) - 1; i >= 0; i-- {
		from := (newest - i) * step
		held = t.span(from, min(from+step-1, now), held)
		switch {
		case held < 0:
			b.WriteString(c.Dim.Render(c.Glyphs.Rule))
		case held == stripLabels:
			b.WriteString(c.Dim.Reverse().Render("?"))
		default:
			b.WriteString(c.Session(held).Reverse().Render(string(t.letters[held])))
		}
	}
	return b.String() + c.Dim.Render(fmt.Sprintf(" %-5s ", units.DurationShort(time.Duration(int64(n)*step)*time.Second))) + legend
}

// span is what one cell shows: the last label of the span that differs from the cell before,
// so that a short change is seen.
func (t *strip) span(from, to int64, before int) int {
	for s := to; s >= from; s-- {
		if l := t.at(s); l >= 0 && l != before {
			return l
		}
	}
	if t.at(to) < 0 {
		return -1
	}
	return before
}

// stripStep is how many seconds a cell stands for, so that n of them reach back as far as asked.
func stripStep(seconds int64, n int) int64 {
	for _, step := range []int64{1, 2, 5, 10, 20, 30} {
		if step*int64(n) >= seconds {
			return step
		}
	}
	return 60
}

// legend says what the letters mean, as far as w cells go.
func (t *strip) legend(c *draw.Context, w int) (out string) {
	for i, name := range t.labels {
		part := c.Session(i).Reverse().Render(string(t.letters[i])) + " " + c.Cut(client.Line1(name), 14) + " "
		rest := fmt.Sprintf("+%d", len(t.labels)-i)
		if draw.Width(out)+draw.Width(part)+len(rest) > w {
			return out + c.Dim.Render(rest)
		}
		out += part
	}
	return strings.TrimSuffix(out, " ")
}
