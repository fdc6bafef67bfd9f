package sse

import (
	"context"
	"net"
	"sync"
)

// aheadSize is how much one read of the network takes while much arrives, in bytes. Of 4 KiB, as the transport reads by itself,
// a flood needs so many system calls that they are half of its time: with 4 KiB events the whole took 1.2 to 1.6 times as long
// (BenchmarkStream).
const aheadSize = 32 << 10

// readAhead is a connection that reads more at once than it is asked for, while what arrives fills its reads. It has a
// buffer only then: a thousand quiet streams have none.
type readAhead struct {
	net.Conn
	spare *sync.Pool // of *[aheadSize]byte
	buf   *[aheadSize]byte
	rest  []byte // of buf: what was read ahead
	few   bool   // the newest read brought so little that the buffer is not needed
}

// Read implements net.Conn.
func (c *readAhead) Read(p []byte) (n int, err error) {
	if c.buf == nil {
		if n, err = c.Conn.Read(p); n == len(p) && n > 0 {
			c.buf = c.spare.Get().(*[aheadSize]byte)
		}
		return n, err
	}
	if len(c.rest) == 0 {
		n, err = c.Conn.Read(c.buf[:])
		c.rest, c.few = c.buf[:n], n < aheadSize/4
	}
	n = copy(p, c.rest)
	if c.rest = c.rest[n:]; len(c.rest) > 0 {
		return n, nil // what ended the connection ends the next read, too
	}
	if c.few {
		c.spare.Put(c.buf)
		c.buf = nil
	}
	return n, err
}

// dialAhead makes connections that read ahead.
func dialAhead(dial dialFunc) dialFunc {
	spare := &sync.Pool{New: func() any { return new([aheadSize]byte) }}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &readAhead{Conn: conn, spare: spare}, nil
	}
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)
