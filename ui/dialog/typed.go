package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
)

// Typed is a question that only certain texts answer with yes. Use [NewTyped].
type Typed struct {
	Confirm
	answers    []string
	ask, wrong string
	input      textinput.Model
	mismatch   bool
}

// NewTyped asks a question whose answer is typed. The line ask is above the input, or wrong once something else was typed.
func NewTyped(q *Confirm, answers []string, ask, wrong string) *Typed {
	d := &Typed{Confirm: *q, answers: answers, ask: ask, wrong: wrong, input: Input("type " + answers[0] + " to confirm")}
	d.Base = NewBase(action.ConfirmID, action.Choose, action.Cancel)
	return d
}

// SetSize makes the input as wide as there is room for it.
func (d *Typed) SetSize(w, h int) {
	d.Base.SetSize(w, h)
	d.input.SetWidth(max(w-3, 4))
}

// Type takes what is typed.
func (d *Typed) Type(_ Host, msg tea.Msg) (cmd tea.Cmd) {
	d.mismatch = false
	d.input, cmd = d.input.Update(msg)
	return cmd
}

// Act does what was asked if one of the answers was typed.
func (d *Typed) Act(h Host, id action.ID) tea.Cmd {
	if id == action.Cancel {
		h.Show(d.back)
		return nil
	}
	text := strings.TrimSpace(d.input.Value())
	if !slices.Contains(d.answers, text) {
		d.mismatch = text != ""
		return nil
	}
	h.Show(d.back)
	return d.yes(h)
}

// View draws the question and the input.
func (d *Typed) View(c *draw.Context) Content {
	ask := d.ask
	if d.mismatch {
		ask = c.Bad.Render(d.wrong)
	}
	lines := append(d.lines(c, d.W), "", ask, InputLine(c, d.input))
	return Content{Title: d.title, Lines: c.Flow(lines, d.W), Keys: true}
}
