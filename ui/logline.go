package ui

import (
	"strings"

	"charm.land/lipgloss/v2"

	"lenswatch/client"
)

// The width from which a row of the logs has the word of its level whole; a letter below.
const levelWords = 36

// logBody is what a row of the logs says: the word of its level, then the text under itself.
func (s *shared) logBody(row *eventRow, w int) []string {
	th, ev := s.theme, &row.Event
	if ev.Kind == client.KindNotice && ev.Notice.Code == client.NoticeGap {
		return s.gap(ev.Text, w, row.room)
	}
	word, look := s.level(ev)
	style, prefix := th.Text, ""
	switch {
	case ev.Kind == client.KindError || ev.Level >= client.LevelWarn:
		style = look
	case ev.Kind == client.KindNotice:
		style, prefix = th.Busy, th.Glyphs.Arrow+" "
	case ev.Kind == client.KindOther:
		style, prefix = th.Dim, client.Line1(ev.Wire)+" "
	case ev.Kind != client.KindLog || ev.Level == client.LevelDebug:
		style = th.Dim
	}
	if w < levelWords {
		word = word[:1]
	}
	lines := wrap(prefix+sentence(ev), max(w-len(word)-1, 8), th.Glyphs.Ellipsis)
	head, indent := look.Render(word)+" ", strings.Repeat(" ", len(word)+1)
	for i, line := range lines {
		lines[i] = head + style.Render(line)
		head = indent
	}
	return lines
}

// level is the word of an event's level, five cells wide, and its style. What is told as an error
// is one, whatever its level.
func (s *shared) level(ev *client.Event) (word string, style lipgloss.Style) {
	th := s.theme
	switch {
	case ev.Kind == client.KindError, ev.Level == client.LevelError:
		return "ERROR", th.Bad
	case ev.Level == client.LevelWarn:
		return "WARN ", th.Warn
	case ev.Level == client.LevelDebug:
		return "debug", th.Dim
	}
	return "info ", th.Good
}
