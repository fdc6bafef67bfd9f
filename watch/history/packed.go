package history

import (
	"math"
	"strings"
	"time"
	"unsafe"

	"lenswatch/client"
)

// Entry is a retained event and its place. It must not be changed. Its times are the instants of the event
// that was appended, in the local zone.
type Entry struct {
	client.Event
	Seq Seq
}

// packed is an event as the Store holds it. An Entry of 200 B with a Result takes three times that in
// memory, most of it for string headers and fields that are empty. Here all strings are places in one
// text, which is the payload and what of them does not stand in the payload, and what few events have is
// held apart.
type packed struct {
	origin   *origin
	data     string // the payload, then texts that do not stand in it
	more     *more  // nil for most kinds
	seq      Seq
	time     int64 // Unix nanoseconds, noTime or farTime
	received int64 // Unix nanoseconds, or noTime

	raw            uint32 // bytes of data that are the payload
	text, wire, id place
	gone           uint32 // the Store.round in which it was evicted; 0 while it is retained
	kind           client.Kind
	level          client.Level
}

// origin is what all events of a session share.
type origin struct{ service, session string }

// more is a Result as most answers have one.
type more struct {
	index                     int64
	query, sensor, sensorTime place
	rare                      *rare
}

// rare is what few events have.
type rare struct {
	time      time.Time // where packed.time is farTime
	result    bool      // there is a Result
	label     place
	scores    []client.Score
	unit      client.Unit
	shape     []int
	norm      float64
	heartbeat *client.Heartbeat
	fault     *client.Fault
	notice    *client.Notice
}

// place is where a text is in packed.data.
type place struct{ from, n uint32 }

// What stands for a time that is none, and for one that nanoseconds do not reach.
const (
	noTime  = math.MinInt64
	farTime = noTime + 1
)

func nanos(t time.Time) int64 {
	switch {
	case t.IsZero():
		return noTime
	case t.Year() < 1700 || t.Year() > 2200:
		return farTime
	}
	return t.UnixNano()
}

// received is for times of this machine's own clock.
func received(t time.Time) int64 {
	if t.IsZero() {
		return noTime
	}
	return t.UnixNano()
}

func (k *packed) moment(n int64) time.Time {
	switch n {
	case noTime:
		return time.Time{}
	case farTime:
		return k.more.rare.time
	}
	return time.Unix(0, n)
}

// packer gathers the texts of one event.
type packer struct {
	payload string
	extra   []byte // texts that do not stand in the payload
}

func (p *packer) place(text string) place {
	if text == "" {
		return place{}
	}
	if i := offset(p.payload, text); i >= 0 {
		return place{uint32(i), uint32(len(text))}
	}
	at := len(p.payload) + len(p.extra)
	p.extra = append(p.extra, text...)
	return place{uint32(at), uint32(len(text))}
}

// offset is where text stands in payload, -1 if it does not. Most texts are a part of it as they are.
func offset(payload, text string) int {
	from := uintptr(unsafe.Pointer(unsafe.StringData(payload)))
	at := uintptr(unsafe.Pointer(unsafe.StringData(text)))
	if at >= from && at+uintptr(len(text)) <= from+uintptr(len(payload)) {
		return int(at - from)
	}
	return strings.Index(payload, text)
}

// pack makes the packed form of an event. It shares the payload, which must not be changed any more.
func pack(ev *client.Event, o *origin, seq Seq) *packed {
	k := &packed{
		origin: o, seq: seq, time: nanos(ev.Time), received: received(ev.Received), kind: ev.Kind, level: ev.Level,
		raw: uint32(len(ev.Raw)),
	}
	p := packer{payload: unsafe.String(unsafe.SliceData(ev.Raw), len(ev.Raw))}
	k.wire, k.text, k.id = p.place(ev.Wire), p.place(ev.Text), p.place(ev.ID)
	k.more = packMore(&p, ev, k.time == farTime)
	k.data = p.payload
	if len(p.extra) > 0 || cap(ev.Raw) > len(ev.Raw)+len(ev.Raw)/8 {
		k.data = p.payload + string(p.extra)
	}
	return k
}

