package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
)

// hidden is which kinds and levels a list does not show, as sets of bits.
type hidden struct {
	kinds  uint32
	levels uint8
}

func (h hidden) hides(e *client.Event) bool {
	return h.kinds&(1<<e.Kind) != 0 || h.levels&(1<<e.Level) != 0
}

// levelOrder is the levels, the mildest first.
var levelOrder = [...]client.Level{client.LevelDebug, client.LevelInfo, client.LevelWarn, client.LevelError}

// chips are what is hidden, written as filters are.
func (h hidden) chips() (out []string) {
	var words []string
	for k := client.KindOther; k <= client.KindNotice; k++ {
		if h.kinds&(1<<k) != 0 {
			words = append(words, k.String())
		}
	}
	if len(words) > 0 {
		out = append(out, "!kind:"+strings.Join(words, ","))
	}
	words = nil
	for _, v := range levelOrder {
		if h.levels&(1<<v) != 0 {
			words = append(words, v.String())
		}
	}
	if len(words) > 0 {
		out = append(out, "!level:"+strings.Join(words, ","))
	}
	return out
}

// toggles is the dialog that shows and hides kinds and levels of a list: first its kinds, then the
// levels.
type toggles struct {
	list *eventList
	at   int
}

func (d *toggles) mode() Mode                    { return ModeToggles }
func (d *toggles) typed(*Model, tea.Msg) tea.Cmd { return nil }

func (d *toggles) do(m *Model, a Action) tea.Cmd {
	l := d.list
	last := len(l.kinds) + len(levelOrder) - 1
	switch a {
	case ActCancel:
		m.show(nil)
	case ActUp:
		d.at = max(d.at-1, 0)
	case ActDown:
		d.at = min(d.at+1, last)
	case ActShowAll:
		l.hidden = hidden{}
		l.setFilters(l.filters)
	case ActToggle:
		if d.at < len(l.kinds) {
			l.hidden.kinds ^= 1 << l.kinds[d.at]
		} else {
			l.hidden.levels ^= 1 << levelOrder[d.at-len(l.kinds)]
		}
		l.setFilters(l.filters)
	}
	return nil
}

func (d *toggles) view(s *shared, w, h int) (string, []string) {
	th, l := s.theme, d.list
	out, at := []string{th.Title.Render("Kinds")}, 0
	add := func(word string, hidden bool) {
		box := "[" + th.Glyphs.Check + "] "
		if hidden {
			box = "[ ] "
		}
		line := fit(box+word, w, th.Glyphs.Ellipsis)
		if d.at == at {
			line = th.Selected.Render(line)
		}
		out = append(out, line)
		at++
	}
	for _, k := range l.kinds {
		add(kindWords[k], l.hidden.kinds&(1<<k) != 0)
	}
	out = append(out, "", th.Title.Render("Levels"))
	for _, v := range levelOrder {
		add(v.String(), l.hidden.levels&(1<<v) != 0)
	}
	selected := d.at + 1
	if d.at >= len(l.kinds) {
		selected += 2
	}
	top := clamp(selected-h+1, 0, max(len(out)-h, 0))
	return l.name + ": what is shown", out[top:min(top+h, len(out))]
}

// kindWords say what the kinds are.
var kindWords = [...]string{
	client.KindOther: "other: types that lenswatch does not know", client.KindStart: "start of a stream",
	client.KindHeartbeat: "heartbeats", client.KindResult: "results", client.KindLog: "log lines",
	client.KindProgress: "progress: frames, training", client.KindError: "errors", client.KindEnd: "end of a stream",
	client.KindNotice: "notices: what lenswatch says of the line",
}

// logKinds are the kinds that the logs may hold.
var logKinds = []client.Kind{
	client.KindLog, client.KindProgress, client.KindError, client.KindNotice, client.KindStart, client.KindEnd, client.KindHeartbeat, client.KindOther,
}
