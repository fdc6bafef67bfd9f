package recording

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"lenswatch/client"
	"lenswatch/client/localfile"
)

const (
	// maxLine is the longest line that is read, in bytes: an event of 16 MiB, and what its encoding
	// adds. Longer lines are skipped, and counted.
	maxLine = 32 << 20

	// maxHeader is the longest first line.
	maxHeader = 1 << 20

	// maxSkip is the longest line that is skipped. A longer one ends the recording.
	maxSkip = 1 << 30

	// maxWindow is how much memory a compressed file may ask for.
	maxWindow = 64 << 20

	// maxRatio is how many bytes a compressed file may become for each of its own, beyond minOutput.
	// Recordings have frames of a second, which do not shrink like that.
	maxRatio  = 2000
	minOutput = 1 << 30

	// turn is how much is skipped before [Reader.Next] returns [ErrPause].
	turn = 16 << 20
)

// Reader reads a recording from its beginning, line by line. It keeps one line in memory. Use [Open].
type Reader struct {
	ctx     context.Context
	stop    func() bool // of the watch on ctx
	file    *os.File
	text    *meter
	zstd    *zstd.Decoder // nil: not compressed
	lines   *bufio.Reader
	events  eventReader
	long    []byte // a line that does not fit into the buffer
	header  Header
	start   time.Time
	base    time.Time // what t counts from
	limit   int       // of a line
	maxLine int       // of a line that is skipped
	passed  int       // of a line that is being skipped
	skipped int64
	stopped bool  // the last line was read
	broken  error // why no more can be read, but for the end of the file
}

// Open opens a recording, compressed or not, whatever its name. It fails if the name is not that of a
// regular file, or if the first line is no header, or one of a later version. Reading ends with ctx.
func Open(ctx context.Context, path string) (*Reader, error) {
	f, err := localfile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", path, bare(err))
	}
	r := &Reader{ctx: ctx, stop: localfile.Interrupt(ctx, f), file: f, limit: maxLine, maxLine: maxHeader}
	if err := r.readHeader(); err != nil {
		r.Close()
		return nil, fmt.Errorf("open recording %s: %w", path, err)
	}
	return r, nil
}

// ErrNoRecording: the file is something else.
var ErrNoRecording = errors.New("it is not a lenswatch recording")

// ErrNothingLeft: no line of the recording is whole.
var ErrNothingLeft = errors.New("the recording is truncated within its first line; there is nothing to read")

// zstdMagic begins every frame.
var zstdMagic = [4]byte{0x28, 0xb5, 0x2f, 0xfd}

