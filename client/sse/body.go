package sse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// The buffer for reading the wire starts small, so that a thousand quiet streams cost little, and
// doubles while reads fill it.
const (
	minRead = 512
	maxRead = 16 << 10
)

// maxBlock is what the library may have to hold: no block is larger. A block has the frames of at
// most maxRead+maxLine bytes of the stream, which U+FFFD can make three times as long (a frame
// around a text is never longer than its line), and an id of at most three times maxLine.
const maxBlock = 256 << 10

// A body is the repaired body of an event stream: it reads the stream as it is and gives the
// library one canonical block with each Read, or the next part of it where dst is too small for all.
type body struct {
	ctx     context.Context // of this attempt
	cancel  context.CancelCauseFunc
	src     io.ReadCloser
	onBytes func(n int, at time.Time) // Handler.Bytes, may be nil
	idle    *time.Timer               // ends the attempt, nil without a read timeout
	limit   time.Duration             // of idle

	parser     parser
	sideBuffer *sideBuffer
	buf        []byte
	block      []byte // what is left of the current block
	err        error  // why there is no next block
}

func (r *run) newBody(ctx context.Context, cancel context.CancelCauseFunc, src io.ReadCloser) *body {
	b := &body{
		ctx: ctx, cancel: cancel, src: src,
		onBytes:    r.handler.Bytes,
		limit:      r.source.o.ReadTimeout,
		parser:     parser{limit: int64(r.source.o.MaxEventBytes)},
		sideBuffer: r.sideBuffer,
		buf:        make([]byte, minRead),
	}
	if b.limit > 0 {
		b.idle = time.AfterFunc(b.limit, func() { cancel(ErrReadTimeout) })
		b.idle.Stop()
	}
	return b
}

// Read never gives a part of a block together with an error, and never io.EOF, which the library
// would take for the end of its work: what came before the end is handed on first.
func (b *body) Read(dst []byte) (int, error) {
	for len(b.block) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		b.fill()
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
		var texts [][]byte
		if b.block, texts = b.parser.take(); len(texts) > 0 {
			b.sideBuffer.put(texts)
		}
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
