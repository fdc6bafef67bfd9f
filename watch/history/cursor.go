package history

import "slices"

// Cursor reads what a View showed at a moment, oldest first, a slice at a time. What is evicted before it is
// read is skipped: a Cursor retains nothing beyond the Store's budget but the places of the events.
type Cursor struct {
	view  View
	total int
	read  int
	next  Seq
}

// Cursor reads what v shows now. It belongs to the goroutine of the Store, as v does.
func (v *View) Cursor() *Cursor {
	c := &Cursor{view: *v, total: v.Len()}
	c.view.older, c.view.newer = slices.Clone(v.older), slices.Clone(v.newer)
	return c
}

// Total is how many events the view showed, and Read how many of them were read so far.
func (c *Cursor) Total() int { return c.total }

// Read is how many events were read so far.
func (c *Cursor) Read() int { return c.read }

// Next is at most n of the events that follow, and no more after about so many bytes of payload; none at the
// end. They may be used in another goroutine.
func (c *Cursor) Next(n, bytes int) (out []*Entry) {
	c.view.prune()
	for i := c.view.Index(c.next); i < c.view.Len() && len(out) < n && bytes > 0; i++ {
		e := c.view.at(i).entry()
		out = append(out, e)
		bytes -= len(e.Raw)
		c.next = e.Seq + 1
	}
	c.read += len(out)
	return out
}
