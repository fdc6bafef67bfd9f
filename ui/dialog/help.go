package dialog

import (
	"iter"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
)

// Help shows what glyphs mean, how filters are written, and the keys of every mode, those of the mode it was opened in
// first, and those of the main screen by task. What is typed narrows it.
type Help struct {
	Base
	input   textinput.Model
	scroll  window.Scroll
	first   action.Mode
	back    Dialog // what was open before; nil for the main screen
	without func(action.Binding) bool
	legend  func(c *draw.Context) []Legend
}

// Legend is a part of help that is no keys: a title, and what is explained.
type Legend struct {
	Title string
	Also  string // other words that it is found by
	Wide  int    // of the longest term, in cells
	Terms []Term
}

// Term is a thing, styled, and what it means.
type Term struct{ Term, Meaning string }

// NewHelp is help that was opened in a mode, without the bindings that are of no use.
func NewHelp(first action.Mode, back Dialog, without func(action.Binding) bool, legend func(c *draw.Context) []Legend) *Help {
	return &Help{
		Base:  NewBase(action.HelpMode, action.Cancel, action.Up, action.Down, action.PageUp, action.PageDown),
		input: Input("type to filter"), first: first, back: back, without: without, legend: legend,
	}
}

// SetSize makes the input as wide as there is room for it.
func (d *Help) SetSize(w, h int) {
	d.Base.SetSize(w, h)
	d.input.SetWidth(max(w-3, 4))
}

// Type narrows what is shown.
func (d *Help) Type(_ Host, msg tea.Msg) (cmd tea.Cmd) {
	d.input, cmd = d.input.Update(msg)
	d.scroll = window.Scroll{}
	return cmd
}

// Act scrolls, or goes back to where help was opened.
func (d *Help) Act(h Host, id action.ID) tea.Cmd {
	if id == action.Cancel {
		h.Show(d.back)
		return nil
	}
	d.scroll.Act(id, len(d.content(h.Context())), d.rows())
	return nil
}

func (d *Help) rows() int { return max(d.H-2, 1) }

// View draws what is typed above what scrolls.
func (d *Help) View(c *draw.Context) Content {
	lines := d.content(c)
	if len(lines) == 0 {
		lines = []string{c.Dim.Render("No matching key.")}
	}
	from, to := d.scroll.Range(len(lines), d.rows())
	head := []string{InputLine(c, d.input), ""}
	return Content{Title: "Help", Lines: append(head, lines[from:to]...), Below: len(lines) - to}
}

// content is all that has what was typed in it.
func (d *Help) content(c *draw.Context) (out []string) {
	words := strings.Fields(strings.ToLower(d.input.Value()))
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(append(out, c.Title.Render(title)), lines...)
	}
	if d.first != action.Main {
		section(d.first.String(), d.keys(c, c.Keys.Of(d.first), d.first.String(), words))
	}
	for _, l := range d.legend(c) {
		var entries []string
		for _, t := range l.Terms {
			if has(words, l.Title, l.Also, draw.Plain(t.Term), t.Meaning) {
				entries = append(entries, draw.Pad(t.Term, l.Wide)+" "+c.Dim.Render(t.Meaning))
			}
		}
		section(l.Title, d.columns(c, entries))
	}
	for group, bindings := range groups(c.Keys.Of(action.Main)) {
		section(group, d.keys(c, bindings, group+" "+action.Main.String(), words))
	}
	for _, m := range action.Modes() {
		if m != d.first && m != action.Main {
			section(m.String(), d.keys(c, c.Keys.Of(m), m.String(), words))
		}
	}
	return out
}

// groups are bindings by their groups, in the order in which these come.
func groups(all []action.Binding) iter.Seq2[string, []action.Binding] {
	return func(yield func(string, []action.Binding) bool) {
		for len(all) > 0 {
			n := slices.IndexFunc(all, func(b action.Binding) bool { return b.Group != all[0].Group })
			if n < 0 {
				n = len(all)
			}
			if !yield(all[0].Group, all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// has reports whether every word is in one of some texts.
func has(words []string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, " "))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) })
}

// keys are those of some bindings that have every word in them.
func (d *Help) keys(c *draw.Context, all []action.Binding, title string, words []string) []string {
	var entries []string
	for _, b := range all {
		label := c.Keys.Label(b)
		if !d.without(b) && has(words, label, strings.Join(b.Keys, " "), b.Help, b.Also, title) {
			entries = append(entries, draw.Pad(c.Key.Render(label), 10)+" "+b.Help)
		}
	}
	return d.columns(c, entries)
}

// columns puts entries into two columns where they fit.
func (d *Help) columns(c *draw.Context, entries []string) (out []string) {
	const column = 32
	if d.W < 2*column || slices.ContainsFunc(entries, func(e string) bool { return draw.Width(e) > d.W/2-1 }) {
		return entries
	}
	half := (len(entries) + 1) / 2
	for i := range half {
		line := c.Fit(entries[i], d.W/2-1) + " "
		if i+half < len(entries) {
			line += entries[i+half]
		}
		out = append(out, line)
	}
	return out
}
