package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/klauspost/compress/zstd"
)

// file is what an output writes to.
type file interface {
	io.WriteCloser
	Truncate(size int64) error
}

// opener makes a new file, and fails if it exists.
type opener func(path string) (file, error)

func openFile(path string) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w; recordings never overwrite files. Choose another name or remove it", fs.ErrExist)
	}
	if err != nil {
		return nil, bare(err)
	}
	return f, nil
}

// output is the newest file of a recording. It belongs to one goroutine.
type output struct {
	path string
	open opener
	opts *Options
	enc  *zstd.Encoder // nil: not compressed

	file    file
	start   time.Time
	buf     []byte // whole lines that are not written
	packed  []byte
	pending int64 // events in buf
	size    int64 // bytes in the file, all of them good
	part    int
	events  int64 // written, over all files
	first   int64 // events when this file began
	left    int64 // events that were left out of this file
	dropped int64 // events in buf that could not be written
	last    bool  // there will be no other file
	err     error // nothing is written any more
	warning error
}

// startFile opens the first file.
func (o *output) startFile(now time.Time) error {
	f, err := o.open(o.path)
	if err != nil {
		return err
	}
	o.use(f, now)
	return o.err
}

// use writes to a new file from now on, and its header first.
func (o *output) use(f file, now time.Time) {
	o.file, o.start, o.size, o.first, o.left = f, now, 0, o.events, 0
	o.part++
	zone, offset := now.Zone()
	o.add(Item{At: now, Entry: Header{
		Format: Format, Version: Version, Lenswatch: o.opts.Lenswatch, Zone: zone, UTCOffset: offset, Services: o.opts.Services, Part: o.part,
	}})
	o.flush()
}

// add encodes an item, and writes what has become a chunk.
func (o *output) add(it Item) {
	if events, ok := it.Entry.(Events); ok {
		o.addEvents(events)
		return
	}
	if o.err != nil {
		return
	}
	buf, err := appendEntry(o.buf, o.start, it)
	if err != nil {
		o.warning = fmt.Errorf("can't write an entry of type %s: %w", it.Entry.Type(), err)
		return
	}
	o.buf = buf
	o.flushChunk()
}

func (o *output) addEvents(events Events) {
	for i := range events {
		if o.err != nil {
			o.dropped += int64(len(events) - i)
			return
		}
		o.buf = appendLine(o.buf, o.start, &events[i])
		o.pending++
		o.flushChunk()
	}
}

func (o *output) flushChunk() {
	if len(o.buf) >= chunk {
		o.flush()
	}
}

// flush writes the lines that wait. Compressed, they are one whole frame.
func (o *output) flush() {
	if len(o.buf) == 0 || o.err != nil {
		return
	}
	out := o.buf
	if o.enc != nil {
		o.packed = o.enc.EncodeAll(o.buf, o.packed[:0])
		out = o.packed
	}
	n, err := o.file.Write(out)
	if err == nil && n < len(out) {
		err = io.ErrShortWrite
	}
	if err != nil {
		o.fail(err, out[:n])
		return
	}
	o.size += int64(n)
	o.events += o.pending
	o.reset()
}

// reset forgets what was written, and memory that one large chunk needed.
func (o *output) reset() {
	o.pending, o.buf = 0, o.buf[:0]
	if cap(o.buf) > 16*chunk {
		o.buf, o.packed = nil, nil
	}
}

// fail ends the recording. Of what was written last, the whole lines stay.
func (o *output) fail(err error, written []byte) {
	if o.enc == nil {
		o.size += int64(bytes.LastIndexByte(written, '\n') + 1)
	}
	o.err = bare(err)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, io.ErrShortWrite) {
		o.err = fmt.Errorf("%w (%w)", o.err, errDisk)
	}
	// A line that stays cut is no loss: readers leave it out.
	_ = o.file.Truncate(o.size)
	_ = o.file.Close()
	o.dropped += o.pending
	o.reset()
}

// finish writes the last line and closes the file.
func (o *output) finish(goesOn bool) {
	if o.err != nil {
		return
	}
	o.add(Item{At: time.Now(), Entry: End{Events: o.events + o.pending - o.first, Lost: o.left, Continues: goesOn}})
	o.flush()
	if o.err != nil {
		return
	}
	if err := o.file.Close(); err != nil {
		o.err = bare(err)
	}
}

// rotate continues in another file. If that cannot be, it continues in this one.
func (o *output) rotate(now time.Time) {
	o.flush()
	if o.err != nil {
		return
	}
	if err := o.shift(); err != nil {
		o.stay(err)
		return
	}
	f, err := o.open(o.path)
	if err != nil {
		_ = os.Rename(o.path+".1", o.path)
		o.stay(err)
		return
	}
	o.finish(true)
	o.warning, o.err = o.err, nil // the file before has no end, but all that it held
	o.use(f, now)
}

// stay notes that there will be no other file.
func (o *output) stay(err error) {
	o.last = true
	o.warning = fmt.Errorf("%s has reached its maximum size, but no new file could be created, so it keeps growing: %w", o.path, err)
}

// shift gives the file the name that ends in ".1", after each older file got the next number.
func (o *output) shift() error {
	numbered := func(n int) string { return o.path + "." + strconv.Itoa(n) }
	last := 1
	for ; ; last++ {
		if _, err := os.Lstat(numbered(last)); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return bare(err)
		}
	}
	for n := last; n > 1; n-- {
		if err := os.Rename(numbered(n-1), numbered(n)); err != nil {
			return bare(err)
		}
	}
	return bare(os.Rename(o.path, numbered(1)))
}

// bare is an error of the file system without the path, which is said before it.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
