package sse

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxLine is how many bytes of a line are retained until its end has come. A longer data line or
// comment is handed on in pieces; a longer id or type makes its event one that is skipped.
const maxLine = 16 << 10

// A parser turns the bytes of one stream into fields, by the WHATWG processing model ("parsing an
// event stream" and "interpreting an event stream"), and hands them to a receiver, which makes events
// of them. Its result does not depend on how the bytes are cut into chunks, but for where long comments
// are cut.
type parser struct {
	to    *receiver
	limit int64 // of an event's data, in bytes

	started bool     // the first line has been looked at: no byte order mark can come
	afterCR bool     // the last byte was a CR: a LF now belongs to it
	line    []byte   // the start of a line whose end has not come
	long    lineKind // of a line longer than maxLine; 0: the line is not long

	pending bool  // an empty line will end something
	hasData bool  // the event has a line of data
	tooBig  bool  // the event is above the limit
	size    int64 // of the event's data
}

// A lineKind is what a long line is.
type lineKind uint8

const (
	longComment lineKind = iota + 1
	longData
	longType
	longID
	longIgnored // it has no meaning
)

// feed parses the next bytes of the stream. LF, CR and CRLF each end a line.
func (p *parser) feed(b []byte) {
	defer p.to.settle() // b is the caller's
	lf, cr := -1, -1    // the next of each; retained, so that every byte is searched once
	for pos := 0; pos < len(b); {
		if p.afterCR {
			p.afterCR = false
			if b[pos] == '\n' {
				pos++
				continue
			}
		}
		if lf < pos {
			lf = indexFrom(b, pos, '\n')
		}
		if cr < pos {
			cr = indexFrom(b, pos, '\r')
		}
		end := min(lf, cr)
		if end == len(b) {
			p.hold(b[pos:])
			return
		}
		p.afterCR = b[end] == '\r'
		p.endLine(b[pos:end])
		pos = end + 1
	}
}

// indexFrom is the index of c in b at or after pos, or len(b).
func indexFrom(b []byte, pos int, c byte) int {
	if i := bytes.IndexByte(b[pos:], c); i >= 0 {
		return pos + i
	}
	return len(b)
}

// hold keeps the start of a line, or hands on what there is once that is too much to keep.
func (p *parser) hold(b []byte) {
	p.to.settle() // it may stand in p.line
	p.line = append(p.line, b...)
	rest := p.trimMark(p.line)
	if len(rest) <= maxLine {
		return
	}
	if p.long == 0 {
		rest = p.startLong(rest)
	}
	cut := len(rest) - incompleteRune(rest)
	p.longPiece(rest[:cut])
	p.line = append(p.line[:0], rest[cut:]...)
}

// endLine takes the last part of a line, without its end.
func (p *parser) endLine(b []byte) {
	if len(p.line) > 0 {
		p.line = append(p.line, b...)
		b = p.line
	}
	if p.long != 0 {
		p.longPiece(b)
		p.endLong()
	} else {
		p.interpret(p.trimMark(b))
	}
	p.started = true
	p.line = p.line[:0]
}

// trimMark takes the one leading byte order mark off the stream's first line.
func (p *parser) trimMark(line []byte) []byte {
	if p.started {
		return line
	}
	return bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
}

// interpret processes a whole line.
func (p *parser) interpret(line []byte) {
	if len(line) == 0 {
		p.endEvent()
		return
	}
	if len(line) > maxLine { // it ended within the chunk that made it long
		p.longPiece(p.startLong(line))
		p.endLong()
		return
	}
	switch name, value := cutField(line); string(name) {
	case "":
		p.to.comment(clean(line[1:]))
	case "data":
		p.startData()
		if value = clean(value); p.grow(value) {
			p.to.line(value)
		}
	case "event":
		p.to.setType(clean(value))
		p.pending = true
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			p.to.id = string(clean(value))
			p.pending = true
		}
	case "retry":
		if isDigits(value) {
			p.to.retry(milliseconds(value))
		}
	}
}

// cutField divides a line at its first colon and takes one space off the value. A line without a
// colon is a field with an empty value.
func cutField(line []byte) (name, value []byte) {
	name, value, _ = bytes.Cut(line, []byte{':'})
	return name, bytes.TrimPrefix(value, []byte{' '})
}

// startData begins a line of data, which a LF parts from the one before.
func (p *parser) startData() {
	if p.hasData {
		p.size++
	}
	p.hasData, p.pending = true, true
}

// grow reports whether the event may have so much more data.
func (p *parser) grow(text []byte) bool {
	p.size += int64(len(text))
	p.tooBig = p.tooBig || p.size > p.limit
	return !p.tooBig
}

// endEvent processes an empty line: the id comes into force, and the event, if there is one, is
// dispatched.
func (p *parser) endEvent() {
	switch {
	case p.tooBig && p.size <= p.limit:
		p.to.skip(p.size, ErrLongField)
	case p.tooBig:
		p.to.skip(p.size, nil)
	case p.hasData:
		p.to.dispatch()
	case p.pending:
		p.to.bare()
	}
	p.pending, p.hasData, p.tooBig, p.size = false, false, false, 0
}

// clean is text as the WHATWG UTF-8 decoder reads it: every maximal ill-formed part becomes one U+FFFD.
func clean(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	// The decoder replaces what is ill-formed: it has no error to return.
	text, _, _ = transform.Append(unicode.UTF8.NewDecoder(), nil, text)
	return text
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
