package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch/history"
)

// walker is a list of events whose selection an inspector moves.
type walker interface {
	// walk selects the event n further down, further up if n is negative, and returns it. It is
	// the same event where the list has no more, and nil if it is empty. The list stops following:
	// what is selected stays so until the next walk.
	walk(n int) *history.Entry
	// following reports whether the list keeps to the newest event, and setFollow makes it.
	following() bool
	setFollow(on bool)
}

// inspector looks inside one event of a list: what it says, its JSON, its bytes.
type inspector struct {
	list        walker
	entry       *history.Entry
	live        bool // the list followed when the inspector was opened, and will again
	part        inspectorPart
	top         int           // the first line shown of a part other than JSON
	page        int           // how many lines of the part were drawn last
	json        *jsonView     // of the entry; nil until it was looked at
	near        *history.View // the session's events, to find the neighbours
	overviewFor overviewKey   // of what text was made
	text        []string

	drift      string // of the entry, "" if there is none to tell
	driftKnown bool
}

// overviewKey is what the part that tells of an event depends on.
type overviewKey struct {
	seq, next history.Seq
	style     uint64
	width     int
	second    int64
}

type inspectorPart uint8

const (
	partText inspectorPart = iota
	partJSON
	partRaw
	partCount
)

var partNames = [partCount]string{"Text", "JSON", "Raw"}

// newInspector opens the list's selected event; nil if there is none.
func newInspector(list walker) *inspector {
	live := list.following()
	e := list.walk(0)
	if e == nil {
		return nil
	}
	return &inspector{list: list, entry: e, live: live}
}

func (d *inspector) mode() Mode                    { return ModeInspect }
func (d *inspector) typed(*Model, tea.Msg) tea.Cmd { return nil }

func (d *inspector) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActCancel:
		m.show(nil)
		if d.live {
			d.list.setFollow(true)
		}
	case ActNextEvent:
		d.walk(m, 1, "That is the newest event of the list.")
	case ActPrevEvent:
		d.walk(m, -1, "That is the oldest event of the list.")
	case ActNextPart:
		d.part, d.top = (d.part+1)%partCount, 0
	case ActPrevPart:
		d.part, d.top = (d.part+partCount-1)%partCount, 0
	case ActCopyText:
		return clip(m, "the text", d.entry.Text)
	case ActCopyJSON:
		return clip(m, "the payload", string(d.entry.Raw))
	case ActFold, ActUnfoldAll, ActFoldAll:
		d.fold(a)
	default:
		d.scroll(a)
	}
	return nil
}

func (d *inspector) walk(m *Model, n int, end string) {
	e := d.list.walk(n)
	if e == nil || e.Seq == d.entry.Seq {
		m.toast.info(end)
		return
	}
	d.entry, d.json, d.top, d.driftKnown = e, nil, 0, false
}

func (d *inspector) scroll(a Action) {
	const far = 1 << 30
	page := max(d.page-1, 1)
	n := map[Action]int{ActUp: -1, ActDown: 1, ActPageUp: -page, ActPageDown: page, ActTop: -far, ActBottom: far}[a]
	if d.part == partJSON {
		d.tree().move(n)
		return
	}
	d.top = clamp(d.top+n, 0, far)
}

// fold is about the JSON, and does nothing where it is not seen.
func (d *inspector) fold(a Action) {
	if d.part != partJSON {
		return
	}
	switch a {
	case ActFold:
		d.tree().toggle()
	case ActUnfoldAll:
		d.tree().all(false)
	case ActFoldAll:
		d.tree().all(true)
	}
}

// tree is the payload's JSON, read when it is first looked at.
func (d *inspector) tree() *jsonView {
	if d.json == nil {
		d.json = newJSONView(d.entry.Raw)
	}
	return d.json
}

// maxClip is how much a terminal is asked to take, in bytes. It does not say what it can.
const maxClip = 1 << 20

