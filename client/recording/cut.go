package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"lenswatch/client"
)

// CutOptions says which part of a recording is copied.
type CutOptions struct {
	From, To time.Time // zero: from the start, to the end
	Session  string    // only this one, and what is known of its account; empty: all
}

// Cutout is what was copied.
type Cutout struct {
	Events  int64
	Skipped int64 // lines that could not be read
	// Truncated says why the recording has no end, where the part reaches that far: then the copy has none either.
	Truncated error
}

// ErrNoPart: a recording has nothing of the part that was to be copied.
var ErrNoPart = errors.New("nothing to copy")

// Cut copies a part of a recording into a new file, compressed if its name ends in .zst. Events are copied as they
// are. What was known at From is copied too, so that the part plays by itself: records, lists, streams, and the notices
// and first events of streams. It fails if the file exists, and with [ErrNoPart] if the recording has nothing from those times or of that session; it
// leaves no file behind if it fails.
func Cut(ctx context.Context, from, to string, o CutOptions) (done Cutout, err error) {
	r, err := Open(ctx, from)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if o.From.IsZero() {
		o.From = r.Start()
	}
	f, err := openFile(to)
	if err != nil {
		return done, fmt.Errorf("save to %s: %w", to, err)
	}
	out := io.WriteCloser(f)
	if strings.HasSuffix(strings.ToLower(to), ".zst") {
		z, err := zstd.NewWriter(f)
		if err != nil {
			return done, errors.Join(err, f.Close(), os.Remove(to))
		}
		out = both{z, f}
	}
	c := &cutter{o: o, out: out}
	if o.Session != "" {
		c.service, err = serviceOf(ctx, from, o.Session)
	}
	if err == nil {
		err = c.run(r)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return done, errors.Join(err, os.Remove(to))
	}
	c.done.Skipped += r.Skipped()
	return c.done, nil
}

// serviceOf is the service of a session of a recording; empty if it has no such session.
func serviceOf(ctx context.Context, path, session string) (service string, err error) {
	r, err := Open(ctx, path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for {
		it, err := r.Next()
		switch {
		case errors.Is(err, ErrPause):
			continue
		case errors.Is(err, io.EOF):
			return "", nil
		case err != nil:
			return "", err
		}
		id, service := "", ""
		switch e := it.Entry.(type) {
		case Event:
			id, service = e.Session, e.Service
		case StreamOpened:
			id, service = e.Session, e.Service
		case Sample:
			id, service = e.Record.ID, e.Record.Service
		case List:
			if len(only(e.Sessions, session)) > 0 {
				id, service = session, e.Service
			}
		}
		if id == session && service != "" {
			return service, nil
		}
	}
}

// both closes what compresses, and the file.
type both struct {
	io.WriteCloser
	file io.Closer
}

func (b both) Close() error { return errors.Join(b.WriteCloser.Close(), b.file.Close()) }

type cutter struct {
	o       CutOptions
	service string // of the session; empty: all are copied
	out     io.Writer
	done    Cutout
	last    time.Time

	lost int64 // events, while recording

	within, named, beyond bool // something is from the times; of the session; from later
}

// cutPart is what is copied of a block.
type cutPart struct {
	text    []byte
	events  int64
	skipped int64
	last    time.Time
	lost    int64

	within, named, beyond bool
}

func (c *cutter) run(r *Reader) error {
	header := r.Header()
	header.Part = 1
	header.Services = slices.DeleteFunc(slices.Clone(header.Services), func(s Service) bool { return c.another(s.Name) })
	begin, err := appendEntry(nil, c.o.From, Item{At: c.o.From, Entry: header})
	if err == nil {
		_, err = c.out.Write(begin)
	}
	if err != nil {
		return err
	}
	c.last = c.o.From
	err = Blocks(r, c.part, func(p *cutPart) error {
		c.done.Events += p.events
		c.done.Skipped += p.skipped
		c.lost += p.lost
		c.within, c.named, c.beyond = c.within || p.within, c.named || p.named, c.beyond || p.beyond
		if p.last.After(c.last) {
			c.last = p.last
		}
		_, err := c.out.Write(p.text)
		return err
	})
	switch {
	case err != nil:
		return err
	case !c.within:
		return fmt.Errorf("%w: the recording has nothing from those times", ErrNoPart)
	case c.o.Session != "" && !c.named:
		return fmt.Errorf("%w: the recording has no session %s", ErrNoPart, client.Line1(c.o.Session))
	}
	if !c.beyond {
		if c.done.Truncated = r.Cut(); c.done.Truncated != nil {
			return nil
		}
	}
	end, err := appendEntry(nil, c.o.From, Item{At: c.last, Entry: End{Events: c.done.Events, Lost: c.lost}})
	if err == nil {
		_, err = c.out.Write(end)
	}
	return err
}

func (c *cutter) part(lines []byte) *cutPart {
	p := &cutPart{}
	var s Scanner
	for line := range bytes.Lines(lines) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		if IsEvent(line) {
			c.event(p, &s, line)
			continue
		}
		c.entry(p, line)
	}
	return p
}

