package ui

import (
	"fmt"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
)

// toast is one sentence in place of the footer, above it over a dialog. Good news goes by itself, and with the screen
// that it was said on; bad news stays until the next key.
type toast struct {
	text string
	tone dialog.Tone
	bad  bool
	left int // seconds
}

// toastTime is how long good news stays, in seconds.
const toastTime = 5

func (t *toast) info(tone dialog.Tone, format string, args ...any) {
	text := format
	if len(args) > 0 {
		text = fmt.Sprintf(format, args...)
	}
	*t = toast{text: client.Line1(text), tone: tone, bad: tone == dialog.Failure, left: toastTime}
}

// tick is called every second.
func (t *toast) tick() {
	if t.left--; !t.bad && t.left < 0 {
		*t = toast{}
	}
}

// key is called before a key or a click is handled.
func (t *toast) key() {
	if t.bad {
		*t = toast{}
	}
}

// lines draws the message, if there is one, in as many lines as it needs.
func (t *toast) lines(c *draw.Context, w int) []string {
	if t.text == "" {
		return nil
	}
	style, glyph := c.Strong, c.Glyphs.Arrow
	switch t.tone {
	case dialog.Failure:
		style, glyph = c.Bad, c.Glyphs.Cross
	case dialog.Success:
		style, glyph = c.Good, c.Glyphs.Check
	}
	lines := c.Wrap(glyph+" "+t.text, max(w-2, 1))
	for i, l := range lines {
		lines[i] = style.Render(c.Fit(" "+l, w))
	}
	return lines
}
