package sse

import (
	"context"
	"math"
	"strconv"
	"time"
)

// A receiver makes events of the fields of a stream, and calls the Handler. Texts that it is given are
// good until settle.
type receiver struct {
	ctx     context.Context // once it is done, nothing more is handed on
	handler Handler
	retry   func(time.Duration) // called with the stream's retry fields
	large   *Large

	lastID    string // the id in force
	id        string // the id that the next empty line brings into force
	eventType string // of the event, if hasType
	hasType   bool
	data      []byte // of the event, if hasData
	hasData   bool
	own       bool // data is a copy
	isLarge   bool // the data is put together in large
}

// connect forgets an event whose end did not come: a new stream is about to be read.
func (r *receiver) connect() {
	r.id = r.lastID
	r.reset()
}

func (r *receiver) reset() {
	if r.isLarge {
		r.large.end(r)
	}
	r.hasType, r.hasData, r.data, r.own, r.isLarge = false, false, nil, false, false
}

// settle copies data that stands in memory which is about to be used again.
func (r *receiver) settle() {
	if r.hasData && !r.own && !r.isLarge {
		r.data, r.own = append([]byte(nil), r.data...), true
	}
}

func (r *receiver) setType(text []byte) {
	r.hasType = len(text) > 0
	if string(text) != r.eventType { // most streams repeat one type: no copy for each event
		r.eventType = string(text)
	}
}

func (r *receiver) comment(text []byte) {
	if r.handler.Comment != nil && r.ctx.Err() == nil {
		r.handler.Comment(string(text))
	}
}

// line adds a line of data.
func (r *receiver) line(text []byte) {
	if !r.hasData {
		r.data, r.hasData = text, true
		return
	}
	r.add([]byte{'\n'})
	r.add(text)
}

// add adds to the event's data.
func (r *receiver) add(text []byte) {
	if !r.isLarge && len(r.data)+len(text) <= smallEvent {
		r.settle()
		r.data = append(r.data, text...)
		return
	}
	if !r.isLarge {
		r.isLarge = true
		r.large.begin(r.ctx, r, r.data)
	}
	r.data = nil
	r.large.add(r, text)
}

// end brings the id into force, unless the rest of the stream is not handed on any more, and calls f if
// there is one.
func (r *receiver) end(f func()) {
	if r.ctx.Err() == nil {
		if r.lastID = r.id; f != nil {
			f()
		}
	}
	r.reset()
}

// dispatch ends an event that has data.
func (r *receiver) dispatch() {
	if r.isLarge {
		if r.data = r.large.whole(r); r.data == nil {
			r.skip(0, ErrSlow)
			return
		}
	}
	if r.handler.Event == nil {
		r.end(nil)
		return
	}
	r.end(func() {
		// A handler that appends to the data must not write on what follows it.
		e := Event{Type: "message", Data: r.data[:len(r.data):len(r.data)], ID: r.lastID}
		if r.hasType {
			e.Type = r.eventType
		}
		r.handler.Event(e)
	})
}

// bare ends an event without data.
func (r *receiver) bare() {
	r.end(func() {
		if r.hasType && r.handler.Bare != nil {
			r.handler.Bare(r.eventType)
		}
	})
}

// skip ends an event that is not handed on, because of its size or of err.
func (r *receiver) skip(size int64, err error) {
	r.end(func() {
		if r.handler.State != nil {
			r.handler.State(State{Code: Skipped, At: time.Now(), Size: size, Err: err})
		}
	})
}

// milliseconds is the time that digits stand for, the longest there is if they are too many.
func milliseconds(digits []byte) time.Duration {
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || n > math.MaxInt64/int64(time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(n) * time.Millisecond
}
