package sse

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
)

// wireConn is a connection on which a text has arrived, of which each read brings most bytes.
type wireConn struct {
	net.Conn
	text  *bytes.Reader
	most  int
	reads int
}

var errWireCut = errors.New("cut")

func (c *wireConn) Read(p []byte) (int, error) {
	c.reads++
	n, err := c.text.Read(p[:min(len(p), c.most)])
	if err != nil {
		err = errWireCut
	}
	return n, err
}

// readWhole reads a connection to its end, 4 KiB at a time, and returns what arrived and the connection.
func readWhole(t *testing.T, wire *wireConn) ([]byte, *readAhead) {
	t.Helper()
	conn, err := dialAhead(func(context.Context, string, string) (net.Conn, error) { return wire, nil })(t.Context(), "tcp", "a.test:80")
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for p := make([]byte, 4<<10); ; {
		n, err := conn.Read(p)
		if got = append(got, p[:n]...); err != nil {
			if !errors.Is(err, errWireCut) {
				t.Errorf("the connection ends with %v", err)
			}
			return got, conn.(*readAhead)
		}
	}
}

func TestFloodsTakeFewReads(t *testing.T) {
	text := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	wire := &wireConn{text: bytes.NewReader(text), most: 1 << 20}
	got, conn := readWhole(t, wire)
	if !bytes.Equal(got, text) {
		t.Error("what was read is not what arrived")
	}
	if most := len(text)/aheadSize + 4; wire.reads > most {
		t.Errorf("%d reads of the network for 1 MiB, more than %d", wire.reads, most)
	}
	if conn.buf != nil {
		t.Error("the buffer is retained after the flood")
	}
}

func TestQuietConnectionsHaveNoBuffer(t *testing.T) {
	text := bytes.Repeat([]byte("data: 1\n\n"), 1000)
	wire := &wireConn{text: bytes.NewReader(text), most: 900}
	got, conn := readWhole(t, wire)
	if !bytes.Equal(got, text) || wire.reads != 11 {
		t.Errorf("%d bytes in %d reads", len(got), wire.reads)
	}
	if conn.buf != nil {
		t.Error("it has a buffer")
	}
}

func TestRefusedConnectionsStayErrors(t *testing.T) {
	refused := func(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe }
	if conn, err := dialAhead(refused)(t.Context(), "tcp", "a.test:80"); conn != nil || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v, %v", conn, err)
	}
}