// event copies the line of an event, with the time since the new start.
func (c *cutter) event(p *cutPart, s *Scanner, line []byte) {
	var b Brief
	if s.Brief(line, &b) != nil {
		p.skipped++
		return
	}
	at, rest, ok := timed(s, line)
	later := ok && !c.o.To.IsZero() && at.After(c.o.To)
	p.beyond = p.beyond || later
	if !ok || later || c.o.Session != "" && string(b.Session) != c.o.Session {
		return
	}
	p.named = true
	if at.Before(c.o.From) && b.Notice == "" && b.Kind != client.KindStart {
		return
	}
	p.within = p.within || !at.Before(c.o.From)
	if p.events++; at.After(p.last) {
		p.last = at
	}
	p.text = append(strconv.AppendInt(append(p.text, eventStart...), int64(at.Sub(c.o.From)), 10), rest...)
	p.text = append(p.text, '\n')
}

// timed is the time of a line of an event as lenswatch writes it, and what stands behind its t.
func timed(s *Scanner, line []byte) (at time.Time, rest []byte, ok bool) {
	s.in = line
	var t, ns int64
	if !s.take(string(eventStart)) || !s.integer(&t) {
		return at, nil, false
	}
	rest = s.in
	if !s.take(`,"time":"`) || !s.stamp(&ns) {
		return at, nil, false
	}
	return time.Unix(0, ns).UTC(), rest, true
}

// another reports whether a service is not that of the session.
func (c *cutter) another(service string) bool { return c.service != "" && service != c.service }

// entry copies any other line that the part has or needs.
func (c *cutter) entry(p *cutPart, line []byte) {
	it, err := Parse(line)
	if err != nil || it.Entry == nil {
		p.skipped++
		return
	}
	before := it.At.Before(c.o.From)
	if !c.o.To.IsZero() && it.At.After(c.o.To) {
		p.beyond = true
		return
	}
	session, drop, another := "", false, false
	switch e := it.Entry.(type) {
	case Header, End:
		return
	case Event: // another tool has been over the file
		c.event(p, new(Scanner), bytes.TrimSuffix(appendLine(nil, c.o.From, &e.Event), []byte("\n")))
		return
	case Batch, Tick, State, Verdict, Lost, Request:
		drop = before
		switch e := e.(type) {
		case State:
			session = e.Session
		case Verdict:
			session = e.Session
		case Request:
			session, another = e.Session, c.another(e.Service)
		case Lost:
			if !before {
				p.lost += e.Events
			}
		}
	case Sample:
		session = e.Record.ID
	case StreamOpened:
		session = e.Session
	case StreamEnded:
		session = e.Session
	case Probe:
		session, drop = e.Session, before
	case Connection:
		session = e.Session
	case Lenses:
		another = c.another(e.Service)
	case Usage:
		another = c.another(e.Service)
	case List:
		another = c.another(e.Service)
		if c.o.Session != "" {
			e.Sessions = only(e.Sessions, c.o.Session)
			it.Entry = e
			p.named = p.named || len(e.Sessions) > 0
		}
	}
	p.within = p.within || !before
	if drop || another || c.o.Session != "" && session != "" && session != c.o.Session {
		return
	}
	p.named = p.named || session != ""
	if it.At.After(p.last) {
		p.last = it.At
	}
	text, err := appendEntry(p.text, c.o.From, it)
	if err != nil {
		p.skipped++
		return
	}
	p.text = text
}

// only are the records of one session.
func only(records []client.Session, session string) (out []client.Session) {
	for _, r := range records {
		if r.ID == session {
			out = append(out, r)
		}
	}
	return out
}
