package simulator

import (
	"math"
	"time"
)

// breach is how a fault breaks a connection off.
type breach struct {
	fault string // "" if none will
	after int64  // events from now
	once  bool
}

// breach finds the fault that breaks this connection off first.
func (r *reader) breach() breach {
	b := breach{after: math.MaxInt64}
	for _, name := range []string{FaultDrop, FaultEOF} {
		p, ok := r.s.sim.faults.get(name, r.s.id)
		if !ok {
			continue
		}
		after := int64(0)
		if !p.once {
			after = max(0, int64(p.n)-r.messages.Load())
		}
		if after < b.after {
			b = breach{name, after, p.once}
		}
	}
	return b
}

// deliver writes the next events from the ring. It reports whether there may be more at once, and
// false in ok when the stream is over.
func (r *reader) deliver() (more, ok bool) {
	end := r.breach()
	if end.fault == FaultEOF && end.after == 0 {
		r.spend(end)
		r.giveUp()
		return false, false
	}
	items := r.fetch()
	if len(items) == 0 {
		return false, true
	}
	split := r.s.sim.faults.has(FaultUTF8Split, r.s.id)
	render := r.renderer()
	r.buf = r.buf[:0]
	pos, sent := items[0].seq, int64(0)
	for _, it := range items {
		for ; it.n > 0; it = it.from(it.seq + 1) {
			if sent == end.after {
				r.moved(pos, sent)
				return true, r.write(r.buf) && (end.fault != FaultDrop || r.cut(end, render(nil, it)))
			}
			r.buf = render(r.buf, it)
			pos, sent = it.seq+1, sent+1
			if len(r.buf) < maxWrite && !split {
				continue
			}
			if !r.writeParts(r.buf, split) {
				return false, false
			}
			r.buf = r.buf[:0]
		}
	}
	r.moved(pos, sent)
	return true, r.write(r.buf)
}

// fetch takes the next items from the ring, noting what was lost because it is no longer there.
func (r *reader) fetch() []item {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if oldest := r.s.events.oldest(); r.pos < oldest {
		r.overruns.Add(int64(oldest - r.pos))
		r.s.lost += int64(oldest - r.pos)
		r.pos = oldest
	}
	return r.s.events.after(r.pos, maxFetch)
}

// moved notes that the events before pos were written.
func (r *reader) moved(pos uint64, sent int64) {
	r.messages.Add(sent)
	if sent > 0 {
		r.lastBusy = time.Now()
	}
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.pos = pos
}

// renderer returns the function that appends an item's first event in its frame, under the faults
// that are in force now.
func (r *reader) renderer() func([]byte, item) []byte {
	st, damage, ids := r.style(), r.damage(), !r.s.sim.cfg.NoIDs
	return func(b []byte, it item) []byte {
		switch {
		case it.wire:
			return append(b, it.payload...)
		case it.load != nil && damage == nil && st.plain():
			return it.load.appendEvent(b, it.seq, it.at)
		}
		payload, id := it.event(), ""
		if ids {
			id = r.s.cursor(it.seq)
		}
		if damage != nil {
			payload = damage(payload, it.seq)
		}
		return appendEvent(b, st, id, payload)
	}
}

// damage returns what faults do to payloads now, nil if nothing. It depends on the event's number
// alone, so that an event which is sent twice is the same twice.
func (r *reader) damage() func(payload []byte, seq uint64) []byte {
	type harm struct {
		every uint64
		do    func([]byte) []byte
	}
	var harms []harm
	add := func(fault string, do func([]byte, param) []byte) {
		if p, ok := r.s.sim.faults.get(fault, r.s.id); ok {
			harms = append(harms, harm{uint64(p.n), func(b []byte) []byte { return do(b, p) }})
		}
	}
	add(FaultUnknownType, func(b []byte, _ param) []byte { return retype(b, unknownType) })
	add(FaultMissingType, func(b []byte, _ param) []byte { return retype(b, "") })
	add(FaultBigEvent, func(b []byte, p param) []byte { return enlarge(b, p.size) })
	add(FaultBadJSON, func(b []byte, _ param) []byte { return cutJSON(b) })
	if len(harms) == 0 {
		return nil
	}
	return func(payload []byte, seq uint64) []byte {
		for _, h := range harms {
			if seq%h.every == 0 {
				payload = h.do(payload)
			}
		}
		return payload
	}
}

// write sends b, or holds it back where a proxy would. It reports false when the reader is gone.
func (r *reader) write(b []byte) bool {
	p, holding := r.s.sim.faults.get(FaultBursts, r.s.id)
	if !holding {
		return r.giveUp() && r.push(b)
	}
	if len(r.held) == 0 {
		r.release = time.Now().Add(r.s.sim.cfg.scaled(p.d))
	}
	r.held = append(r.held, b...)
	return len(r.held) < maxHeld || r.giveUp()
}

// giveUp sends what was held back.
func (r *reader) giveUp() bool {
	b := r.held
	r.held = nil
	return r.push(b)
}

// untilRelease sends what was held back if that is due, and returns how long until it is.
func (r *reader) untilRelease(now time.Time) (time.Duration, bool) {
	if len(r.held) == 0 {
		return never, true
	}
	if wait := r.release.Sub(now); wait > 0 && r.s.sim.faults.has(FaultBursts, r.s.id) {
		return wait, true
	}
	return never, r.giveUp()
}

// writeParts is write, in two parts if split is set.
func (r *reader) writeParts(b []byte, split bool) bool {
	if !split {
		return r.write(b)
	}
	i := splitPoint(b)
	if !r.push(b[:i]) {
		return false
	}
	return pause(r.ctx, splitPause) && r.push(b[i:])
}

// push sends b at once.
func (r *reader) push(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if r.ctx.Err() != nil || r.rc.SetWriteDeadline(time.Now().Add(writeTimeout)) != nil {
		return false
	}
	n, err := r.w.Write(b)
	r.bytes.Add(int64(n))
	return err == nil && r.rc.Flush() == nil
}

// cut sends a part of a frame, at least a byte and not all, and closes the connection.
func (r *reader) cut(end breach, frame []byte) bool {
	r.spend(end)
	r.giveUp()
	r.push(frame[:1+r.rng.IntN(len(frame)-1)])
	if conn, _, err := r.rc.Hijack(); err == nil {
		conn.Close()
	}
	return false
}

func (r *reader) spend(b breach) {
	if b.once {
		r.s.sim.faults.spend(b.fault, r.s.id)
	}
}
