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
		p.long = tokenComment
		return line[1:]
	case "data":
		p.long = tokenData
		p.startData()
		p.addData(tokenData, nil)
	case "event":
		p.long = tokenType
	case "id":
		p.long = tokenID
	default:
		p.long = longIgnored
	}
	return value
}

// longPiece processes a piece of a long line's value. It ends between characters or with the line.
func (p *parser) longPiece(text []byte) {
	switch p.long {
	case tokenComment:
		if len(text) > 0 {
			p.token(tokenComment, text)
		}
	case tokenData:
		p.addData(tokenMore, text)
	case tokenID:
		if bytes.IndexByte(text, 0) >= 0 {
			p.long = longIgnored
		}
	}
}

// endLong ends a long line. A type or an id of that length cannot be stored, so its event is skipped.
func (p *parser) endLong() {
	if p.long == tokenType || p.long == tokenID {
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
