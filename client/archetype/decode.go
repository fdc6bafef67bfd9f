package archetype

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
	"lenswatch/client/units"
)

// decode fills in what a payload reports: kind, level, wire type, time, text, what can be drawn, and
// a copy of the payload, of which the texts are parts. It is the one way from a payload to an event, whichever channel brought
// it. The caller has set ev.Wire to the name that the channel itself gave the event, for a payload
// that reports no type. A payload that is no JSON object is shown as it is, as what the channel called it.
func decode(payload []byte, ev *client.Event) {
	ev.Raw = bytes.Clone(payload)
	if decodeObject(ev.Raw, ev) {
		return
	}
	if inner := unwrap(ev.Raw); inner != nil && decodeObject(inner, ev) {
		return
	}
	r := ruleFor(nil, ev.Wire)
	if r.kind == client.KindOther {
		ev.Kind, ev.Level, ev.Text = r.kind, r.level, client.Clean(string(ev.Raw))
		return
	}
	ev.Kind, ev.Level, ev.Text = r.kind, r.level, cmp.Or(plainText(ev.Raw), ev.Wire)
}

// plainText is the text of a payload that is no object: a string without its quotes, a list of strings as lines. It
// is empty for null and for nothing.
func plainText(payload []byte) string {
	if len(bytes.TrimSpace(payload)) == 0 {
		return ""
	}
	s := newScan(payload)
	defer s.free()
	switch {
	case s.readAnswer() != nil, len(bytes.TrimSpace(s.dec.UnreadBuffer())) > 0:
		return client.Clean(string(payload))
	case s.answer.null, s.answer.empty:
		return ""
	}
	return s.answerText()
}

// decodeObject does what decode does for a JSON object. It reports false for anything else, and
// leaves the event alone then. An object that breaks off, or continues wrongly, after its type is an event of that
// type, and shown as it is.
func decodeObject(payload []byte, ev *client.Event) bool {
	s := newScan(payload)
	defer s.free()
	err := s.run()
	if err != nil {
		if repaired, ok := rest.Repair(payload); ok {
			s.restart(repaired)
			err = s.run()
		}
	}
	if err != nil && !s.wire.present() {
		return false
	}
	r := ruleFor(inside(s.text(s.wire)), ev.Wire)
	ev.Wire, ev.Kind, ev.Level = r.wire, r.kind, r.level
	if r.kind == client.KindLog {
		ev.Level = logLevel(s, r.level)
	}
	if err != nil {
		ev.Text = client.Clean(string(payload))
		return true
	}
	s.result(ev, s.times(ev))
	r.describe(s, ev)
	if s.session.present() {
		s.other(ev)
	}
	return true
}

// other notes that an event names another session than the one whose stream it is of. Only what looks like the ID of a
// session is one: lenses may have sessions of their own.
func (s *scan) other(ev *client.Event) {
	id := s.line(s.session)
	if id == ev.Session || ev.Session == "" || !strings.HasPrefix(id, "lsn-") {
		return
	}
	if ev.Notice == nil {
		ev.Notice = &client.Notice{Code: client.NoticeForeign}
	}
	ev.Notice.Other = id
}

// naiveSlack is how far a date without a zone, taken for UTC, may be from the time of receipt. One that is further
// off may be some machine's local time, which no zone names, and the zones begin to differ by half an hour.
const naiveSlack = 15 * time.Minute

// times sets the event's time from the first of the places that holds a full one, and returns the
// sensor's own time where that is none: a time of day, or a position in a recording.
func (s *scan) times(ev *client.Event) (sensorTime string) {
	for _, v := range [...]span{s.sensorTime, s.queryTime, s.timestamp} {
		if !v.present() {
			continue
		}
		reported := s.str(v)
		t, naive, ok := rest.ParseTimestamp(reported)
		if ok && (!naive || ev.Received.IsZero() || ev.Received.Sub(t).Abs() <= naiveSlack) {
			ev.Time = t
			break
		}
		if sensorTime == "" {
			sensorTime = client.Line1(reported)
		}
	}
	return sensorTime
}

// result sets what an answer has besides its text, if it has anything.
func (s *scan) result(ev *client.Event, sensorTime string) {
	if !s.answer.drawable() && !s.queryID.present() && !s.sensorID.present() && !s.readIndex.present() && sensorTime == "" {
		return
	}
	r := &client.Result{
		QueryID:    s.line(s.queryID),
		SensorID:   s.line(s.sensorID),
		SensorTime: sensorTime,
		ReadIndex:  -1,
	}
	if s.readIndex.present() {
		if n, err := strconv.ParseInt(s.str(s.readIndex), 10, 64); err == nil {
			r.ReadIndex = n
		}
	}
	s.answer.result(r)
	ev.Result = r
}

