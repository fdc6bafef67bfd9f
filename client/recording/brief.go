package recording

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// Brief is what statistics and alerts by label need of an event. Its texts are those of the line, unless they are
// spelt with escapes: they are not cleaned, and may be parts of what was read.
type Brief struct {
	T          time.Duration // since the start of the recording
	Session    []byte
	Kind       client.Kind
	Level      client.Level
	Sent       int64 // the service's time, in Unix nanoseconds; 0 if it reported none
	Text       []byte
	Label      []byte
	Confidence float64 // of the label, 0 to 1; negative if the result has none
	Backlog    bool    // see [client.Event]
	Payload    int     // bytes
	Notice     client.NoticeCode
}

// BriefOf is the brief of an event. T is left to the caller.
func BriefOf(ev *client.Event) Brief {
	b := Brief{Session: []byte(ev.Session), Kind: ev.Kind, Level: ev.Level, Text: []byte(ev.Text), Confidence: -1, Backlog: ev.Backlog, Payload: len(ev.Raw)}
	if stampable(ev.Time) {
		b.Sent = ev.Time.UnixNano()
	}
	if ev.Result != nil {
		if ev.Result.Label != "" {
			b.Label = []byte(ev.Result.Label)
		}
		if share, ok := ev.Result.Confidence(); ok {
			b.Confidence = share
		}
	}
	if ev.Notice != nil {
		b.Notice = ev.Notice.Code
	}
	return b
}

// Scanner reads the briefs of lines. It reads most of what lenswatch writes without decoding it, and all else as
// [Reader.Next] does. It belongs to one goroutine; the zero value is ready.
type Scanner struct {
	in     []byte // of the line, what was not read
	events eventReader
	heads  [64]head
	day    [len("2026-11-27")]byte // of the newest service time
	start  int64                   // of that day, in Unix nanoseconds
}

// IsEvent reports whether a line is an event, as lenswatch writes them.
func IsEvent(line []byte) bool { return bytes.HasPrefix(line, eventStart) }

// Parse reads any line but that of an event. Its time is the one that stands in it. The Entry is nil where the type
// is not known.
func Parse(line []byte) (it Item, err error) {
	var s lineStart
	if err := json.Unmarshal(line, &s, reading); err != nil {
		return it, err
	}
	it.At = s.Time
	it.Entry, err = parseEntry(s.Type, line)
	return it, err
}

// Brief reads the line of an event into b. It fails where the line is not an event.
func (s *Scanner) Brief(line []byte, b *Brief) error {
	s.in = line
	if s.plain(b) {
		return nil
	}
	ev, t, err := s.events.read(line)
	if err != nil {
		return err
	}
	*b = BriefOf(&ev)
	b.T = t
	return nil
}

// plain reads a line of the form that most events have, in the order in which [AppendEvent] writes members. It
// reports false for any other, which may be an event all the same.
func (s *Scanner) plain(b *Brief) bool {
	*b = Brief{Confidence: -1}
	var t int64
	if !s.take(string(eventStart)) || !s.integer(&t) || !s.take(`,"time":"`) || !s.until('"') || !s.head(b) {
		return false
	}
	b.T = time.Duration(t)
	var id []byte
	if s.starts(`,"id":`) && !s.text(`,"id":`, &id) {
		return false
	}
	if s.take(`,"service_time":"`) && !s.stamp(&b.Sent) {
		return false
	}
	b.Backlog = s.take(`,"backlog":true`)
	if !s.text(`,"text":`, &b.Text) || s.take(`,"result":{"unit":"`) && !s.result(b) {
		return false
	}
	if s.take(`,"raw":`) && len(s.in) > 2 { // the payload is the last member
		b.Payload = len(s.in) - 1
		return s.in[len(s.in)-1] == '}'
	}
	return string(s.in) == "}"
}

// head is the members from service to wire: most lines have, byte for byte, those of a line before.
type head struct {
	text       []byte
	begin, end int // of the session
	kind       client.Kind
	level      client.Level
}

// What differs between heads, the end of the session and the kind, is mostly in these bytes.
const headFrom, headTo, maxHead = 48, 96, 256

func (s *Scanner) head(b *Brief) bool {
	if len(s.in) < headTo {
		return s.newHead(b, new(head))
	}
	var hash uint64
	for i := headFrom; i < headTo; i += 8 {
		hash = (hash ^ binary.LittleEndian.Uint64(s.in[i:])) * 0x9e3779b97f4a7c15
	}
	h := &s.heads[hash>>58]
	if n := len(h.text); n == 0 || len(s.in) < n || !bytes.Equal(s.in[:n], h.text) {
		return s.newHead(b, h)
	}
	b.Session, b.Kind, b.Level = s.in[h.begin:h.end], h.kind, h.level
	s.in = s.in[len(h.text):]
	return true
}

