package stats

import (
	"bytes"
	"sync"
	"time"

	"lenswatch/client/recording"
)

// mark is a line that is no event, and the number of the event before which it stands.
type mark struct {
	before int
	item   recording.Item
}

// part is what was read of a block of lines.
type part struct {
	scan    recording.Scanner
	events  []Event
	marks   []mark
	skipped int64
}

// Recording counts the rest of a recording. It returns how many lines could not be read.
func (c *Collector) Recording(r *recording.Reader) (skipped int64, err error) {
	base := r.Start().UnixNano()
	parts := sync.Pool{New: func() any { return new(part) }}
	err = recording.Blocks(r, func(lines []byte) *part { return readPart(parts.Get().(*part), lines, r.Start()) }, func(p *part) error {
		next := 0
		for _, m := range p.marks {
			for ; next < m.before; next++ {
				c.Add(base+int64(p.events[next].T), &p.events[next])
			}
			if _, ok := m.item.Entry.(recording.Header); ok { // another file of the same recording
				base = m.item.At.UnixNano()
			}
			c.Entry(m.item)
		}
		for ; next < len(p.events); next++ {
			c.Add(base+int64(p.events[next].T), &p.events[next])
		}
		skipped += p.skipped
		parts.Put(p)
		return nil
	})
	return skipped + r.Skipped(), err
}

// passing are the lines that say nothing that is counted.
var passing = [][]byte{[]byte(`{"type":"batch"`), []byte(`{"type":"verdict"`)}

func readPart(p *part, lines []byte, start time.Time) *part {
	p.events, p.marks, p.skipped = p.events[:0], p.marks[:0], 0
	for len(lines) > 0 {
		line := lines
		if end := bytes.IndexByte(lines, '\n'); end >= 0 {
			line, lines = lines[:end], lines[end+1:]
		} else {
			lines = nil
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		if recording.IsEvent(line) {
			p.events = append(p.events, Event{})
			ev := &p.events[len(p.events)-1]
			if p.scan.Brief(line, &ev.Brief) != nil {
				p.events, p.skipped = p.events[:len(p.events)-1], p.skipped+1
				continue
			}
			Prepare(ev)
			continue
		}
		if passes(line) {
			continue
		}
		it, err := recording.Parse(line)
		if ev, ok := it.Entry.(recording.Event); ok && err == nil {
			p.events = append(p.events, Event{Brief: recording.BriefOf(&ev.Event)})
			last := &p.events[len(p.events)-1]
			last.T = it.At.Sub(start)
			Prepare(last)
			continue
		}
		if err != nil || it.Entry == nil {
			p.skipped++
			continue
		}
		p.marks = append(p.marks, mark{len(p.events), it})
	}
	return p
}

func passes(line []byte) bool {
	for _, prefix := range passing {
		if bytes.HasPrefix(line, prefix) {
			return true
		}
	}
	return len(line) == 0
}
