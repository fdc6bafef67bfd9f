package simulator

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// loadTick is how often load is handed out. Events in between are due in between: each carries
// the time at which it should have come.
const loadTick = 5 * time.Millisecond

// load gives a session events at a steady rate, in place of its lens. Guarded by session.mu.
type load struct {
	template *loadTemplate
	perSec   float64 // on the real clock
	from     time.Time
	sent     float64 // events since from
}

func newLoad(s *session) *load {
	cfg := &s.sim.cfg
	return &load{
		template: newLoadTemplate(cfg.PayloadBytes, s.tag, !cfg.NoIDs),
		perSec:   cfg.Rate * cfg.Speed,
	}
}

// runLoad publishes the events that are due since the last call, as one run.
func (s *session) runLoad(now time.Time, starved bool) time.Duration {
	l := s.engine.load
	tick := max(loadTick, time.Duration(float64(time.Second)/l.perSec))
	if first := s.firstResult(); now.Before(first) {
		return first.Sub(now)
	}
	s.warm = true
	if late := now.Sub(l.due(l.sent)); l.from.IsZero() || late > time.Second+tick {
		l.from, l.sent = now, 0
	}
	n := max(0, float64(int64(now.Sub(l.from).Seconds()*l.perSec+1e-6))-l.sent)
	first := l.due(l.sent)
	l.sent += n
	if n == 0 || starved || !s.inputFlows() {
		return tick
	}
	s.count.inputs += int(n)
	s.count.events += int(n)
	s.touch(now)
	if s.frozen() || s.channel() == channelNone {
		return tick
	}
	s.count.outputs += int(n)
	step := time.Duration(float64(time.Second) / l.perSec)
	s.put(item{n: uint64(n), load: l.template, at: first, step: step})
	return tick
}

// due is when the event after the first n since from should come.
func (l *load) due(n float64) time.Time {
	return l.from.Add(time.Duration(n / l.perSec * float64(time.Second)))
}

// loadTemplate is a load event with its number and time left to fill in. All are equally long.
type loadTemplate struct {
	frame   []byte // in the normal framing
	payload []byte // part of frame
	start   int    // of payload in frame
	times   int    // offset of the time in frame
	numbers []int  // offsets of the number in frame
}

const (
	numberWidth = 12
	timeWidth   = len("1741843200.123456")
)

func newLoadTemplate(size int, tag string, ids bool) *loadTemplate {
	const number, at = "############", "$$$$$$$$$$$$$$$$$"
	head := `{"type": "inference.result", "timestamp": ` + at + `, "event_data": {"response": ["Load event ` + number
	tail := `"], "query_id": "qry-` + number + `"}}`
	pad := strings.Repeat(" and so on", size/10+1)[:max(0, size-len(head)-len(tail))]
	payload := head + pad + tail
	id := ""
	if ids {
		id = tag + number
	}
	t := &loadTemplate{frame: appendEvent(nil, style{event: eventName}, id, []byte(payload))}
	t.start = bytes.Index(t.frame, []byte(payload))
	t.payload = t.frame[t.start : t.start+len(payload)]
	t.times = bytes.Index(t.frame, []byte(at))
	for i := 0; ; {
		j := bytes.Index(t.frame[i:], []byte(number))
		if j < 0 {
			return t
		}
		t.numbers = append(t.numbers, i+j)
		i += j + len(number)
	}
}

// appendEvent appends the whole frame of event seq.
func (t *loadTemplate) appendEvent(b []byte, seq uint64, at time.Time) []byte {
	n := len(b)
	b = append(b, t.frame...)
	t.fill(b[n:], seq, at)
	return b
}

// event is the JSON of event seq.
func (t *loadTemplate) event(seq uint64, at time.Time) []byte {
	frame := t.appendEvent(nil, seq, at)
	return frame[t.start : t.start+len(t.payload)]
}

func (t *loadTemplate) fill(frame []byte, seq uint64, at time.Time) {
	micros := at.UnixMicro()
	digits(frame[t.times:t.times+10], uint64(micros/1e6))
	if frame[t.times] == '0' {
		frame[t.times] = ' ' // simulated clocks start in the year 2000; no number may start with 0
	}
	frame[t.times+10] = '.'
	digits(frame[t.times+11:t.times+timeWidth], uint64(micros%1e6))
	for _, i := range t.numbers {
		digits(frame[i:i+numberWidth], seq)
	}
}

// digits fills b with n, with leading zeros.
func digits(b []byte, n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}

// cursor is the SSE id of event seq.
func (s *session) cursor(seq uint64) string { return fmt.Sprintf("%s%0*d", s.tag, numberWidth, seq) }
