// Package dialog is what a box over the panes is, and the kinds of it that are about nothing in particular: a
// question, a line to type in, a list to choose from, help, the command palette.
//
// It promises that every dialog can be left, and that it draws from what it was given by SetSize, Sync, Act and
// Type alone. It never reaches into the screen: what it wants done, it asks of its [Host].
package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/layout"
)

// Dialog takes the keys while it is open.
type Dialog interface {
	// Mode decides what keys mean.
	Mode() action.Mode
	// Hints are the actions that the footer names, the most useful first.
	Hints() []action.ID
	// Place is where it is on the screen.
	Place() Place
	// SetSize says how large its inside can be, in cells and lines.
	SetSize(w, h int)
	// Sync takes in that there is something new to show.
	Sync(h Host)
	// Act carries out an action of the mode.
	Act(h Host, id action.ID) tea.Cmd
	// Type takes a key or a paste that is no action of the mode.
	Type(h Host, msg tea.Msg) tea.Cmd
	// Click takes a click on a line of its inside; twice is the second of a double click.
	Click(h Host, line int, twice bool) tea.Cmd
	// View draws the inside.
	View(c *draw.Context) Content
}

// Plane is a dialog in which it matters where on a line a click is.
type Plane interface {
	ClickAt(h Host, x, line int, twice bool) tea.Cmd
}

// Worded is a dialog in which a key does something else than its row says, as it is now: the words for its hints.
type Worded interface {
	Words() map[action.ID]string
}

// Reader is a dialog that reads something which takes longer than a frame, a part at each Sync.
type Reader interface {
	// Busy reports whether there is more to read.
	Busy() bool
}

// Content is the inside of a dialog.
type Content struct {
	Title string
	Lines []string
	Below int  // how many lines more there are below
	Keys  bool // the hints are to be drawn below the lines too
}

// Host is the screen that a dialog is open on.
type Host interface {
	Context() *draw.Context
	// Show opens a dialog in place of the one that is open; nil closes it.
	Show(d Dialog)
	// Run carries out an action of the main screen.
	Run(id action.ID) tea.Cmd
	// Say shows a message; format may have tokens for keys.
	Say(t Tone, format string, args ...any)
	// Select shows one session, or all of them if id is empty.
	Select(id string)
}

// Tone is how a message is meant.
type Tone uint8

// The tones.
const (
	Info Tone = iota
	News      // as Info, of what nobody asked for: one line of it, so that nothing is hidden
	Success
	Failure // it stays until a key is pressed
	Offer   // a success that names what can be done next; it stays as a failure does
)

// look is the style and the glyph of a message.
func (t Tone) look(c *draw.Context) (theme.Style, string) {
	switch t {
	case Failure:
		return c.Bad, c.Glyphs.Cross
	case Success, Offer:
		return c.Good, c.Glyphs.Check
	}
	return c.Strong, c.Glyphs.Arrow
}

// Place is where a dialog is on the screen.
type Place uint8

// The places.
const (
	Centre Place = iota // a box over the panes
	Foot                // in place of the footer
	Full                // the whole screen
	Large               // a box over almost all of the screen
	Body                // in place of the panes
	Dock                // next to the lists where there is room, else a box over them
)

// The largest box, in cells inside its border.
const maxWidth, maxHeight = 80, 44

// Size is how large the inside of a dialog can be on a screen.
func (p Place) Size(width, height int) (w, h int) {
	switch p {
	case Foot:
		return width, 1
	case Full:
		return width, height
	case Large:
		return width - 4, height - 4
	}
	w = min(width-4, maxWidth)
	if width-4-w <= sliver {
		w = width - 4
	}
	return w, min(height-4, maxHeight)
}

// sliver is the most cells next to a box that are too few to read anything in: the box takes them.
const sliver = 4

// Box is where the border of content is on a screen.
func (p Place) Box(x Content, width, height int) layout.Rect {
	w, h := p.Size(width, height)
	w, h = w+4, min(h, len(x.Lines))+2
	return layout.Rect{X: (width - w) / 2, Y: max((height-h)/2, 1), W: w, H: h}
}

// Base is a box in a mode, without anything to type in or to click on, for others to embed.
type Base struct {
	W, H  int
	mode  action.Mode
	hints []action.ID
}

// NewBase is a box whose keys are those of a mode, and which the footer names hints for.
func NewBase(m action.Mode, hints ...action.ID) Base { return Base{mode: m, hints: hints} }

// Mode is the mode that the box was made for.
func (b *Base) Mode() action.Mode { return b.mode }

// Hints are those that the box was made for.
func (b *Base) Hints() []action.ID { return b.hints }

// Place is the middle of the screen.
func (b *Base) Place() Place { return Centre }

// SetSize keeps the size.
func (b *Base) SetSize(w, h int) { b.W, b.H = max(w, 1), max(h, 0) }

// Sync has nothing to take in.
func (b *Base) Sync(Host) {}

// Type does nothing.
func (b *Base) Type(Host, tea.Msg) tea.Cmd { return nil }

// Click does nothing.
func (b *Base) Click(Host, int, bool) tea.Cmd { return nil }

// Confirm asks a question that y answers. Use [NewConfirm].
type Confirm struct {
	Base
	title string
	lines func(c *draw.Context, w int) []string
	yes   func(h Host) tea.Cmd
	back  Dialog // that the question is about, open again after the answer; nil if none is
}

// NewConfirm asks a question, with lines that explain it. yes does what was asked.
func NewConfirm(title string, lines func(c *draw.Context, w int) []string, yes func(h Host) tea.Cmd) *Confirm {
	return &Confirm{NewBase(action.Confirm, action.Yes, action.No), title, lines, yes, nil}
}

// Over makes the question one about a dialog that is open: it is open again after the answer, with all that was typed.
func (q *Confirm) Over(d Dialog) *Confirm {
	q.back = d
	return q
}

// View draws the question.
func (q *Confirm) View(c *draw.Context) Content {
	return Content{Title: q.title, Lines: c.Flow(q.lines(c, q.W), q.W), Keys: true}
}

// Act takes the answer.
func (q *Confirm) Act(h Host, id action.ID) tea.Cmd {
	h.Show(q.back)
	if id == action.Yes {
		return q.yes(h)
	}
	return nil
}

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
