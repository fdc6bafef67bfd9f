package archetype

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// rule says what an event of one type is to a person.
type rule struct {
	wire  string
	kind  client.Kind
	level client.Level
	// describe writes what the type has of its own into the event, its text included.
	describe func(*scan, *client.Event)
}

// rules are the types that the documents, the SDK and the demonstrations name.
var rules = index([]rule{
	{"sse.stream.start", client.KindStart, client.LevelInfo, describeStart},
	{"sse.stream.heartbeat", client.KindHeartbeat, client.LevelDebug, describeHeartbeat},
	{"sse.stream.end", client.KindEnd, client.LevelInfo, describeEnd},
	{"inference.result", client.KindResult, client.LevelInfo, describeAnswer},
	{"log.debug", client.KindLog, client.LevelDebug, describeAnswer},
	{"log.info", client.KindLog, client.LevelInfo, describeAnswer},
	{"log.warn", client.KindLog, client.LevelWarn, describeAnswer},
	{"log.warning", client.KindLog, client.LevelWarn, describeAnswer},
	{"log.error", client.KindLog, client.LevelError, describeAnswer},
	{"log.critical", client.KindLog, client.LevelError, describeAnswer},
	{"error", client.KindError, client.LevelError, describeError},
	{"error_message", client.KindError, client.LevelError, describeError},
	{"inference.error", client.KindError, client.LevelError, describeError},
	{"session.modify.result", client.KindProgress, client.LevelInfo, describeTraining},
	{"frame.processed", client.KindProgress, client.LevelDebug, describeAnswer},
	{"stream.start", client.KindProgress, client.LevelInfo, describeAnswer},
	{"stream.end", client.KindProgress, client.LevelInfo, describeAnswer},
	{"stream.status", client.KindProgress, client.LevelInfo, describeAnswer},
	{"stream.null", client.KindProgress, client.LevelDebug, describeAnswer},
	{"inference.start", client.KindProgress, client.LevelInfo, describeAnswer},
	{"inference.reset", client.KindProgress, client.LevelInfo, describeAnswer},
})

func index(list []rule) map[string]rule {
	m := make(map[string]rule, len(list))
	for _, r := range list {
		m[r.wire] = r
	}
	return m
}

// ruleFor finds the rule of a type. The logs have one rule for whatever level is not known.
func ruleFor(wire []byte) rule {
	if r, ok := rules[string(wire)]; ok {
		return r
	}
	r := rule{client.Line1(string(wire)), client.KindOther, client.LevelInfo, describeUnknown}
	if strings.HasPrefix(r.wire, "log.") {
		r.kind, r.describe = client.KindLog, describeAnswer
	}
	return r
}

// decode fills in what a payload tells: kind, level, wire type, time, text, what can be drawn, and
// a copy of the payload, of which the texts are parts. It is the one way from a payload to an event, whichever channel brought
// it. The caller has set ev.Wire to the name that the channel itself gave the event, for a payload
// that tells no type. A payload that is no JSON object is shown as it is.
func decode(payload []byte, ev *client.Event) {
	ev.Raw = bytes.Clone(payload)
	if decodeObject(ev.Raw, ev) {
		return
	}
	if inner, ok := unwrap(payload); ok && decodeObject(inner, ev) {
		return
	}
	ev.Kind, ev.Level = client.KindOther, client.LevelInfo
	ev.Text = client.Clean(string(payload))
}

// decodeObject does what decode does for a JSON object. It reports false for anything else, and
// leaves the event alone then.
func decodeObject(payload []byte, ev *client.Event) bool {
	s := newScan(payload)
	defer s.free()
	if s.run() != nil {
		return false
	}
	wire := inside(s.text(s.wire))
	if !s.wire.present() {
		wire = []byte(ev.Wire)
	}
	r := ruleFor(wire)
	ev.Wire, ev.Kind, ev.Level = r.wire, r.kind, r.level
	s.result(ev, s.times(ev))
	r.describe(s, ev)
	return true
}

// times sets the event's time from the first of the places that holds a full one, and returns the
// sensor's own time where that is none: a time of day, or a position in a recording.
func (s *scan) times(ev *client.Event) (sensorTime string) {
	for _, v := range [...]span{s.sensorTime, s.queryTime, s.timestamp} {
		if !v.present() {
			continue
		}
		reported := s.str(v)
		if t, ok := rest.ParseTime(reported); ok {
			ev.Time = t
			break
		}
		if sensorTime == "" {
			sensorTime = client.Line1(reported)
		}
	}
	return sensorTime
}

// result sets what an answer has beside its text, if it has anything.
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

// describeError shows the message, wherever it stands.
func describeError(s *scan, ev *client.Event) {
	if s.rank < noAnswer {
		ev.Text = s.answerText()
		return
	}
	if c := parseErrors(s.src); c != nil && len(c.messages) > 0 {
		ev.Text = client.Clean(strings.Join(c.messages, "\n"))
		return
	}
	describeAnswer(s, ev)
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
		ev.Text += ", reader " + id
		ev.Notice = &client.Notice{Code: client.NoticeConnected, ReaderID: id, Channel: client.ChannelSSE}
	}
}

func describeEnd(_ *scan, ev *client.Event) { ev.Text = "the server ended the stream" }

// describeHeartbeat reads the counters of a heartbeat.
func describeHeartbeat(s *scan, ev *client.Event) {
	if !s.status.present() && !s.messages.present() && !s.bytes.present() && !s.timeout.present() {
		ev.Text = "heartbeat"
		return
	}
	beat := &client.Heartbeat{
		Status:         client.ParseStatus(s.str(s.status)),
		Messages:       number(rest.ParseFloat(s.str(s.messages))).Count(),
		Bytes:          number(rest.ParseFloat(s.str(s.bytes))).Count(),
		MessageTimeout: rest.Seconds(rest.ParseFloat(s.str(s.timeout))),
	}
	ev.Heartbeat = beat
	ev.Text = fmt.Sprintf("%v, %d messages, %d bytes, message timeout %v",
		beat.Status, beat.Messages, beat.Bytes, beat.MessageTimeout.Round(time.Millisecond))
}

// unwrap undoes Python's notation of bytes, b'...', which an old server put around payloads.
func unwrap(payload []byte) ([]byte, bool) {
	p := bytes.TrimSpace(payload)
	if len(p) < 3 || p[0] != 'b' || p[1] != '\'' && p[1] != '"' || p[len(p)-1] != p[1] {
		return nil, false
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
				return nil, false
			}
			out = append(out, byte(c))
			i += 2
		default:
			out = append(out, p[i])
		}
	}
	return out, true
}
