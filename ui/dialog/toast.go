package dialog

import (
	"fmt"

	"lenswatch/client"
	"lenswatch/ui/draw"
)

// Toast is one sentence in place of the footer, above it over a  Good news goes by itself, and with the screen
// that it was said on; bad news stays until the next key.
type Toast struct {
	Text  string
	Tone  Tone
	Stays bool // until a key
	left  int  // seconds
}

// toastTime is how long good news stays, in seconds.
const toastTime = 5

// Say shows a message in place of the one before.
func (t *Toast) Say(tone Tone, format string, args ...any) {
	text := format
	if len(args) > 0 {
		text = fmt.Sprintf(format, args...)
	}
	*t = Toast{Text: client.Line1(text), Tone: tone, Stays: tone == Failure, left: toastTime}
}

// Tick is called every second.
func (t *Toast) Tick() {
	if t.left--; !t.Stays && t.left < 0 {
		*t = Toast{}
	}
}

// Key is called before a key or a click is handled.
func (t *Toast) Key() {
	if t.Stays {
		*t = Toast{}
	}
}

// Lines draws the message, if there is one, in as many lines as it needs.
func (t *Toast) Lines(c *draw.Context, w int) []string {
	if t.Text == "" {
		return nil
	}
	style, glyph := c.Strong, c.Glyphs.Arrow
	switch t.Tone {
	case Failure:
		style, glyph = c.Bad, c.Glyphs.Cross
	case Success:
		style, glyph = c.Good, c.Glyphs.Check
	}
	lines := c.Wrap(glyph+" "+t.Text, max(w-2, 1))
	for i, l := range lines {
		lines[i] = style.Render(c.Fit(" "+l, w))
	}
	return lines
}