// describeAnswer shows the answer, or where the payload has none of its forms, the body.
func describeAnswer(s *scan, ev *client.Event) {
	switch {
	case s.rank < noAnswer:
		ev.Text = s.answerText()
	case s.body.to-s.body.from > int32(len("{}")):
		ev.Text = client.Clean(compact(s.text(s.body)))
	default:
		ev.Text = ev.Wire
	}
}

// describeUnknown shows an answer where there is one in the place for answers, and else the whole
// payload: what an unknown type's other members mean is not known.
func describeUnknown(s *scan, ev *client.Event) {
	slot := s.rank % deeper
	if s.rank < topLevel && (slot == slotResponse || slot == slotResult) || s.rank == topAnswer {
		ev.Text = s.answerText()
		return
	}
	ev.Text = client.Clean(string(s.src))
}

// describeTraining shows the progress of a classifier that learns from examples.
func describeTraining(s *scan, ev *client.Event) {
	if !s.className.present() {
		describeAnswer(s, ev)
		return
	}
	ev.Text = "learned class " + s.line(s.className)
}

// describeStart attaches the reader id, which the server gives each connection, as the notice of a
// connection would carry it.
func describeStart(s *scan, ev *client.Event) {
	id := s.line(s.readerID)
	ev.Text = "stream opened"
	if id != "" {
		ev.Notice = &client.Notice{Code: client.NoticeConnected, ReaderID: id, Channel: client.ChannelSSE}
	}
}

func describeEnd(_ *scan, ev *client.Event) { ev.Text = "the server closed the stream" }

// byteOrderMark may stand before a text that some program wrote to a file first.
var byteOrderMark = []byte("\xef\xbb\xbf")

// unwrap is what a payload holds in some other form: behind a byte order mark, as JSON in a JSON string, or in Python's
// notation of bytes. It is nil if there is none.
func unwrap(payload []byte) []byte {
	switch p := bytes.TrimSpace(payload); {
	case bytes.HasPrefix(p, byteOrderMark):
		return bytes.TrimPrefix(p, byteOrderMark)
	case len(p) > 2 && p[0] == '"' && p[len(p)-1] == '"':
		return inside(p)
	default:
		return unwrapBytes(p)
	}
}

// unwrapBytes undoes Python's notation of bytes, b'...', which an old server put around payloads.
func unwrapBytes(p []byte) []byte {
	if len(p) < 3 || p[0] != 'b' || p[1] != '\'' && p[1] != '"' || p[len(p)-1] != p[1] {
		return nil
	}
	p = p[2 : len(p)-1]
	out := make([]byte, 0, len(p))
	for i := 0; i < len(p); i++ {
		if p[i] != '\\' || i+1 == len(p) {
			out = append(out, p[i])
			continue
		}
		i++
		switch p[i] {
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'x':
			c, err := strconv.ParseUint(string(p[i+1:min(i+3, len(p))]), 16, 8)
			if err != nil {
				return nil
			}
			out = append(out, byte(c))
			i += 2
		default:
			out = append(out, p[i])
		}
	}
	return out
}

// describeHeartbeat reads the counters of a heartbeat.
func describeHeartbeat(s *scan, ev *client.Event) {
	ev.Text = "heartbeat"
	if !s.status.present() && !s.messages.present() && !s.bytes.present() && !s.timeout.present() {
		return
	}
	beat := &client.Heartbeat{Status: client.ParseStatus(s.str(s.status)), StatusText: s.line(s.status)}
	beat.Messages, beat.HasMessages = s.count(s.messages)
	beat.Bytes, beat.HasBytes = s.count(s.bytes)
	if seconds, ok := rest.ParseNumber(s.str(s.timeout)); ok {
		beat.MessageTimeout, beat.HasTimeout = sse.Seconds(seconds), true
	}
	ev.Heartbeat = beat
	if text := heartbeatText(beat); text != "" {
		ev.Text = text
	}
}

// count reads a whole number, and reports whether there is one.
func (s *scan) count(p span) (int64, bool) { return rest.ParseCount(s.str(p)) }

// heartbeatText says what a heartbeat claims, and nothing of what it does not.
func heartbeatText(b *client.Heartbeat) string {
	var parts []string
	switch {
	case b.Status != client.StatusUnknown:
		parts = append(parts, b.Status.String())
	case b.StatusText != "":
		parts = append(parts, b.StatusText)
	}
	if b.HasMessages {
		parts = append(parts, strconv.FormatInt(b.Messages, 10)+" messages")
	}
	if b.HasBytes {
		parts = append(parts, strconv.FormatInt(b.Bytes, 10)+" bytes")
	}
	if b.HasTimeout {
		parts = append(parts, "message timeout "+units.Duration(b.MessageTimeout))
	}
	return strings.Join(parts, ", ")
}
