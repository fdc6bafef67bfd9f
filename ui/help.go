package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
)

// help shows every key of every mode.
type help struct {
	scroll
	keys KeyMap
}

func (d *help) mode() Mode                    { return ModeHelp }
func (d *help) typed(*Model, tea.Msg) tea.Cmd { return nil }

func (d *help) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActUp, ActDown:
		d.move(a)
	case ActCancel:
		m.dialog = nil
	}
	return nil
}

func (d *help) view(s *shared, w, h int) (string, []string) {
	return "Help", d.window(d.content(s, w), h)
}

func (d *help) content(s *shared, w int) (out []string) {
	th := s.theme
	entry := func(b Binding) string {
		return fit(th.Key.Render(b.Help().Key), 10, "") + " " + b.Help().Desc
	}
	for m := range modeCount {
		if m > 0 {
			out = append(out, "")
		}
		out = append(out, th.Title.Render(m.String()))
		bindings := d.keys.Of(m)
		if w < 64 {
			for _, b := range bindings {
				out = append(out, entry(b))
			}
			continue
		}
		half := (len(bindings) + 1) / 2
		for i := range half {
			line := fit(entry(bindings[i]), w/2-1, th.Glyphs.Ellipsis) + " "
			if i+half < len(bindings) {
				line += entry(bindings[i+half])
			}
			out = append(out, line)
		}
	}
	out = append(out, "", th.Title.Render("States"))
	for _, st := range s.looks {
		out = append(out, st.glyph+" "+fit(st.word, 13, "")+th.Dim.Render(st.meaning))
	}
	return out
}

// keyHints is "y yes   n/esc no": the keys of some actions, as far as they are bound.
func keyHints(th theme.Theme, keys KeyMap, m Mode, actions ...Action) string {
	var parts []string
	for _, a := range actions {
		if b, ok := keys.Find(m, a); ok {
			parts = append(parts, th.Key.Render(b.Help().Key)+" "+b.Word)
		}
	}
	return strings.Join(parts, "   ")
}

// hintsThatFit is keyHints, leaving out from the end what does not fit in w cells.
func hintsThatFit(th theme.Theme, keys KeyMap, m Mode, w int, actions ...Action) string {
	for n := len(actions); n > 0; n-- {
		if s := keyHints(th, keys, m, actions[:n]...); ansi.StringWidth(s) <= w {
			return s
		}
	}
	return ""
}
