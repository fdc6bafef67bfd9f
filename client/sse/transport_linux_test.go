package sse

import (
	"net"
	"syscall"
	"testing"
)

// A half-open connection is found by the kernel's probes. That they are sent cannot be seen without
// a network that fails, so this looks at what the kernel was asked to do.
func TestKeepAliveProbes(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := NewTransport().DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(*readAhead).Conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name               string
		level, option, set int
	}{
		{"SO_KEEPALIVE", syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1},
		{"TCP_KEEPIDLE", syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, 15},
		{"TCP_KEEPINTVL", syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, 5},
		{"TCP_KEEPCNT", syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT, 3},
	}
	for _, row := range rows {
		if err := raw.Control(func(fd uintptr) {
			if got, err := syscall.GetsockoptInt(int(fd), row.level, row.option); err != nil || got != row.set {
				t.Errorf("%s is %d, not %d (%v)", row.name, got, row.set, err)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
}
