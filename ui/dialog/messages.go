package dialog

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
)

// maxMessages is how many messages are remembered.
const maxMessages = 200

// Messages are what the screen has said, oldest first. What is said again at once is counted, and not listed again.
type Messages struct{ all []message }

type message struct {
	at   time.Time
	tone Tone
	text string
	n    int
}

func (l *Messages) add(at time.Time, tone Tone, text string) {
	if i := len(l.all) - 1; i >= 0 && l.all[i].text == text {
		l.all[i].at = at
		l.all[i].n++
		return
	}
	l.all = append(l.all, message{at, tone, text, 1})
	l.all = l.all[max(len(l.all)-maxMessages, 0):]
}

// MessageList lists messages, the newest first.
type MessageList struct {
	Base
	log    *Messages
	scroll window.Scroll
}

// NewMessageList lists messages.
func NewMessageList(l *Messages) *MessageList {
	return &MessageList{Base: NewBase(action.MessagesMode, action.Cancel, action.Up, action.Down), log: l}
}

// Act scrolls, or closes.
func (d *MessageList) Act(h Host, id action.ID) tea.Cmd {
	if id == action.Cancel {
		h.Show(nil)
		return nil
	}
	d.scroll.Act(id, len(d.lines(h.Context())), d.H)
	return nil
}

// Hints are the keys that are of use.
func (d *MessageList) Hints() []action.ID {
	if len(d.log.all) == 0 {
		return []action.ID{action.Cancel, action.Help}
	}
	return d.Base.Hints()
}

// View draws the messages.
func (d *MessageList) View(c *draw.Context) Content {
	lines := d.lines(c)
	from, to := d.scroll.Range(len(lines), d.H)
	return Content{Title: "Messages", Lines: lines[from:to], Below: len(lines) - to}
}

func (d *MessageList) lines(c *draw.Context) (out []string) {
	for i := len(d.log.all) - 1; i >= 0; i-- {
		m := &d.log.all[i]
		style, glyph := m.tone.look(c)
		text := glyph + " " + m.text
		if m.n > 1 {
			text += fmt.Sprintf(" (%d times)", m.n)
		}
		head := c.Dim.Render(c.Clock(m.at)) + " "
		for j, line := range c.Hanging("         ", text, d.W) {
			if j > 0 {
				head = "         "
			}
			out = append(out, head+style.Render(line[len("         "):]))
		}
	}
	if len(out) == 0 {
		out = []string{c.Dim.Render("No messages yet.")}
	}
	return out
}

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
