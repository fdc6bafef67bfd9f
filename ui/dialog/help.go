package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
)

// Help shows the keys of every mode, those of the mode it was opened in first, and what glyphs mean. What is
// typed narrows it.
type Help struct {
	Base
	input  textinput.Model
	scroll window.Scroll
	first  action.Mode
	back   Dialog // what was open before; nil for the main screen
	legend func(c *draw.Context) []Legend
}

// Legend is a glyph, its word and what it means.
type Legend struct{ Glyph, Word, Meaning string }

// NewHelp is help that was opened in a mode.
func NewHelp(first action.Mode, back Dialog, legend func(c *draw.Context) []Legend) *Help {
	return &Help{
		Base:  NewBase(action.HelpMode, action.Cancel, action.Up, action.Down, action.PageUp, action.PageDown),
		input: Input("type to filter"), first: first, back: back, legend: legend,
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
	query := strings.ToLower(strings.TrimSpace(d.input.Value()))
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(append(out, c.Title.Render(title)), lines...)
	}
	modes := slices.DeleteFunc(action.Modes(), func(m action.Mode) bool { return m == d.first })
	for _, m := range append([]action.Mode{d.first}, modes...) {
		section(m.String(), d.keys(c, m, query))
	}
	var states []string
	for _, l := range d.legend(c) {
		if strings.Contains("states "+l.Word+" "+l.Meaning, query) {
			states = append(states, l.Glyph+" "+c.Fit(l.Word, 13)+c.Dim.Render(l.Meaning))
		}
	}
	section("States", states)
	return out
}

// keys are those of one mode that have the query in them, in two columns where they fit.
func (d *Help) keys(c *draw.Context, m action.Mode, query string) (out []string) {
	var entries []string
	for _, b := range c.Keys.Of(m) {
		label := c.Keys.Label(b)
		if strings.Contains(strings.ToLower(label+" "+strings.Join(b.Keys, " ")+" "+b.Help+" "+m.String()), query) {
			entries = append(entries, draw.Pad(c.Key.Render(label), 10)+" "+b.Help)
		}
	}
	if d.W < 64 {
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
