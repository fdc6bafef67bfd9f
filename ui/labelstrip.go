package ui

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/watch/history"
)

const (
	// stripSeconds is how far back the strip can look.
	stripSeconds = 600
	// stripCarry is for how long a label is taken to hold when no other is told.
	stripCarry = 10
	// stripLabels is how many labels have a letter; the others share "?".
	stripLabels = 12
	// The least height of a pane that gives a line to the strip, and the least width.
	stripHeight, stripWidth = 4, 40
)

// labelStrip is how the labels of one session changed over the last minutes: a letter for each
// stretch of time, and what the letters mean.
type labelStrip struct {
	sh      *shared
	session string
	view    *history.View // of the results with a label
	n       int           // view.Len(), view.Added() and view.Pruned() when they were last taken in
	added   int64
	gone    int64
	seconds [stripSeconds]stripSecond // by Unix time, round and round
	oldest  int64                     // the first second that has a label
	labels  []string                  // in the order in which they were met
	letters []rune
	drawn   int64 // the last stretch that was drawn, and how many seconds each had
	step    int64
}

// stripSecond is the last label that was told in a second.
type stripSecond struct {
	at    int64
	seq   history.Seq
	label int
}

// sync takes in what came, and reports whether the strip looks different now.
func (t *labelStrip) sync() (changed bool) {
	if t.sh.scope == "" {
		return false
	}
	if t.view == nil || t.session != t.sh.scope {
		*t = labelStrip{sh: t.sh, session: t.sh.scope}
		t.view = t.sh.store.History().Open(history.Query{Session: t.session, Match: func(e *client.Event) bool {
			return e.Kind == client.KindResult && e.Result != nil && e.Result.Label != ""
		}})
	}
	if t.sh.paused {
		return false
	}
	t.view.Fill(fillTime)
	return t.addEntry() || t.step > 0 && t.sh.now.Unix()/t.step != t.drawn
}

// addEntry takes in what the view has found at its two ends.
func (t *labelStrip) addEntry() bool {
	n := t.view.Len()
	came := int(t.view.Added() - t.added)
	older := n - t.n + int(t.view.Pruned()-t.gone) - came
	for i := range older {
		t.put(t.view.At(i))
	}
	for i := n - came; i < n; i++ {
		t.put(t.view.At(i))
	}
	t.n, t.added, t.gone = n, t.view.Added(), t.view.Pruned()
	return older+came > 0
}

func (t *labelStrip) put(e *history.Entry) {
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

// label is the number of a label; stripLabels for those that came too late to have a letter.
func (t *labelStrip) label(name string) int {
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
func (t *labelStrip) letter(name string) rune {
	for _, r := range strings.ToLower(name) + "abcdefghijklmnopqrstuvwxyz" {
		if r < unicode.MaxASCII && unicode.IsLetter(r) && !strings.ContainsRune(string(t.letters), r) {
			return r
		}
	}
	return '?'
}

// at is the label that held in a second, or -1.
func (t *labelStrip) at(second int64) int {
	for back := range int64(stripCarry) {
		i := second - back
		if s := t.seconds[((i%stripSeconds)+stripSeconds)%stripSeconds]; s.at == i && s.seq > 0 {
			return s.label
		}
	}
	return -1
}

// line draws the strip, w cells wide; empty if there is no label in reach.
func (t *labelStrip) line(w int) string {
	now := t.sh.now.Unix()
	if t.sh.paused && t.step > 0 {
		now = (t.drawn+1)*t.step - 1 // it stands still
	}
	if len(t.labels) == 0 || t.sh.scope != t.session || now-t.oldest < 0 {
		return ""
	}
	th := t.sh.theme
	legend := t.legend(w / 2)
	n := w - ansi.StringWidth(legend) - 8
	t.step = stripStep(min(now-t.oldest+1, stripSeconds-stripCarry), n)
	t.drawn = now / t.step
	var b strings.Builder
	held := -1
	for i := int64(n) - 1; i >= 0; i-- {
		from := (t.drawn - i) * t.step
		held = t.span(from, min(from+t.step-1, now), held)
		switch {
		case held < 0:
			b.WriteString(th.Dim.Render(th.Glyphs.Rule))
		case held == stripLabels:
			b.WriteString(th.Dim.Reverse(true).Render("?"))
		default:
			b.WriteString(th.Session(held).Reverse(true).Render(string(t.letters[held])))
		}
	}
	return b.String() + th.Dim.Render(fmt.Sprintf(" %-5s ", short(time.Duration(int64(n)*t.step)*time.Second))) + legend
}

// span is what one cell shows: the last label of the stretch that differs from the cell before,
// so that a short change is seen.
func (t *labelStrip) span(from, to int64, before int) int {
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
func (t *labelStrip) legend(w int) string {
	th, out := t.sh.theme, ""
	for i, name := range t.labels {
		part := th.Session(i).Reverse(true).Render(string(t.letters[i])) + " " + ansi.Truncate(client.Line1(name), 14, th.Glyphs.Ellipsis) + " "
		rest := fmt.Sprintf("+%d", len(t.labels)-i)
		if ansi.StringWidth(out)+ansi.StringWidth(part)+len(rest) > w {
			return out + th.Dim.Render(rest)
		}
		out += part
	}
	return strings.TrimSuffix(out, " ")
}

// stripLines is the head of the list: the strip, where one session with labels is looked at and
// there is room.
func (l *eventList) stripLines(w, h int) []string {
	if l.strip == nil || l.sh.scope == "" || h < stripHeight || w < stripWidth {
		return nil
	}
	if line := l.strip.line(w); line != "" {
		return []string{line}
	}
	return nil
}
