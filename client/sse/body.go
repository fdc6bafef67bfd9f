package sse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"gopkg.in/cenkalti/backoff.v1" // the version of the library

	"lenswatch/client/guard"
)

// The buffer for reading the wire starts small, so that a thousand quiet streams cost little, and
// doubles while reads fill it.
const (
	minRead = 512
	maxRead = 16 << 10
)

// maxBlock is the longest block, in bytes: the library has a buffer of that size for each stream. A longer id is stored for it
// instead.
const maxBlock = 512

// What a block is made of. The "=" lets an empty id replace another, which the library would otherwise keep.
const (
	blockID  = "id:="
	blockEnd = "\n\n"
	idPrefix = "="
)

// A body is the body of an event stream, as the library reads it: with each read of the wire the parser hands
// on what came, and the library gets a block with the newest last event id, if that has changed.
type body struct {
	ctx     context.Context // of this attempt
	cancel  context.CancelCauseFunc
	src     io.ReadCloser
	onBytes func(n int, at time.Time) // Handler.Bytes, may be nil
	idle    *time.Timer               // ends the attempt, nil without a read timeout
	limit   time.Duration             // of idle

	parser parser
	buf    []byte
	lastID string        // as the library has it
	stored *atomic.Value // where the library has it
	block  []byte        // what is left of the current block
	err    error         // why there is no next block
}

func (r *run) newBody(ctx context.Context, cancel context.CancelCauseFunc, src io.ReadCloser) *body {
	b := &body{
		ctx: ctx, cancel: cancel, src: src,
		onBytes: r.handler.Bytes,
		limit:   r.source.o.ReadTimeout,
		parser:  parser{to: &r.receiver, limit: int64(r.source.o.MaxEventBytes)},
		buf:     make([]byte, minRead),
		lastID:  r.lastID,
		stored:  &r.client.LastEventID,
	}
	if b.limit > 0 {
		b.idle = time.AfterFunc(b.limit, func() { cancel(ErrReadTimeout) })
		b.idle.Stop()
	}
	return b
}

// Read never gives a part of a block together with an error, and never io.EOF, which the library
// would take for the end of its work. A panic of the handler ends the stream: Run hands it on.
func (b *body) Read(dst []byte) (int, error) {
	for len(b.block) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		if crash := guard.Do("stream", b.fill); crash != nil {
			b.err = backoff.Permanent(crash)
		}
		if id := b.parser.to.lastID; id != b.lastID {
			b.lastID = id
			if b.block = append(append(append(b.block, blockID...), id...), blockEnd...); len(b.block) > maxBlock {
				b.stored.Store([]byte(idPrefix + id))
				b.block = nil
			}
		}
	}
	n := copy(dst, b.block)
	b.block = b.block[n:]
	return n, nil
}

// fill makes one read of the wire. The idle timer runs only meanwhile: a handler that holds the
// stream back is not the line's silence.
func (b *body) fill() {
	if err := b.ctx.Err(); err != nil { // the transport would notice later, after more reads
		b.err = b.reason(err)
		return
	}
	if b.idle != nil {
		b.idle.Reset(b.limit)
	}
	n, err := b.src.Read(b.buf)
	if b.idle != nil {
		b.idle.Stop()
	}
	if n > 0 {
		if b.onBytes != nil {
			b.onBytes(n, time.Now())
		}
		b.parser.feed(b.buf[:n])
	}
	if n == len(b.buf) && n < maxRead {
		b.buf = make([]byte, 2*n)
	}
	if err != nil {
		b.err = b.reason(err)
	}
}

// reason is why the stream ended: our own reason to end it, if there is one, before what the
// network made of that.
func (b *body) reason(err error) error {
	switch cause := context.Cause(b.ctx); {
	case cause != nil:
		err = cause
	case errors.Is(err, io.EOF):
		err = ErrEOF
	}
	return &Error{Phase: PhaseBody, Status: http.StatusOK, Err: err}
}

// Close ends the attempt.
func (b *body) Close() error {
	b.cancel(nil)
	return b.src.Close()
}

// A cancelBody is the body of an answer that is no stream; closing it ends the attempt.
type cancelBody struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

func (b cancelBody) Close() error {
	b.cancel(nil)
	return b.ReadCloser.Close()
}
