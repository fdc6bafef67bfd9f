package sse

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strconv"
	"time"
)

// A receiver puts the events together from the frames that the library hands on, and calls the
// Handler.
type receiver struct {
	ctx        context.Context // once it is done, nothing more is handed on
	handler    Handler
	retry      func(time.Duration) // called with the stream's retry fields
	sideBuffer *sideBuffer         // of the stream
	large      *Large
	texts      [][]byte // of the block, those that were not yet read

	lastID    string // the id in force
	id        string // the id that the next dispatch brings into force
	eventType string // of the event, if hasType
	hasType   bool
	data      []byte // of the event, if hasData
	hasData   bool
	own       bool // data stands in no block, or will not once it grows
	isLarge   bool // the data is put together in large
}

// connect forgets an event whose end did not come: a new stream is about to be read.
func (r *receiver) connect() {
	r.id = r.lastID
	r.sideBuffer, r.texts = &sideBuffer{}, nil
	r.reset()
}

func (r *receiver) reset() {
	if r.isLarge {
		r.large.end(r)
	}
	r.hasType, r.hasData, r.data, r.own, r.isLarge = false, false, nil, false, false
}

// receive takes the frames of a block.
func (r *receiver) receive(block []byte) {
	frames, ok := bytes.CutPrefix(block, []byte(idPrefix))
	for ok && len(frames) > 0 && r.ctx.Err() == nil {
		var frame []byte
		if frame, frames, ok = bytes.Cut(frames, []byte{tokenEnd}); len(frame) > 0 {
			r.token(frame[0], frame[1:])
		}
	}
}

func (r *receiver) token(kind byte, text []byte) {
	switch kind {
	case tokenData:
		r.line(text)
	case tokenMore:
		r.add(text)
	case tokenSideData:
		r.line(r.minSideText())
	case tokenSideMore:
		r.add(r.minSideText())
	case tokenType:
		r.hasType = len(text) > 0
		if string(text) != r.eventType { // most streams repeat one type: no copy for each event
			r.eventType = string(text)
		}
	case tokenID:
		r.id = string(text)
	case tokenEvent, tokenNothing, tokenSkip:
		r.endEvent(kind, text)
	case tokenComment:
		if r.handler.Comment != nil {
			r.handler.Comment(string(text))
		}
	case tokenRetry:
		r.retry(milliseconds(text))
	}
}

// line adds a line of data.
func (r *receiver) line(text []byte) {
	if !r.hasData {
		r.data, r.hasData = text, true
		return
	}
	// The block is ours, so lines are joined where they stand: what append overwrites has been read,
	// or is text, which it moves.
	if r.isLarge {
		r.large.add(r, []byte{'\n'})
	} else {
		r.data = append(r.data, '\n')
	}
	r.add(text)
}

// add adds to the event's data.
func (r *receiver) add(text []byte) {
	if !r.isLarge && len(r.data)+len(text) <= smallEvent {
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

// minSideText is the next text that waits outside the block. Data that stands in the block does not grow
// there by one: what follows it has not been read.
func (r *receiver) minSideText() (text []byte) {
	if len(r.texts) == 0 {
		r.texts = r.sideBuffer.take()
	}
	if len(r.texts) > 0 {
		text, r.texts = r.texts[0], r.texts[1:]
	}
	if !r.own {
		r.data, r.own = slices.Clip(r.data), true
	}
	return text
}

func (r *receiver) endEvent(kind byte, text []byte) {
	r.lastID = r.id
	var skipped error
	if r.isLarge && kind == tokenEvent {
		if r.data = r.large.whole(r); r.data == nil {
			kind, skipped = tokenSkip, ErrSlow
		}
	}
	switch {
	case kind == tokenNothing && r.hasType && r.handler.Bare != nil:
		r.handler.Bare(r.eventType)
	case kind == tokenEvent && r.handler.Event != nil:
		// A handler that appends to the data must not write on the next frames.
		e := Event{Type: "message", Data: r.data[:len(r.data):len(r.data)], ID: r.lastID}
		if r.hasType {
			e.Type = r.eventType
		}
		r.handler.Event(e)
	case kind == tokenSkip && r.handler.State != nil:
		size, _ := strconv.ParseInt(string(text), 10, 64)
		r.handler.State(State{Code: Skipped, At: time.Now(), Size: size, Err: skipped})
	}
	r.reset()
}

// milliseconds is the time that digits stand for, the longest there is if they are too many.
func milliseconds(digits []byte) time.Duration {
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || n > math.MaxInt64/int64(time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(n) * time.Millisecond
}
