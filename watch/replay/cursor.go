package replay

import (
	"context"
	"errors"
	"sync"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// maxEvents is how many events are handed over together. A hub hands over no more than it lets
// wait, but a file that another tool has been over may have lost its batch lines.
const maxEvents = 16 << 10

// cursor reads a recording batch by batch.
type cursor struct {
	r       *recording.Reader
	marks   *marks
	ahead   *recording.Item // read, and not part of the newest batch
	part    *watch.Batch    // what was read of a batch before a pause
	traffic map[string]watch.Traffic
	events  int64 // read so far
	lost    int64 // events that the recording itself left out, as reported so far
	last    time.Time
}

func openCursor(ctx context.Context, path string, m *marks) (*cursor, error) {
	r, err := recording.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	return &cursor{r: r, marks: m, traffic: map[string]watch.Traffic{}, last: r.Start()}, nil
}

// maxItems is how many lines are read for a batch before others have a turn.
const maxItems = 4 * maxEvents

// next returns the next batch; [io.EOF] after the last one, and [recording.ErrPause] where another call
// has to continue.
func (c *cursor) next() (b watch.Batch, err error) {
	begun := c.part != nil
	if begun {
		b, c.part = *c.part, nil
	}
	for n := 0; ; n++ {
		it, err := c.item()
		if err == nil && n == maxItems {
			c.ahead, err = &it, recording.ErrPause
		}
		if errors.Is(err, recording.ErrPause) {
			if begun {
				c.part = &b
			}
			return watch.Batch{}, err
		}
		if err != nil {
			if begun {
				return c.close(b), nil
			}
			return b, err
		}
		switch e := it.Entry.(type) {
		case recording.Batch:
			if begun {
				c.ahead = &it
				return c.close(b), nil
			}
			begun, b.Delivered = true, it.At
			if e.Events > 0 {
				b.Oldest = it.At.Add(-time.Duration(e.Lag))
			}
		case recording.Tick:
			if begun {
				c.ahead = &it
				return c.close(b), nil
			}
			b.Delivered, b.Tick, b.Traffic = it.At, true, c.takeTraffic()
			return c.close(b), nil
		case recording.Connection:
			c.traffic[e.Session] = watch.Traffic{Session: e.Session, Bytes: e.Bytes, Last: e.LastByte}
		case recording.Lost:
			c.lost += e.Events
		default:
			if addEntry(&b, it) && !begun {
				begun, b.Delivered = true, it.At
			}
			if len(b.Events) >= maxEvents {
				return c.close(b), nil
			}
		}
	}
}

func (c *cursor) item() (recording.Item, error) {
	if c.ahead != nil {
		it := *c.ahead
		c.ahead = nil
		return it, nil
	}
	return c.r.Next()
}

// close completes a batch: time does not run backwards, and what people look for is marked.
func (c *cursor) close(b watch.Batch) watch.Batch {
	if b.Delivered.Before(c.last) {
		b.Delivered = c.last
	}
	c.last = b.Delivered
	for i := range b.Events {
		c.marks.note(&b.Events[i], c.events+int64(i)+1)
	}
	c.events += int64(len(b.Events))
	return b
}

func (c *cursor) takeTraffic() (out []watch.Traffic) {
	for _, l := range c.traffic {
		out = append(out, l)
	}
	clear(c.traffic)
	return out
}

// addEntry adds an item to a batch. It reports false for what is no news for a store: it comes to the same
// states and verdicts by itself.
func addEntry(b *watch.Batch, it recording.Item) bool {
	switch e := it.Entry.(type) {
	case recording.Event:
		if e.Kind == client.KindNotice && e.Notice == nil {
			e.Notice = &client.Notice{} // a tool has been over the file
		}
		b.Events = append(b.Events, e.Event)
	case recording.Sample:
		b.Samples = append(b.Samples, watch.Sample{Session: e.Record, CreatedHere: e.CreatedHere, Question: e.Question})
	case recording.List:
		b.Lists = append(b.Lists, watch.Listing{
			Service: e.Service, Sessions: e.Sessions, Err: e.Err, At: it.At, Took: e.Took, Next: e.Next,
			Continued: e.Continued, More: e.More, NotWatched: e.NotWatched, Unread: e.Unread,
		})
	case recording.Lenses:
		b.Lenses = append(b.Lenses, watch.LensListing{Service: e.Service, Lenses: e.Lenses, Err: e.Err})
	case recording.StreamOpened:
		b.Opened = append(b.Opened, watch.StreamOpened{Service: e.Service, Session: e.Session, Connection: new(client.Connection)})
	case recording.StreamEnded:
		b.Ended = append(b.Ended, watch.StreamEnded{Session: e.Session, Err: e.Err, At: it.At})
	case recording.Usage:
		e.Fetched = it.At
		b.Usages = append(b.Usages, watch.UsageReport{Service: e.Service, Usage: e.Usage})
	case recording.Request:
		e.At = it.At
		b.Requests = append(b.Requests, e.Request)
	case recording.Probe:
		b.Probes = append(b.Probes, watch.ProbeOutcome{Session: e.Session, Result: probeResult(e, it.At)})
	default:
		return false
	}
	return true
}

func probeResult(e recording.Probe, at time.Time) health.ProbeResult {
	p := health.ProbeResult{
		At: at, Took: e.Took, Timing: e.Timing, Remedy: e.Remedy, Status: e.HTTPStatus, Phase: e.Phase, Message: e.Message, Messages: e.Messages,
		Session: e.Record, Question: e.Question,
	}
	for _, k := range health.ProbeKinds() {
		if k.String() == e.Probe {
			p.Kind = k
		}
	}
	return p
}

// Mark is something in a recording that people look for.
type Mark uint8

// The marks.
const (
	// MarkGap is a notice that events may have been lost.
	MarkGap Mark = iota
	// MarkError is an event of kind or level error.
	MarkError
	markCount
)

// String is the word for the screen.
func (m Mark) String() string {
	if m == MarkGap {
		return "gap"
	}
	return "error"
}

func (m Mark) on(ev *client.Event) bool {
	if m == MarkGap {
		return ev.Notice != nil && ev.Notice.Code == client.NoticeGap
	}
	return ev.Kind == client.KindError || ev.Level == client.LevelError
}

// maxMarks is how many places of each kind are retained, 8 bytes each. Looking back finds none that
// come later in a recording with more.
const maxMarks = 1 << 20

// marks are the numbers of the marked events, as far as any cursor has read. It is safe for
// concurrent use.
type marks struct {
	mu   sync.Mutex
	read int64 // the newest event that was looked at
	at   [markCount][]int64
}

// note looks at the n-th event, counted from 1.
func (m *marks) note(ev *client.Event, n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n <= m.read {
		return
	}
	m.read = n
	for kind := range markCount {
		if kind.on(ev) && len(m.at[kind]) < maxMarks {
			m.at[kind] = append(m.at[kind], n)
		}
	}
}

// before finds the newest marked event before the n-th; 0 if there is none.
func (m *marks) before(kind Mark, n int64) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.at[kind]
	for i := len(at) - 1; i >= 0; i-- {
		if at[i] < n {
			return at[i]
		}
	}
	return 0
}
