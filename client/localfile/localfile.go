// Package localfile opens the files that people name: settings, keys, ledgers, recordings.
//
// What it promises: what is no regular file (a FIFO, a device, a socket, a folder) is refused at once
// and is not even opened, no file is read beyond a bound, and a read ends when its context does.
package localfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// ErrNotRegular: the name is that of something else than a regular file.
var ErrNotRegular = errors.New("it is not a regular file")

// ErrNotOwn: the file belongs to somebody else, or somebody else may write it.
var ErrNotOwn = errors.New("another user controls this file")

// ErrTooLarge: the file is larger than the bound.
var ErrTooLarge = errors.New("the file is too large")

// Open opens a regular file for reading. Errors name the path, and wrap [ErrNotRegular] or what the
// system said.
func Open(path string) (*os.File, error) {
	// Looked at first: to open a device can have effects of its own.
	info, err := os.Stat(path)
	if err == nil {
		err = regular(path, info)
	}
	if err != nil {
		return nil, err
	}
	// Not waited for: it may have been replaced by a FIFO meanwhile.
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = regular(path, info)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func regular(path string, info fs.FileInfo) error {
	kinds := []struct {
		mode fs.FileMode
		name string
	}{
		{fs.ModeDir, "a folder"}, {fs.ModeNamedPipe, "a named pipe"}, {fs.ModeSocket, "a socket"}, {fs.ModeDevice, "a device"},
	}
	if info.Mode().IsRegular() {
		return nil
	}
	for _, k := range kinds {
		if info.Mode()&k.mode != 0 {
			return &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("%w but %s", ErrNotRegular, k.name)}
		}
	}
	return &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
}

// Append opens a regular file to append to it, and makes it if there is none. Only its owner can read it.
func Append(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|nonblock, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = regular(path, info)
	}
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Read reads a regular file of at most limit bytes. A larger one is an error that wraps [ErrTooLarge].
func Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return ReadFrom(ctx, f, limit)
}

// ReadFrom is [Read] of a file that is open. It does not close it.
func ReadFrom(ctx context.Context, f *os.File, limit int64) ([]byte, error) {
	defer Interrupt(ctx, f)()
	data, err := io.ReadAll(io.LimitReader(Reader(ctx, f), limit+1))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	case int64(len(data)) > limit:
		return nil, &fs.PathError{Op: "read", Path: f.Name(), Err: fmt.Errorf("%w: it has more than %d bytes", ErrTooLarge, limit)}
	}
	return data, nil
}

// Reader reads r until ctx is done, and fails with ctx's error then. A read that waits is ended by
// [Interrupt].
func Reader(ctx context.Context, r io.Reader) io.Reader { return &reader{ctx, r} }

type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// Interrupt ends a read of f that waits, as some files of the system let one, once ctx is done. Stop
// has to be called when f is no longer read.
func Interrupt(ctx context.Context, f *os.File) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) }) // most files know none, and do not wait
}
