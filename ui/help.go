package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/watch/health"
)

// help shows the keys of every mode, those of the mode it was opened in first. What is typed
// narrows it down.
type help struct {
	scroll
	input textinput.Model
	keys  KeyMap
	first Mode
	back  dialog // what stood there before; nil for the main screen
}

func newHelp(keys KeyMap, first Mode, back dialog) *help {
	return &help{input: input("type to narrow down"), keys: keys, first: first, back: back}
}

func (d *help) mode() Mode { return ModeHelp }

func (d *help) typed(_ *Model, msg tea.Msg) (cmd tea.Cmd) {
	d.input, cmd = d.input.Update(msg)
	d.top = 0
	return cmd
}

func (d *help) do(m *Model, a Action) tea.Cmd {
	if a == ActCancel {
		m.show(d.back)
		return nil
	}
	d.move(a)
	return nil
}

// helpHead is how many lines stand above what scrolls.
const helpHead = 2

func (d *help) view(s *shared, w, h int) (string, []string) {
	th := s.theme
	d.input.SetWidth(max(w-3, 4))
	head := []string{th.Accent.Render(th.Glyphs.Pointer) + " " + d.input.View(), ""}
	lines := d.content(s, w)
	if len(lines) == 0 {
		lines = []string{th.Dim.Render("No key does that.")}
	}
	return "Help", append(head, d.window(lines, max(h-helpHead, 1))...)
}

// modes are all modes, the one that help was opened in first.
func (d *help) modes() []Mode {
	out := []Mode{d.first}
	for m := range modeCount {
		if m != d.first {
			out = append(out, m)
		}
	}
	return out
}

func (d *help) content(s *shared, w int) (out []string) {
	query := strings.ToLower(strings.TrimSpace(d.input.Value()))
	for _, m := range d.modes() {
		lines := d.section(s, m, query, w)
		if len(lines) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, s.theme.Title.Render(m.String()))
		out = append(out, lines...)
	}
	return append(out, d.states(s, query, len(out) > 0)...)
}

// section is the keys of one mode that have the query in them, in two columns where they fit.
func (d *help) section(s *shared, m Mode, query string, w int) (out []string) {
	th := s.theme
	var entries []string
	for _, b := range d.keys.Of(m) {
		if !strings.Contains(strings.ToLower(b.Help().Key+" "+strings.Join(b.Keys(), " ")+" "+b.Help().Desc+" "+m.String()), query) {
			continue
		}
		entries = append(entries, fit(th.Key.Render(b.Help().Key), 10, "")+" "+b.Help().Desc)
	}
	if w < 64 {
		return entries
	}
	half := (len(entries) + 1) / 2
	for i := range half {
		line := fit(entries[i], w/2-1, th.Glyphs.Ellipsis) + " "
		if i+half < len(entries) {
			line += entries[i+half]
		}
		out = append(out, line)
	}
	return out
}

// states is what the glyphs of the states mean.
func (d *help) states(s *shared, query string, gap bool) (out []string) {
	for _, st := range append(slices.Clone(s.stateStyles), s.attention(health.Warning)) {
		if strings.Contains("states "+st.word+" "+st.meaning, query) {
			out = append(out, st.glyph+" "+fit(st.word, 13, "")+s.theme.Dim.Render(st.meaning))
		}
	}
	if len(out) == 0 {
		return nil
	}
	out = append([]string{s.theme.Title.Render("States")}, out...)
	if gap {
		out = append([]string{""}, out...)
	}
	return out
}