// newHead reads a head by its members, and notes it in h.
func (s *Scanner) newHead(b *Brief, h *head) bool {
	in := s.in
	var kind, level, wire []byte
	if !s.take(`,"service":"`) || !s.until('"') || !s.text(`,"session":`, &b.Session) {
		return false
	}
	end := len(in) - len(s.in) - 1
	if !s.text(`,"kind":`, &kind) || !s.text(`,"level":`, &level) || !s.text(`,"wire":`, &wire) {
		return false
	}
	b.Kind, b.Level = valueOf[client.Kind](string(kind)), valueOf[client.Level](string(level))
	if text := in[:len(in)-len(s.in)]; len(text) <= maxHead && bytes.IndexByte(text, '\\') < 0 {
		*h = head{append(h.text[:0], text...), end - len(b.Session), end, b.Kind, b.Level}
	}
	return true
}

// result reads a result, behind the name of its unit.
func (s *Scanner) result(b *Brief) bool {
	i := bytes.IndexByte(s.in, '"')
	if i < 0 {
		return false
	}
	unit := valueOf[client.Unit](string(s.in[:i]))
	s.in = s.in[i+1:]
	if s.starts(`,"label":`) && !s.text(`,"label":`, &b.Label) {
		return false
	}
	if s.take(`,"scores":[`) && !s.scores(unit, b) {
		return false
	}
	for !s.take("}") {
		var skipped []byte
		var n int64
		switch {
		case s.starts(`,"query_id":`):
			if !s.text(`,"query_id":`, &skipped) {
				return false
			}
		case s.starts(`,"sensor_id":`):
			if !s.text(`,"sensor_id":`, &skipped) {
				return false
			}
		case s.starts(`,"sensor_time":`):
			if !s.text(`,"sensor_time":`, &skipped) {
				return false
			}
		case s.take(`,"read_index":`):
			if !s.integer(&n) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// scores reads the scores up to the end of their array, and the confidence of the label. Without a label they are
// left to who can find the largest.
func (s *Scanner) scores(unit client.Unit, b *Brief) bool {
	of, total := math.NaN(), 0.0
	for !s.take("]") {
		s.take(",")
		var label []byte
		if !s.text(`{"label":`, &label) || !s.take(`,"value":`) {
			return false
		}
		i := bytes.IndexByte(s.in, '}')
		if i < 0 {
			return false
		}
		v, err := strconv.ParseFloat(string(s.in[:i]), 64)
		if err != nil {
			return false
		}
		s.in = s.in[i+1:]
		if total += math.Abs(v); bytes.Equal(label, b.Label) && math.IsNaN(of) {
			of = v
		}
	}
	share, ok := client.Confidence(of, total, unit)
	if ok {
		b.Confidence = share
	}
	return b.Label != nil
}

func (s *Scanner) starts(with string) bool {
	return len(s.in) >= len(with) && string(s.in[:len(with)]) == with
}

func (s *Scanner) take(prefix string) bool {
	if !s.starts(prefix) {
		return false
	}
	s.in = s.in[len(prefix):]
	return true
}

// until skips what stands before a byte, and the byte.
func (s *Scanner) until(c byte) bool {
	i := bytes.IndexByte(s.in, c)
	s.in = s.in[i+1:]
	return i >= 0
}

func (s *Scanner) integer(n *int64) bool {
	i, negative := 0, false
	if negative = len(s.in) > 0 && s.in[0] == '-'; negative {
		i++
	}
	begin := i
	for ; i < len(s.in) && s.in[i] >= '0' && s.in[i] <= '9'; i++ {
		*n = *n*10 + int64(s.in[i]-'0')
	}
	if negative {
		*n = -*n
	}
	digits := i - begin
	s.in = s.in[i:]
	return digits > 0 && digits < 19
}

// text reads a string behind its name.
func (s *Scanner) text(name string, out *[]byte) bool {
	if !s.take(name) || len(s.in) == 0 || s.in[0] != '"' {
		return false
	}
	end := 1
	for {
		i := bytes.IndexByte(s.in[end:], '"')
		if i < 0 {
			return false
		}
		end += i + 1
		n := 0
		for s.in[end-2-n] == '\\' {
			n++
		}
		if n%2 == 0 {
			break
		}
	}
	v := s.in[:end]
	s.in = s.in[end:]
	if *out = v[1 : len(v)-1]; bytes.IndexByte(*out, '\\') < 0 {
		return true
	}
	var err error
	*out, err = jsontext.AppendUnquote(nil, v)
	return err == nil
}

// stamp reads a time as appendTime writes it, and the quote behind it.
func (s *Scanner) stamp(out *int64) bool {
	const form = `2026-11-27T10:00:00.002000000Z"`
	if len(s.in) < len(form) || s.in[len(form)-1] != '"' || s.in[len(form)-2] != 'Z' || s.in[19] != '.' {
		return false
	}
	if !bytes.Equal(s.day[:], s.in[:len(s.day)]) {
		day, err := time.Parse(time.DateOnly, string(s.in[:len(s.day)]))
		if err != nil {
			return false
		}
		s.day, s.start = [len(s.day)]byte(s.in), day.UnixNano()
	}
	h, m, sec, ns := number(s.in[11:13]), number(s.in[14:16]), number(s.in[17:19]), number(s.in[20:29])
	s.in = s.in[len(form):]
	*out = s.start + (h*3600+m*60+sec)*int64(time.Second) + ns
	return h >= 0 && m >= 0 && sec >= 0 && ns >= 0
}

// number is that of digits; negative if there is anything else.
func number(digits []byte) (n int64) {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return math.MinInt32
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
