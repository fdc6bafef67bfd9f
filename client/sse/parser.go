package sse

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxLine is how many bytes of a line are retained until its end has come. A longer data line or
// comment is handed on in pieces; a longer id or type makes its event one that is skipped.
const maxLine = 16 << 10

// A parser turns the bytes of one stream into frames, by the WHATWG processing model ("parsing an
// event stream" and "interpreting an event stream"). Its result does not depend on how the bytes
// are cut into chunks, but for where long comments are cut.
type parser struct {
	limit int64    // of an event's data, in bytes
	out   []byte   // the block of frames that were not yet taken
	texts [][]byte // of those of its frames whose text waits in the side buffer
	chunk []byte   // where the newest texts stand
	read  int      // the size of what is being fed

	started bool   // the first line has been looked at: no byte order mark can come
	afterCR bool   // the last byte was a CR: a LF now belongs to it
	line    []byte // the start of a line whose end has not come
	long    byte   // what a line longer than maxLine is, a kind of frame; 0: the line is not long

	pending bool  // an empty line will end something
	hasData bool  // the event has a line of data
	tooBig  bool  // the event is above the limit
	size    int64 // of the event's data

	id     []byte // the id that the next empty line brings into force, if hasID
	hasID  bool
	lastID []byte // the id in force, if newID
	newID  bool   // the id in force was set since the last take
}

// longIgnored is what a long line is that has no meaning.
const longIgnored = 'x'

// feed parses the next bytes of the stream. LF, CR and CRLF each end a line.
func (p *parser) feed(b []byte) {
	p.read = len(b)
	lf, cr := -1, -1 // the next of each; retained, so that every byte is searched once
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
		p.token(tokenComment, line[1:])
	case "data":
		p.startData()
		p.addData(tokenData, value)
	case "event":
		p.token(tokenType, value)
		p.pending = true
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			p.token(tokenID, value)
			p.id = appendText(p.id[:0], value)
			p.hasID, p.pending = true, true
		}
	case "retry":
		if isDigits(value) {
			p.token(tokenRetry, value)
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

// addData hands text of the event's data on, unless that makes it too big.
func (p *parser) addData(kind byte, text []byte) {
	out, texts := len(p.out), len(p.texts)
	if len(text) < minSideText {
		p.size += int64(p.token(kind, text))
	} else {
		p.size += int64(p.sideToken(kind, text))
	}
	if p.size > p.limit {
		p.tooBig = true
		p.out, p.texts = p.out[:out], p.texts[:texts]
	}
}

// endEvent processes an empty line: the id comes into force, and the event, if there is one, is
// dispatched.
func (p *parser) endEvent() {
	if p.hasID {
		p.lastID = append(p.lastID[:0], p.id...)
		p.newID = true
	}
	switch {
	case p.tooBig:
		p.token(tokenSkip, strconv.AppendInt(nil, p.size, 10))
	case p.hasData:
		p.token(tokenEvent, nil)
	case p.pending:
		p.token(tokenNothing, nil)
	}
	p.pending, p.hasData, p.tooBig, p.hasID, p.size = false, false, false, false, 0
}

// token adds a frame and returns how long its text is in UTF-8.
func (p *parser) token(kind byte, text []byte) int {
	if len(p.out) == 0 {
		p.out = append(p.out, blockData...)
	}
	p.out = append(p.out, kind)
	before := len(p.out)
	p.out = appendText(p.out, text)
	n := len(p.out) - before
	p.out = append(p.out, tokenEnd)
	return n
}

// sideToken adds a frame whose text waits in the side buffer, and returns how long the text is in UTF-8.
func (p *parser) sideToken(kind byte, text []byte) int {
	if cap(p.chunk)-len(p.chunk) < len(text) {
		p.chunk = make([]byte, 0, max(len(text), p.read))
	}
	before := len(p.chunk)
	p.chunk = appendText(p.chunk, text)
	p.texts = append(p.texts, p.chunk[before:len(p.chunk):len(p.chunk)])
	if kind == tokenData {
		p.token(tokenSideData, nil)
	} else {
		p.token(tokenSideMore, nil)
	}
	return len(p.chunk) - before
}

// take returns the canonical block of all frames since the last take, nil if there are none, and the
// texts of those that wait in the side buffer. The block is
// valid until the next feed; the texts are the caller's.
func (p *parser) take() (block []byte, texts [][]byte) {
	if len(p.out) == 0 {
		return nil, nil
	}
	block, texts = p.out, p.texts
	p.texts, p.chunk = nil, nil
	if p.newID {
		block = append(append(block, blockID...), p.lastID...)
		p.newID = false
	}
	block = append(block, blockEnd...)
	p.out = block[:0]
	return block, texts
}

// appendText appends text as the WHATWG UTF-8 decoder reads it: every maximal ill-formed part
// becomes one U+FFFD.
func appendText(dst, text []byte) []byte {
	if utf8.Valid(text) {
		return append(dst, text...)
	}
	// The decoder replaces what is ill-formed: it has no error to return.
	dst, _, _ = transform.Append(unicode.UTF8.NewDecoder(), dst, text)
	return dst
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
