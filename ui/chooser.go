package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"
)

// chooser is a line to type in, above a list that is narrowed down by it, with one row chosen. What
// is in the list, and how a row looks, is the matter of the dialog that has it.
type chooser struct {
	input textinput.Model
	shown []int // places in what can be chosen, the best first
	at    int   // the chosen one, an index into shown
	first int   // the topmost that was drawn last
	more  int   // rows below those that were drawn
}

func newChooser(placeholder string) chooser { return chooser{input: input(placeholder)} }

// input is a one-line text input without a blinking cursor: idle means idle.
func input(placeholder string) textinput.Model {
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

// narrow takes what there is to choose from, and keeps what has the letters that were typed.
func (c *chooser) narrow(all fuzzy.Source) {
	c.shown = c.shown[:0]
	if query := strings.TrimSpace(c.input.Value()); query != "" {
		for _, match := range fuzzy.FindFrom(query, all) {
			c.shown = append(c.shown, match.Index)
		}
	} else {
		for i := range all.Len() {
			c.shown = append(c.shown, i)
		}
	}
	c.at = clamp(c.at, 0, max(len(c.shown)-1, 0))
}

// typed takes a key or a paste; the best match is chosen then.
func (c *chooser) typed(msg tea.Msg) (cmd tea.Cmd) {
	c.input, cmd = c.input.Update(msg)
	c.at = 0
	return cmd
}

// move chooses the row above or below.
func (c *chooser) move(a Action) {
	switch a {
	case ActUp:
		c.at = max(c.at-1, 0)
	case ActDown:
		c.at = clamp(c.at+1, 0, max(len(c.shown)-1, 0))
	}
}

// chosen is the place of what is chosen; ok is false if nothing is left to choose.
func (c *chooser) chosen() (i int, ok bool) {
	if len(c.shown) == 0 {
		return 0, false
	}
	return c.shown[c.at], true
}

// chooserHead is how many lines stand above the list.
const chooserHead = 2

// clicked chooses the row that is drawn on a line of the dialog; it reports whether there is one.
func (c *chooser) clicked(line int) bool {
	i := c.first + line - chooserHead
	if line < chooserHead || i >= len(c.shown) {
		return false
	}
	c.at = i
	return true
}

// lines draws the head, and as many rows as fit above what stands below them. A row is told its
// place and whether it is the chosen one.
func (c *chooser) lines(s *shared, w, h, below int, row func(i int, chosen bool) string) []string {
	th := s.theme
	c.input.SetWidth(max(w-3, 4))
	out := []string{th.Accent.Render(th.Glyphs.Pointer) + " " + c.input.View(), ""}
	rows := max(h-chooserHead-below, 1)
	c.first = clamp(c.at-rows+1, 0, max(len(c.shown)-rows, 0))
	for i := c.first; i < min(c.first+rows, len(c.shown)); i++ {
		out = append(out, row(c.shown[i], i == c.at))
	}
	c.more = max(len(c.shown)-c.first-rows, 0)
	return out
}

// below is how many rows are still to be seen.
func (c *chooser) below() int { return c.more }
