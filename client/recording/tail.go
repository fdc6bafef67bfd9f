package recording

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"lenswatch/client/localfile"
)

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
