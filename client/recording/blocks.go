package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"runtime"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client/guard"
)

const (
	// blockSize is how much is read at once, in bytes: what is under way fits in the caches of a processor.
	blockSize = 1 << 18
	// maxWorkers is how many goroutines look at blocks: more than the disk and the taker keep busy is of no use.
	maxWorkers = 4
)

// block is whole lines of a recording, and what becomes of them.
type block[T any] struct {
	lines []byte
	done  chan outcome[T]
}

type outcome[T any] struct {
	made T
	err  error
}

// Blocks reads the rest of a recording in blocks of whole lines, for those who need little of each line. Several
// goroutines call work, each with another block, and take is called with what it made, in the order of the
// recording and from this goroutine. What work makes may have parts of the block, until take returns. Blocks
// takes about 4 MiB, or twice the longest line. Afterwards, [Reader.Cut] says whether the recording is whole.
func Blocks[T any](r *Reader, work func(lines []byte) T, take func(T) error) (err error) {
	workers := min(runtime.GOMAXPROCS(0), maxWorkers)
	todo, inOrder := make(chan *block[T]), make(chan *block[T], workers)
	free := make(chan []byte, 2*workers+2)
	stop := make(chan struct{})
	var read error
	var tasks guard.Group
	tasks.Crashed = func(c *guard.Crash) { read = c } // a worker reports its own
	tasks.Go("recording", func() {
		defer close(inOrder)
		defer close(todo)
		read = r.blocks(free, func(lines []byte) bool {
			b := &block[T]{lines, make(chan outcome[T], 1)}
			for _, to := range []chan *block[T]{inOrder, todo} {
				select {
				case to <- b:
				case <-stop:
					return false
				}
			}
			return true
		})
	})
	for range workers {
		tasks.Go("recording", func() {
			for b := range todo {
				var o outcome[T]
				o.err = guard.Run("recording", func() error { o.made = work(b.lines); return nil })
				b.done <- o
			}
		})
	}
	for b := range inOrder {
		if err != nil {
			continue
		}
		select {
		case o := <-b.done:
			if err = o.err; err == nil {
				err = take(o.made)
			}
			select {
			case free <- b.lines[:0]:
			default:
			}
		case <-r.ctx.Done():
			err = r.ctx.Err()
		}
		if err != nil {
			close(stop)
		}
	}
	tasks.Wait()
	if err == nil {
		err = read
	}
	return err
}

// blocks reads blocks of whole lines until give returns false. It returns nil at the end of what can be read.
func (r *Reader) blocks(free <-chan []byte, give func([]byte) bool) error {
	var rest []byte // the beginning of a line
	for {
		var buf []byte
		select {
		case buf = <-free:
		default:
		}
		if cap(buf) < blockSize+len(rest) || cap(buf) > 4*blockSize {
			buf = make([]byte, 0, blockSize+len(rest))
		}
		buf = append(buf[:0], rest...)
		var err error
		for err == nil && len(buf) < cap(buf) {
			var n int
			n, err = r.lines.Read(buf[len(buf):cap(buf)])
			buf = buf[:len(buf)+n]
		}
		if r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.broken = bare(err)
			}
			if end := bytes.LastIndexByte(buf, '\n') + 1; !jsontext.Value(buf[end:]).IsValid() {
				buf = buf[:end] // the last line was cut
			}
			r.stopped = bytes.HasPrefix(lastLine(buf), []byte(`{"type":"end"`))
			if len(buf) > 0 {
				give(buf)
			}
			return nil
		}
		end := bytes.LastIndexByte(buf, '\n') + 1
		rest = append(rest[:0], buf[end:]...)
		if len(rest) > r.limit {
			if rest, err = nil, r.skipLine(); err != nil {
				return nil
			}
		}
		if end > 0 && !give(buf[:end]) {
			return nil
		}
	}
}

// skipLine skips the rest of a line that is too long.
func (r *Reader) skipLine() error {
	r.skipped++
	for n := 0; ; {
		part, err := r.lines.ReadSlice('\n')
		n += len(part)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, bufio.ErrBufferFull) && n <= r.maxLine && r.ctx.Err() == nil:
		case errors.Is(err, bufio.ErrBufferFull):
			r.broken = errLongLine
			return errLongLine
		default:
			return err
		}
	}
}

// lastLine is the last line of a text, without its end.
func lastLine(text []byte) []byte {
	text = bytes.TrimRight(text, "\r\n")
	return text[bytes.LastIndexByte(text, '\n')+1:]
}