func (r *Reader) readHeader() error {
	var magic [4]byte
	if _, err := r.file.ReadAt(magic[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return bare(err)
	}
	info, err := r.file.Stat()
	if err != nil {
		return bare(err)
	}
	source := localfile.Reader(r.ctx, r.file)
	r.text = &meter{r: source, most: math.MaxInt64}
	if magic == zstdMagic {
		r.zstd, err = zstd.NewReader(source, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return err
		}
		r.text = &meter{r: localfile.Reader(r.ctx, r.zstd), most: max(minOutput, maxRatio*info.Size())}
	}
	r.lines = bufio.NewReaderSize(r.text, 64<<10)
	line, err := r.read(maxHeader)
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if len(line) == 0 && err != nil {
		if errors.Is(r.broken, errLongLine) {
			return fmt.Errorf("%w: the first line is not a header", ErrNoRecording)
		}
		if errors.Is(r.broken, io.ErrUnexpectedEOF) {
			return ErrNothingLeft
		}
		if r.broken != nil {
			return fmt.Errorf("can't read it: %w", r.broken)
		}
		return fmt.Errorf("%w: it is empty", ErrNoRecording)
	}
	it, err := r.parse(line)
	h, ok := it.Entry.(Header)
	switch {
	case err != nil, !ok, h.Format != Format, h.Version < 1:
		return fmt.Errorf("%w: the first line is not a header", ErrNoRecording)
	case h.Version > Version:
		return fmt.Errorf("it was written by a newer lenswatch (%s) in format version %d; this one reads up to version %d: use the newer one",
			shortLine(h.Lenswatch), h.Version, Version)
	}
	r.header, r.start, r.maxLine = h, it.At, maxSkip
	return nil
}

// Header is the first line.
func (r *Reader) Header() Header { return r.header }

// Start is what the times of the recording count from.
func (r *Reader) Start() time.Time { return r.start }

// Skipped is how many lines were skipped so far, because their type is not known, or because they
// are no JSON or too long.
func (r *Reader) Skipped() int64 { return r.skipped }

// Cut says, after Next returned [io.EOF], why the recording has no end; nil if it has one.
func (r *Reader) Cut() error {
	switch {
	case r.stopped && r.broken == nil:
		return nil
	case r.broken != nil && !errors.Is(r.broken, io.ErrUnexpectedEOF):
		return fmt.Errorf("the recording is damaged; reading it up to the damage: %w", r.broken)
	}
	return errors.New("the recording is truncated; reading it up to its last complete line: lenswatch crashed, or is still recording")
}

// Close closes the file.
func (r *Reader) Close() error {
	r.stop()
	if r.zstd != nil {
		r.zstd.Close()
	}
	return r.file.Close()
}

// ErrPause: there was nothing in the last 16 MiB but what is skipped. Another call continues.
var ErrPause = errors.New("skipping damaged data")

// errLongLine: a line has no end within what is skipped.
var errLongLine = errors.New("a line is too long")

// errInflated: a compressed file becomes more than any recording does.
var errInflated = errors.New("it expands more than 2,000 times when decompressed (not a recording?)")

// meter counts what is read, and fails beyond a limit.
type meter struct {
	r    io.Reader
	n    int64
	most int64
}

func (m *meter) Read(p []byte) (int, error) {
	if m.n > m.most {
		return 0, errInflated
	}
	n, err := m.r.Read(p)
	m.n += int64(n)
	return n, err
}

// Next returns the next line. After the last whole one it returns [io.EOF]; see [Reader.Cut]. It
// fails with [ErrPause] where much is skipped, and with the context's error when that is done.
func (r *Reader) Next() (Item, error) {
	begun := r.text.n
	for {
		if r.text.n-begun > turn {
			return Item{}, ErrPause
		}
		line, err := r.read(r.limit)
		switch {
		case errors.Is(err, ErrPause):
			return Item{}, err
		case r.ctx.Err() != nil:
			return Item{}, r.ctx.Err()
		}
		if len(line) == 0 && err != nil {
			return Item{}, io.EOF
		}
		it, parseErr := r.parse(line)
		switch {
		case parseErr != nil && err != nil:
			return Item{}, io.EOF // the last line was cut
		case parseErr != nil, it.Entry == nil:
			r.skipped++
			continue
		}
		_, r.stopped = it.Entry.(End)
		return it, nil
	}
}

// parse reads a line. The Entry is nil where the type is not known.
func (r *Reader) parse(line []byte) (it Item, err error) {
	if bytes.HasPrefix(line, eventStart) {
		return r.parseEvent(line)
	}
	var s lineStart
	if err := json.Unmarshal(line, &s, reading); err != nil {
		return it, err
	}
	switch s.Type {
	case Event{}.Type():
		return r.parseEvent(line)
	case Header{}.Type(): // another file of the same recording, put behind this one
		r.base = s.Time
	}
	it.At = r.base.Add(time.Duration(s.T))
	it.Entry, err = parseEntry(s.Type, line)
	return it, err
}

var eventStart = []byte(`{"type":"event","t":`)

func (r *Reader) parseEvent(line []byte) (it Item, err error) {
	ev, t, err := r.events.read(line)
	if err != nil {
		return it, err
	}
	it.At = r.base.Add(t)
	ev.Received = it.At
	it.Entry = Event{ev}
	return it, nil
}

// read returns the next line that is no longer than limit, without its end. It is good until the
// next call. The error is set when nothing follows the line.
func (r *Reader) read(limit int) ([]byte, error) {
	begun := r.text.n
	for {
		r.long = r.long[:0]
		size := r.passed
		r.passed = 0
		for {
			part, err := r.lines.ReadSlice('\n')
			size += len(part)
			whole := err == nil
			if whole && len(r.long) == 0 && size <= limit {
				return bytes.TrimRight(part, "\r\n"), nil
			}
			if size <= limit {
				r.long = append(r.long, part...)
			}
			if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
				return r.last(err, size <= limit)
			}
			if whole {
				break
			}
			switch {
			case size > r.maxLine:
				return r.last(errLongLine, false)
			case size > limit && r.text.n-begun > turn:
				r.passed = size
				return nil, ErrPause
			}
		}
		if size <= limit {
			return bytes.TrimRight(r.long, "\r\n"), nil
		}
		r.skipped++
		r.long = nil
	}
}

// last returns what stands before the end of what can be read.
func (r *Reader) last(err error, fits bool) ([]byte, error) {
	if !errors.Is(err, io.EOF) {
		r.broken = bare(err)
	}
	if !fits {
		r.long = nil
	}
	return r.long, err
}

// shortLine is text of a file for an error, and not too much of it.
func shortLine(s string) string {
	s = client.Line1(s)
	return s[:min(len(s), 64)]
}

const (
	// tailSize is how much of a file's end is looked at for its last time.
	tailSize = 4 << 20

	// maxTries is how many frames are looked at for one that holds a line. What looks like the beginning of
	// one may be anything.
	maxTries = 16

	// tailLines is how many lines before the end may have it: they are nearly in order of time.
	tailLines = 16
)

// Length is how long the recording is, found at the end of the file without reading what stands
// before. It reports false where that end reports nothing.
func (r *Reader) Length() (time.Duration, bool) {
	info, err := r.file.Stat()
	if err != nil {
		return 0, false
	}
	tail := make([]byte, min(info.Size(), tailSize))
	n, err := r.file.ReadAt(tail, info.Size()-int64(len(tail)))
	if err != nil && err != io.EOF {
		return 0, false
	}
	if tail = tail[:n]; r.zstd != nil {
		tail = lastFrames(r.ctx, tail)
	}
	var newest time.Time
	for range tailLines {
		tail = bytes.TrimRight(tail, "\r\n")
		begin := bytes.LastIndexByte(tail, '\n') + 1
		var s lineStart
		if json.Unmarshal(tail[begin:], &s, reading) == nil && s.Time.After(newest) {
			newest = s.Time
		}
		tail = tail[:begin]
	}
	return max(0, newest.Sub(r.start)), !newest.IsZero()
}

// lastFrames decompresses the newest frames that begin in tail: so many that they hold a line.
func lastFrames(ctx context.Context, tail []byte) []byte {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil
	}
	defer dec.Close()
	for end, tries := len(tail), 0; end > 0 && tries < maxTries; tries++ {
		begin := bytes.LastIndex(tail[:end], zstdMagic[:])
		if begin < 0 || dec.Reset(bytes.NewReader(tail[begin:])) != nil {
			return nil
		}
		text, _ := io.ReadAll(io.LimitReader(localfile.Reader(ctx, dec), maxLine)) // what was read before an error counts
		if bytes.IndexByte(text, '\n') > 0 && text[0] == '{' {
			return text
		}
		end = begin
	}
	return nil
}
