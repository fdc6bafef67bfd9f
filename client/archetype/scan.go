package archetype

import (
	"bytes"
	"errors"
	"sync"
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// scan is what one pass over a payload's tokens found. Scans are pooled: they hold the decoder.
type scan struct {
	dec *jsontext.Decoder
	buf bytes.Buffer
	src []byte
	facts
}

// facts are what a payload reported.
type facts struct {
	wire   span // the type
	body   span // the object that holds the payload's own members
	rank   int  // of the answer found so far; lower is better
	answer answer

	timestamp, sensorTime, queryTime span
	queryID, sensorID, readIndex     span
	className, readerID, session     span

	status, messages, bytes, timeout span
	level                            span // of a log
}

// span is where the JSON text of a value stands in the payload. The zero span is that of a value
// that was not reported. It holds no pointer, so that clearing a scan costs the garbage collector
// nothing; payloads are far smaller than 2 GiB.
type span struct{ from, to int32 }

func (p span) present() bool { return p.to > 0 }

// text is the JSON text of a value.
func (s *scan) text(p span) []byte { return s.src[p.from:p.to] }

// str is the value of a string, or a number as it is spelt; empty if it was not reported.
func (s *scan) str(p span) string { return s.share(inside(s.text(p))) }

// maxShared is the largest payload that texts are part of. Who holds a text of it holds the payload.
const maxShared = 64 << 10

// share makes a text of bytes that never change: a part of the payload, or what became of its escapes.
// Copies took a tenth of the time of decoding, and as much memory as the payloads.
func (s *scan) share(b []byte) string {
	if len(s.src) > maxShared {
		return string(b)
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// line is str made safe to show on one line.
func (s *scan) line(p span) string {
	if !p.present() {
		return ""
	}
	return client.Line1(s.str(p))
}

// lenientTokens are those of package rest, for a Decoder.
var lenientTokens = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

var scans = sync.Pool{New: func() any { return &scan{dec: jsontext.NewDecoder(new(bytes.Buffer))} }}

// newScan begins to read a payload that will never be changed: what is found are parts of it.
func newScan(payload []byte) *scan {
	s := scans.Get().(*scan)
	s.src = payload
	s.restart(payload)
	return s
}

// restart begins again, with a text in which every value stands where it does in the payload.
func (s *scan) restart(text []byte) {
	s.buf = *bytes.NewBuffer(text)
	s.dec.Reset(&s.buf, lenientTokens...)
	s.facts = facts{rank: noAnswer}
}

func (s *scan) free() {
	s.src, s.buf, s.facts = nil, bytes.Buffer{}, facts{}
	scans.Put(s)
}

var (
	errNoObject = errors.New("the payload is not a JSON object")
	errTrailing = errors.New("text after the JSON object")
)

// run reads the whole payload, which has to be one JSON object.
func (s *scan) run() error {
	if s.dec.PeekKind() != '{' {
		return errNoObject
	}
	if err := s.object(topMembers, 0); err != nil {
		return err
	}
	if len(bytes.TrimSpace(s.dec.UnreadBuffer())) > 0 {
		return errTrailing
	}
	return nil
}

// member reads the value of one member of an object that lies at a depth of rank.
type member func(s *scan, base int) error

// The ranks of the places where an answer may stand: the lowest that is there is taken. Within one
// object the slots order them. An object inside the body ranks after the body, and event_data, data
// and payload, in which different vintages put the body, in this order.
const (
	slotResponse = iota
	slotResult
	slotMessage
	slotErrorMessages
	slotText
	slotContents

	deeper     = 16
	perBody    = 2 * deeper
	topLevel   = 3 * perBody
	noAnswer   = 1 << 10
	nullAnswer = noAnswer - 1
	topAnswer  = topLevel + slotContents + 1 // after the top level's message
	bareBody   = topAnswer + 1               // a body that is no object
)

// The tables say which members of which object mean what. All others are skipped. They are filled
// in by init because their readers refer to them again, and never change after.
var topMembers, bodyMembers, innerMembers, metaMembers map[string]member

func init() {
	topMembers = map[string]member{
		"type":       typeName,
		"kind":       oldTypeName,
		"timestamp":  keep(func(f *facts) *span { return &f.timestamp }),
		"session_id": keep(func(f *facts) *span { return &f.session }),
		"event_data": bodyAt(0),
		"data":       bodyAt(perBody),
		"payload":    bodyAt(2 * perBody),
		"message":    value(topLevel + slotMessage),
		"response":   value(topAnswer),
		"level":      keep(func(f *facts) *span { return &f.level }),
		"severity":   keep(func(f *facts) *span { return &f.level }),
	}
	metaMembers = map[string]member{
		"query_metadata":   metadata,
		"query_id":         keep(func(f *facts) *span { return &f.queryID }),
		"sensor_id":        keep(func(f *facts) *span { return &f.sensorID }),
		"read_index":       keep(func(f *facts) *span { return &f.readIndex }),
		"sensor_timestamp": keep(func(f *facts) *span { return &f.sensorTime }),
		"query_timestamp":  keep(func(f *facts) *span { return &f.queryTime }),
		"class_name":       keep(func(f *facts) *span { return &f.className }),
	}
	innerMembers = map[string]member{
		"response":        value(slotResponse),
		"result":          value(slotResult),
		"message":         value(slotMessage),
		"error_messages":  value(slotErrorMessages),
		"text":            value(slotText),
		"contents":        value(slotContents),
		"timestamp":       keep(func(f *facts) *span { return &f.timestamp }),
		"reader_id":       keep(func(f *facts) *span { return &f.readerID }),
		"session_status":  keep(func(f *facts) *span { return &f.status }),
		"num_messages":    keep(func(f *facts) *span { return &f.messages }),
		"num_bytes":       keep(func(f *facts) *span { return &f.bytes }),
		"message_timeout": keep(func(f *facts) *span { return &f.timeout }),
		"level":           keep(func(f *facts) *span { return &f.level }),
		"log_level":       keep(func(f *facts) *span { return &f.level }),
		"severity":        keep(func(f *facts) *span { return &f.level }),
	}
	for name, m := range metaMembers {
		innerMembers[name] = m
	}
	bodyMembers = map[string]member{"event_data": inner, "session_id": topMembers["session_id"]}
	for name, m := range innerMembers {
		bodyMembers[name] = m
	}
}

// object reads an object by a table of its members.
func (s *scan) object(table map[string]member, base int) error {
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	for s.dec.PeekKind() != '}' {
		name, err := s.dec.ReadValue()
		if err != nil {
			return err
		}
		read, ok := table[string(inside(name))]
		if !ok {
			err = s.dec.SkipValue()
		} else {
			err = read(s, base)
		}
		if err != nil {
			return err
		}
	}
	_, err := s.dec.ReadToken()
	return err
}

// keep notes the span of a scalar where it was not reported yet.
func keep(field func(*facts) *span) member {
	return func(s *scan, _ int) error {
		v, err := s.dec.ReadValue()
		to := field(&s.facts)
		if err == nil && !to.present() && v.Kind() != 'n' && v.Kind() != '{' && v.Kind() != '[' {
			*to = s.last(len(v))
		}
		return err
	}
}

// last is where the value stands that was just read, n bytes long. What the decoder returns is only
// good until it reads on.
func (s *scan) last(n int) span {
	end := s.dec.InputOffset()
	return span{int32(end) - int32(n), int32(end)}
}

// since is where the object or array stands that was just read, and began at or after start with
// the byte open.
func (s *scan) since(start int64, open byte) span {
	end := s.dec.InputOffset()
	skip := bytes.IndexByte(s.src[start:end], open)
	return span{int32(start) + int32(skip), int32(end)}
}

func typeName(s *scan, _ int) error {
	v, err := s.dec.ReadValue()
	if err == nil && v.Kind() == '"' {
		s.wire = s.last(len(v))
	}
	return err
}

// oldTypeName reads "kind", which some prose has in place of "type".
func oldTypeName(s *scan, base int) error {
	if s.wire.present() {
		return s.dec.SkipValue()
	}
	return typeName(s, base)
}

// bodyAt reads the member that holds the body, by the rank of its name.
func bodyAt(base int) member {
	return func(s *scan, _ int) error {
		switch s.dec.PeekKind() {
		case '{':
			return s.bodyObject(base)
		case 'n':
			return s.dec.SkipValue()
		}
		return s.value(bareBody)
	}
}

func (s *scan) bodyObject(base int) error {
	start := s.dec.InputOffset()
	if err := s.object(bodyMembers, base); err != nil {
		return err
	}
	if !s.body.present() || base == 0 {
		s.body = s.since(start, '{')
	}
	return nil
}

// inner reads an event_data inside the body: some events nest it twice.
func inner(s *scan, base int) error {
	if s.dec.PeekKind() != '{' {
		return s.dec.SkipValue()
	}
	return s.object(innerMembers, base+deeper)
}

// metadata reads query_metadata, which holds another one in some events.
func metadata(s *scan, base int) error {
	if s.dec.PeekKind() != '{' {
		return s.dec.SkipValue()
	}
	return s.object(metaMembers, base)
}

// value reads an answer that stands in a slot of the object.
func value(slot int) member {
	return func(s *scan, base int) error { return s.value(base + slot) }
}

// value reads an answer, unless one of a lower rank was found. A null counts only where there is
// nothing else.
func (s *scan) value(rank int) error {
	if s.dec.PeekKind() == 'n' {
		rank = nullAnswer
	}
	if rank >= s.rank {
		return s.dec.SkipValue()
	}
	s.rank = rank
	return s.readAnswer()
}

// inside is the text of a JSON string without its quotes and escapes. It does not copy a string
// that has no escapes, which may then hold invalid UTF-8.
func inside(v []byte) []byte {
	if len(v) < 2 || v[0] != '"' {
		return v
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	// The error reports invalid UTF-8 or surrogates, which were replaced.
	b, _ := jsontext.AppendUnquote(nil, v)
	return b
}
