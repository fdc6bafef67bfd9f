package sse

import (
	"bytes"
	"unicode/utf8"
)

// startLong decides what a line of more than maxLine bytes is, and returns what there is of its
// value. No name of a field is that long, so the colon is there or the line has no meaning.
func (p *parser) startLong(line []byte) []byte {
	p.started = true
	name, value := cutField(line)
	switch string(name) {
	case "":
		p.long = longComment
		return line[1:]
	case "data":
		p.long = longData
		p.startData()
		if p.grow(nil) {
			p.to.line(nil)
		}
	case "event":
		p.long = longType
	case "id":
		p.long = longID
	default:
		p.long = longIgnored
	}
	return value
}

// longPiece processes a piece of a long line's value. It ends between characters or with the line.
func (p *parser) longPiece(text []byte) {
	switch p.long {
	case longComment:
		if len(text) > 0 {
			p.to.comment(clean(text))
		}
	case longData:
		if text = clean(text); p.grow(text) {
			p.to.add(text)
		}
	case longID:
		if bytes.IndexByte(text, 0) >= 0 {
			p.long = longIgnored
		}
	}
}

// endLong ends a long line. A type or an id of that length cannot be stored, so its event is skipped.
func (p *parser) endLong() {
	if p.long == longType || p.long == longID {
		p.tooBig, p.pending = true, true
	}
	p.long = 0
}

// incompleteRune is how many bytes at the end of b begin a character that is not all there.
func incompleteRune(b []byte) int {
	for n := 1; n <= min(utf8.UTFMax-1, len(b)); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