// clip copies text, if there is any and it is not more than a terminal can be asked to take.
func clip(m *Model, what, text string) tea.Cmd {
	n := int64(len(text))
	switch {
	case n == 0:
		m.toast.info("There is nothing to copy: the event came without " + what + ".")
		return nil
	case n > maxClip:
		m.toast.failure(fmt.Sprintf("Nothing was copied: %s is %s, and a terminal is asked to take at most %s.", what, size(n), size(maxClip)))
		return nil
	}
	return copyToClipboard(what+", "+counted(n, "byte"), text)
}

// view draws always h lines, so that the box stands still while one walks from event to event.
func (d *inspector) view(s *shared, w, h int) (string, []string) {
	w, h = max(w, 1), max(h, 0)
	out := d.head(s, w)
	if h < 10 {
		out = out[:1]
	}
	d.page = max(h-len(out)-1, 1)
	body, first, all := d.body(s, w)
	out = append(out, d.tabs(s.theme, w, first, len(body), all))
	out = append(out, body...)
	for i, line := range out {
		out[i] = fit(line, w, s.theme.Glyphs.Ellipsis)
	}
	for len(out) < h {
		out = append(out, "")
	}
	return "Event " + s.theme.Glyphs.Dot + " " + d.entry.Received.In(s.zone).Format("15:04:05.000"), out[:h]
}

// head is what the event is, in three lines, whichever part is looked at.
func (d *inspector) head(s *shared, w int) []string {
	th, e := s.theme, d.entry
	dot := th.Dim.Render(" " + th.Glyphs.Dot + " ")
	level := th.Dim
	switch e.Level {
	case client.LevelWarn:
		level = th.Warn
	case client.LevelError:
		level = th.Bad
	}
	kind := th.Strong.Render(e.Kind.String()) + dot + client.Line1(e.Wire) + dot + level.Render(e.Level.String())
	return []string{
		kind,
		s.tag(e.Session, clamp(w/3, 5, 28)) + " " + client.Line1(e.Session),
		th.Dim.Render("SSE id ") + orDash(client.Line1(e.ID)) + dot + size(int64(len(e.Raw))),
	}
}

// tabs names the parts, and says which lines of how many are seen.
func (d *inspector) tabs(th theme.Theme, w, first, shown, all int) string {
	var b strings.Builder
	for p, name := range partNames {
		if inspectorPart(p) == d.part {
			b.WriteString(th.Selected.Render(" " + name + " "))
		} else {
			b.WriteString(th.Dim.Render(" " + name + " "))
		}
	}
	seen := ""
	if shown < all {
		seen = th.Dim.Render(fmt.Sprintf("%s–%s of %s", count(int64(first+1)), count(int64(first+shown)), count(int64(all))))
	}
	return row(b.String(), seen, w, th.Glyphs.Ellipsis)
}

// body draws the lines of the part that are seen: the first of them is the first-th of all.
func (d *inspector) body(s *shared, w int) (lines []string, first, all int) {
	switch {
	case d.part == partText:
		lines = d.overview(s, w)
		all = len(lines)
	case len(d.entry.Raw) == 0:
		why := "The event came without a payload."
		if d.entry.Kind == client.KindNotice {
			why = "lenswatch itself said this: there is no payload."
		}
		return styled(s.theme.Dim, wrap(why, w, "")), 0, 1
	case d.part == partJSON:
		lines = d.tree().lines(s.theme, w, d.page)
		return lines, d.json.top, len(d.json.rows)
	default:
		all = hexRows(d.entry.Raw, w)
	}
	d.top = clamp(d.top, 0, max(all-d.page, 0))
	end := min(d.top+d.page, all)
	if d.part == partText {
		return lines[d.top:end], d.top, all
	}
	for i := d.top; i < end; i++ {
		lines = append(lines, hexRow(s.theme, d.entry.Raw, i, w))
	}
	return lines, d.top, all
}
