package scenarios

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// consumer is one connection to a session's SSE consumer.
type consumer struct {
	v       *server
	x       *session
	w       http.ResponseWriter
	opened  time.Duration
	next    int           // of the items
	beat    time.Duration // when the next heartbeat is due
	beats   int
	sent    int // outputs
	held    strings.Builder
	zip     *gzip.Writer  // of a compressed stream
	flushed time.Duration // when a proxy last handed on
}

// stream serves a session's SSE consumer until something ends it.
func (v *server) stream(w http.ResponseWriter, r *http.Request, x *session) {
	v.mu.Lock()
	v.streams[x.id]++
	n := v.streams[x.id]
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		v.streams[x.id]--
		v.mu.Unlock()
	}()
	c := &consumer{v: v, x: x, w: w, opened: v.now()}
	c.flushed, c.beat = c.opened, c.opened+x.beatAt(c.opened)
	for c.next < len(x.items) && x.items[c.next].at+x.items[c.next].late < c.opened {
		c.next++
	}
	if last, err := strconv.Atoi(strings.TrimPrefix(r.Header.Get("Last-Event-ID"), "e")); x.ids && err == nil {
		c.next = min(c.next, last+1)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	if opened := c.next; r.Header.Get("Last-Event-ID") == "" {
		c.next = max(0, opened-x.replays)
	}
	switch x.wire {
	case "gzip":
		w.Header().Set("Content-Encoding", "gzip")
		c.zip = gzip.NewWriter(w)
	case "unchunked":
		w.Header().Set("Transfer-Encoding", "identity")
	case "crlf":
		c.held.WriteString("\ufeff")
	}
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	if !c.silent(c.opened) {
		c.put(fmt.Sprintf(`{"type": "sse.stream.start", "event_data": {"session_id": %q, "reader_id": "%016x"}}`, x.id, n+int(c.opened)), "message", "")
		c.flush(c.opened)
	}
	for {
		at, how := c.due()
		if v.pause(r, at-v.now()) != nil {
			return
		}
		if at = v.now(); how != "" {
			c.end(how, at)
			return
		}
		c.send(at)
	}
}

// due is what happens next: something to send, or an end.
func (c *consumer) due() (at time.Duration, how string) {
	x := c.x
	at = forever
	if c.next < len(x.items) {
		at = x.items[c.next].at + x.items[c.next].late
	}
	if x.beatEvery > 0 {
		at = min(at, c.beat)
	}
	if c.held.Len() > 0 {
		at = min(at, c.flushed+x.hold)
	}
	for _, e := range append([]cut{{x.gone, x.ending}, {x.finish, "end"}, {c.opened + c.life(), x.lifeEnd}}, x.cuts...) {
		if e.at >= c.opened && e.at < at {
			at, how = e.at, e.how
		}
	}
	return at, how
}

func (c *consumer) life() time.Duration {
	if c.x.life == 0 {
		return forever
	}
	return c.x.life
}

// send sends what is due.
func (c *consumer) send(at time.Duration) {
	x := c.x
	any := false
	for ; c.next < len(x.items) && x.items[c.next].at+x.items[c.next].late <= at; c.next++ {
		it := &x.items[c.next]
		if it.payload == "result" && (x.mailbox || within(x.deaf, it.at)) || c.silent(at) {
			continue
		}
		any = true
		c.sent++
		id := ""
		if x.ids {
			id = "e" + strconv.Itoa(c.next)
		}
		if it.raw != "" {
			c.held.WriteString(it.raw)
		} else {
			c.put(c.v.payload(x, c.next), it.name, id)
		}
	}
	if x.beatEvery > 0 && at >= c.beat {
		for c.beat <= at {
			c.beat += x.beatAt(at)
		}
		c.beats++
		if !c.silent(at) && !(any && x.beatsIdle) {
			c.heartbeat(at)
		}
	} else if any && x.beatsIdle {
		c.beat = at + x.beatAt(at)
	}
	if x.hold == 0 || len(x.held) > 0 && !within(x.held, at) || at-c.flushed >= x.hold {
		c.flush(at)
	}
}

func (c *consumer) heartbeat(at time.Duration) {
	if c.x.comments {
		c.held.WriteString(": keep-alive\n\n")
		return
	}
	claimed := c.sent
	if c.x.boasts {
		claimed += 10 * c.beats
	}
	c.put(fmt.Sprintf(`{"type": "sse.stream.heartbeat", "event_data": {"session_id": %q, "session_status": %s, "num_messages": %d, "num_bytes": %d, "message_timeout": %.1f}}`,
		c.x.id, bare(valueAt(c.x.status, at, `"SESSION_STATUS_RUNNING"`)), claimed, claimed*120, float64(c.beats)*c.x.beatAt(at).Seconds()), "message", "")
}

// put makes an event ready.
func (c *consumer) put(payload, name, id string) {
	if name == "" {
		name = "message"
	}
	if c.x.wire != "crlf" || name != "message" {
		c.held.WriteString("event: " + name + "\n")
	}
	if id != "" {
		c.held.WriteString("id: " + id + "\n")
	}
	c.held.WriteString("data: " + strings.ReplaceAll(payload, "\n", "\ndata: ") + "\n\n")
}

// flush hands on what is ready.
func (c *consumer) flush(at time.Duration) {
	all := c.held.String()
	c.held.Reset()
	c.flushed = at
	for all != "" {
		n := len(all)
		if c.x.chunks {
			n = min(n, 1+n*7919%40)
		}
		if _, err := c.write(all[:n]); err != nil {
			return
		}
		_ = http.NewResponseController(c.w).Flush()
		all = all[n:]
	}
}

// write sends text in the way of the session.
func (c *consumer) write(all string) (int, error) {
	if c.x.wire == "crlf" {
		all = strings.ReplaceAll(all, "\n", "\r\n")
	}
	if c.zip == nil {
		return io.WriteString(c.w, all)
	}
	if _, err := io.WriteString(c.zip, all); err != nil {
		return 0, err
	}
	return len(all), c.zip.Flush()
}

// silent reports whether nothing is sent at a time.
func (c *consumer) silent(at time.Duration) bool {
	for _, s := range c.x.silence {
		if s.has(at) && (!s.old || c.opened < s.from) {
			return true
		}
	}
	return false
}

// end ends the connection in one of the ways that were seen.
func (c *consumer) end(how string, at time.Duration) {
	if how == "end" {
		c.put(`{"type": "sse.stream.end"}`, "message", "")
	}
	c.flush(at)
	if how == "reset" {
		panic(http.ErrAbortHandler)
	}
}
