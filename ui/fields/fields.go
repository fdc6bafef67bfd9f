// Package fields is the part of a dialog that is filled in line by line: texts, choices of a few words, and lists that
// are narrowed by what is typed.
//
// It promises that of a secret nothing is drawn, and of a text with a mask only what that leaves. What the fields mean,
// and what is done with them, is up to the dialog that embeds [Fields].
package fields

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
)

// Fields are lines to fill in, of which one has the focus. Shown are those that are asked for now: it may change with
// what was chosen, and [Fields.Resize] is to be called then.
type Fields struct {
	dialog.Base
	Shown func() []*Field
	at    int
	label int // how wide the labels are
}

// NewBase is the box that fields are in.
func NewBase() dialog.Base {
	return dialog.NewBase(action.Parameters, action.Choose, action.NextField, action.PrevField, action.Cancel)
}

// SetSize makes the inputs as wide as there is room for them.
func (f *Fields) SetSize(w, h int) {
	f.Base.SetSize(w, h)
	f.Resize()
}

// Resize gives labels and inputs their widths.
func (f *Fields) Resize() {
	f.label = 0
	for _, x := range f.Shown() {
		f.label = max(f.label, draw.Width(x.Label)+2)
	}
	f.label = min(f.label, f.W/2)
	for _, x := range f.Shown() {
		x.input.SetWidth(max(f.Room(), 4))
	}
}

// Room is how many cells a value has.
func (f *Fields) Room() int { return f.W - f.label - 2 }

// Move goes to another field, stopping at the ends.
func (f *Fields) Move(n int) {
	all := f.Shown()
	if len(all) == 0 {
		return
	}
	for _, x := range all {
		x.input.Blur()
	}
	f.at = min(max(f.at+n, 0), len(all)-1)
	all[f.at].input.Focus()
	all[f.at].input.CursorEnd() // what is there is more often added to than begun anew
}

// Current is the field that has the focus; nil if there is none.
func (f *Fields) Current() *Field {
	if all := f.Shown(); len(all) > 0 {
		return all[f.at]
	}
	return nil
}

// At is the place of the field that has the focus.
func (f *Fields) At() int { return f.at }

// Fill takes what is typed into the field, or chooses another of its options. It reports whether an option was chosen.
func (f *Fields) Fill(msg tea.Msg) (chosen bool, cmd tea.Cmd) {
	x := f.Current()
	n := len(x.Options)
	if n == 0 || x.Pick {
		x.input, cmd = x.input.Update(msg)
		x.Choice = 0
		return false, cmd
	}
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, nil
	}
	switch k.String() {
	case "right", "space":
		x.Choice = (x.Choice + 1) % n
	case "left":
		x.Choice = (x.Choice + n - 1) % n
	}
	return true, nil
}

// Step goes up or down: in the list of the field, or else to another field.
func (f *Fields) Step(n int) {
	if x := f.Current(); x != nil && x.Pick {
		x.Choice = min(max(x.Choice+n, 0), max(len(x.matches())-1, 0))
		return
	}
	f.Move(n)
}

// Missing goes to the first field that still needs a value, and returns it; nil if there is none.
func (f *Fields) Missing() *Field {
	for i, x := range f.Shown() {
		if x.Required && x.Value() == "" {
			f.Move(i - f.at)
			return x
		}
	}
	return nil
}

// Lines draws the fields, from one on that leaves so many lines below the current one. Active is false while nothing can
// be filled in.
func (f *Fields) Lines(c *draw.Context, below int, active bool) (out []string) {
	all := f.Shown()
	for i := f.first(below); i < len(all); i++ {
		x, current := all[i], i == f.at && active
		out = append(out, f.line(c, x, current))
		if x.Pick && current {
			out = append(out, f.list(c, x)...)
		}
	}
	return out
}

// first is the first field that is seen, with so many lines below the current one.
func (f *Fields) first(below int) int {
	return min(max(f.at-f.H+below, 0), max(len(f.Shown())-1, 0))
}

// Press goes to the field on a line of [Fields.Lines], below being as it was there, and chooses the option at the cell x, or
// that of a list. It reports whether an option was chosen.
func (f *Fields) Press(x, line, below int) (chosen bool) {
	all, at := f.Shown(), f.first(below)+line
	if len(all) == 0 || line < 0 {
		return false
	}
	if current := all[f.at]; current.Pick && at > f.at {
		from, to := current.seen()
		if n := at - f.at - 1; n < to-from {
			current.Choice = from + n
			return true
		}
		at -= to - from
		if to < len(current.matches()) {
			at-- // the line that says how many more there are
		}
		if at <= f.at {
			return false
		}
	}
	if at >= len(all) {
		return false
	}
	f.Move(at - f.at)
	return all[at].choose(x - f.label - 1)
}

// listed is how many options of a list are seen.
const listed = 5

// list is the part of a field's options around the chosen one.
func (f *Fields) list(c *draw.Context, x *Field) (out []string) {
	all := x.matches()
	from, to := x.seen()
	for i := from; i < to; i++ {
		text := c.Cut(all[i], max(f.W-f.label-4, 1))
		pointer := "  " + text
		if i == x.Choice {
			pointer = c.Accent.Render(c.Glyphs.Pointer) + " " + text
		}
		out = append(out, strings.Repeat(" ", f.label+1)+pointer)
	}
	if more := len(all) - to; more > 0 {
		out = append(out, strings.Repeat(" ", f.label+3)+c.Dim.Render("and "+draw.Count(more)+" more"))
	}
	return out
}

// line is one field: its label, a mark if it is required, and its value.
func (f *Fields) line(c *draw.Context, x *Field, current bool) string {
	name, style := x.Label, c.Dim
	if x.Required {
		name += " *"
	}
	if current {
		style = c.Accent
	}
	out := style.Render(c.Fit(name, f.label)) + " "
	switch {
	case x.Pick && !current:
		return out + c.Cut(draw.OrDash(x.Value()), max(f.W-f.label-1, 1))
	case len(x.Options) == 0 || x.Pick:
		return out + x.view()
	}
	for j, o := range x.Options {
		if o = optionWord(o); j == x.Choice { // in brackets, for who sees no colour
			out += c.Selected.Render("[" + o + "]")
		} else {
			out += c.Dim.Render(" " + o + " ")
		}
	}
	return out
}
