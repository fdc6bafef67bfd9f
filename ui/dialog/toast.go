package dialog

import (
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/ui/draw"
)

// Toast is one sentence in place of the footer, above it over a dialog. Good news goes by itself, and with the screen
// that it was said on; bad news stays until the next key.
type Toast struct {
	Past  Messages
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
	t.Text, t.Tone, t.Stays, t.left = client.Line1(text), tone, tone == Failure || tone == Offer, toastTime
	t.Past.add(time.Now(), tone, t.Text)
}

// Clear takes the message away; it stays in the list of those that were.
func (t *Toast) Clear() { *t = Toast{Past: t.Past} }

// Tick is called every second.
func (t *Toast) Tick() {
	if t.left--; !t.Stays && t.left < 0 {
		t.Clear()
	}
}

// Key is called before a key or a click is handled.
func (t *Toast) Key() {
	if t.Stays {
		t.Clear()
	}
}

// Lines draws the message, if there is one, in as many lines as it needs.
func (t *Toast) Lines(c *draw.Context, w int) []string {
	if t.Text == "" {
		return nil
	}
	style, glyph := t.Tone.look(c)
	lines := c.Wrap(glyph+" "+t.Text, max(w-2, 1))
	if t.Tone == News {
		lines = []string{c.Cut(glyph+" "+t.Text, max(w-2, 1))}
	}
	for i, l := range lines {
		lines[i] = style.Render(c.Fit(" "+l, w))
	}
	return lines
}
