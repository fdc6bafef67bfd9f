package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
)

// Input is a one-line text input without a blinking cursor: an idle screen stays idle.
func Input(placeholder string) textinput.Model {
	in := textinput.New()
	in.Placeholder = placeholder
	in.Prompt = ""
	in.CharLimit = 200
	styles := in.Styles()
	styles.Cursor.Blink = false
	in.SetStyles(styles)
	in.Focus()
	return in
}

// InputLine is an input with its pointer.
func InputLine(c *draw.Context, in textinput.Model) string {
	return c.Accent.Render(c.Glyphs.Pointer) + " " + in.View()
}

// Prompt asks for a line at the foot of the screen: a search, a filter, a file.
type Prompt struct {
	Base
	label, hint string
	input       textinput.Model
	err         string
	done        func(h Host, text string) (tea.Cmd, error)

	// Earlier are texts that were entered before, which up and down bring back; nil for none. What is entered is added.
	Earlier *History
	back    int    // how many of them ago; 0 is the new one
	draft   string // what was typed before going back

	// Typed receives what is typed, while it is; Cancelled is called when it is not wanted. Either may be nil.
	Typed     func(text string)
	Cancelled func()
}

// NewPrompt asks for a line, beginning with value. hint says what can be typed. done takes what was typed; an
// error of it is shown, and the prompt stays.
func NewPrompt(label, hint, value string, done func(h Host, text string) (tea.Cmd, error)) *Prompt {
	p := &Prompt{Base: NewBase(action.Prompt, action.Choose, action.Cancel), label: " " + label + ": ", hint: hint, input: Input(""), done: done}
	p.input.CharLimit = 4096
	p.input.SetValue(value)
	p.input.CursorEnd()
	return p
}

// Place is the foot of the screen.
func (p *Prompt) Place() Place { return Foot }

// SetSize makes the input as wide as there is room for it.
func (p *Prompt) SetSize(w, h int) {
	p.Base.SetSize(w, h)
	p.input.SetWidth(max(w-draw.Width(p.label)-draw.Width(p.err)-2, 8))
}

func (p *Prompt) fail(err string) {
	p.err = err
	p.SetSize(p.W, p.H)
}

// Type takes what is typed.
func (p *Prompt) Type(_ Host, msg tea.Msg) (cmd tea.Cmd) {
	p.fail("")
	p.input, cmd = p.input.Update(msg)
	if p.Typed != nil {
		p.Typed(strings.TrimSpace(p.input.Value()))
	}
	return cmd
}

// History are texts that were entered, the newest last.
type History []string

// maxHistory is how many of them are remembered, maxEntry how long each can be, in bytes.
const maxHistory, maxEntry = 30, 1024

func (h *History) add(text string) {
	if text == "" || len(text) > maxEntry {
		return
	}
	*h = append(slices.DeleteFunc(slices.Clone(*h), func(x string) bool { return x == text }), text)
	*h = (*h)[max(len(*h)-maxHistory, 0):]
}

// Restored is a history that was saved, as far as it makes sense.
func Restored(saved []string) (h History) {
	for _, text := range saved {
		h.add(client.Line1(client.Clean(text)))
	}
	return h
}

// recall shows an earlier text, or a later one.
func (p *Prompt) recall(n int) {
	if p.Earlier == nil || p.back+n < 0 || p.back+n > len(*p.Earlier) {
		return
	}
	if p.back == 0 {
		p.draft = p.input.Value()
	}
	text := p.draft
	if p.back += n; p.back > 0 {
		text = (*p.Earlier)[len(*p.Earlier)-p.back]
	}
	p.input.SetValue(text)
	p.input.CursorEnd()
	p.fail("")
}

// Act takes what was typed, brings back what was typed before, or leaves.
func (p *Prompt) Act(h Host, id action.ID) (cmd tea.Cmd) {
	switch id {
	case action.Up:
		p.recall(1)
		return nil
	case action.Down:
		p.recall(-1)
		return nil
	}
	if id == action.Choose {
		var err error
		if cmd, err = p.done(h, strings.TrimSpace(p.input.Value())); err != nil {
			p.fail(err.Error())
			return nil
		}
		if p.Earlier != nil {
			p.Earlier.add(strings.TrimSpace(p.input.Value()))
		}
	} else if p.Cancelled != nil {
		p.Cancelled()
	}
	h.Show(nil)
	return cmd
}

// View is what can be typed, and below it what was, with what is wrong with it.
func (p *Prompt) View(c *draw.Context) Content {
	note := p.err
	if note != "" {
		note = " " + c.Bad.Render(note)
	}
	return Content{Lines: []string{
		c.Dim.Render(c.Fit(" "+p.hint, p.W)),
		c.Fit(c.Accent.Render(p.label)+p.input.View()+note, p.W),
	}}
}
