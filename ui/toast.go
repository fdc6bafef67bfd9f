package ui

import "lenswatch/client"

// toast is one sentence in place of the footer, above it over a dialog. Good news goes by itself, and
// with the screen that it was said on; bad news stays until the next key.
type toast struct {
	text string
	bad  bool
	good bool
	left int // seconds
}

// toastTime is how long good news stays, in seconds.
const toastTime = 5

func (t *toast) info(text string) { *t = toast{text: text, left: toastTime} }

func (t *toast) success(text string) { *t = toast{text: text, good: true, left: toastTime} }

func (t *toast) failure(text string) { *t = toast{text: client.Line1(text), bad: true} }

// tick is told of every second.
func (t *toast) tick() {
	if t.left--; !t.bad && t.left < 0 {
		*t = toast{}
	}
}

func (t *toast) key() {
	if t.bad {
		*t = toast{}
	}
}