func packMore(p *packer, ev *client.Event, far bool) *more {
	r, odd := ev.Result, ev.Heartbeat != nil || ev.Fault != nil || ev.Notice != nil || far
	if r == nil && !odd {
		return nil
	}
	m := &more{}
	if odd {
		m.rare = &rare{time: ev.Time, result: r != nil, heartbeat: ev.Heartbeat, fault: ev.Fault, notice: ev.Notice}
	}
	if r == nil {
		return m
	}
	m.index, m.query, m.sensor, m.sensorTime = r.ReadIndex, p.place(r.QueryID), p.place(r.SensorID), p.place(r.SensorTime)
	if r.Label != "" || r.Scores != nil || r.Unit != client.UnitNone || r.Shape != nil || r.Norm != 0 {
		if m.rare == nil {
			m.rare = &rare{result: true}
		}
		m.rare.label, m.rare.scores, m.rare.unit = p.place(r.Label), r.Scores, r.Unit
		m.rare.shape, m.rare.norm = r.Shape, r.Norm
	}
	return m
}

func (k *packed) at(p place) string { return k.data[p.from : p.from+p.n] }

// entry is the event as it was appended.
func (k *packed) entry() *Entry {
	if k.more == nil {
		e := &Entry{}
		k.unpack(e, nil)
		return e
	}
	g := &scratch{}
	k.unpack(&g.entry, &g.result)
	return &g.entry
}

// scratch is what an event is unpacked into, to be looked at.
type scratch struct {
	entry  Entry
	result client.Result
}

// unpack unpacks an event over the one before.
func (g *scratch) unpack(k *packed) *client.Event {
	k.unpack(&g.entry, &g.result)
	return &g.entry.Event
}

// unpack writes the event into e, and its Result, if it has one, into r. An event that has nothing more
// needs no r.
func (k *packed) unpack(e *Entry, r *client.Result) {
	*e = Entry{Seq: k.seq, Event: client.Event{
		Service: k.origin.service, Session: k.origin.session, Kind: k.kind, Level: k.level,
		Wire: k.at(k.wire), ID: k.at(k.id), Text: k.at(k.text), Time: k.moment(k.time), Received: k.moment(k.received),
	}}
	if k.raw > 0 {
		e.Raw = unsafe.Slice(unsafe.StringData(k.data), k.raw)
	}
	m := k.more
	if m == nil {
		return
	}
	if m.rare == nil {
		*r = client.Result{ReadIndex: m.index, QueryID: k.at(m.query), SensorID: k.at(m.sensor), SensorTime: k.at(m.sensorTime)}
		e.Result = r
		return
	}
	e.Heartbeat, e.Fault, e.Notice = m.rare.heartbeat, m.rare.fault, m.rare.notice
	if m.rare.result {
		*r = client.Result{
			Label: k.at(m.rare.label), Scores: m.rare.scores, Unit: m.rare.unit, Shape: m.rare.shape, Norm: m.rare.norm,
			QueryID: k.at(m.query), SensorID: k.at(m.sensor), SensorTime: k.at(m.sensorTime), ReadIndex: m.index,
		}
		e.Result = r
	}
}

// pointers is what the rows of the Store take for each event, with the room in which they grow.
const pointers = 2 * 10

// cost estimates what the event keeps alive, in bytes. What all events of a session share is not
// counted.
func (k *packed) cost() int64 {
	n := int(unsafe.Sizeof(*k)) + pointers + len(k.data)
	if k.more == nil {
		return int64(n)
	}
	n += int(unsafe.Sizeof(*k.more))
	if r := k.more.rare; r != nil {
		n += int(unsafe.Sizeof(*r)) + len(r.scores)*int(unsafe.Sizeof(client.Score{})) + len(r.shape)*8
		for _, s := range r.scores {
			n += len(s.Label)
		}
		if r.heartbeat != nil {
			n += int(unsafe.Sizeof(*r.heartbeat))
		}
		if r.notice != nil {
			n += int(unsafe.Sizeof(*r.notice))
		}
	}
	return int64(n)
}

// Finder is the first place in a text of many encoded events, at or after one, where an event may stand that matches
// a filter; -1 if there is none.
type Finder func(text string, at int) int

// Finder finds where in JSON, as lenswatch writes events, a match may be, without decoding any: whatever matches the
// filter has a text that is found there. It returns nil where that takes decoding, as for jq and for what excludes.
func (f Filter) Finder() Finder {
	if f.exclude {
		return nil
	}
	var n *needle
	switch t := f.test.(type) {
	case substring:
		n = t.needle
	case session:
		n = t.needle
	case pattern:
		n = t.must
	}
	if n == nil || strings.ContainsFunc(n.text, spelt) {
		return nil
	}
	return func(text string, at int) int {
		from, _ := n.find(text, at)
		return from
	}
}

// spelt reports whether a character may be spelt otherwise in JSON, by lenswatch or by a tool that has been over it.
func spelt(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\/<>&`, r) }
