package client

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// localCauses are the errors by which the operating system of this machine refuses, whatever the network is like.
// The texts are those of [syscall.Errno], for errors that lost their number on the way, as those of lookups do.
var localCauses = []struct {
	errno syscall.Errno
	text  string
}{
	{syscall.EMFILE, "lenswatch is out of file descriptors"},
	{syscall.ENFILE, "this machine is out of file descriptors: close other programs"},
	{syscall.ENOMEM, "this machine is out of memory: close other programs"},
	{syscall.ENOBUFS, "this machine is out of network buffers: close other programs"},
	{syscall.ENOSPC, "no space left on disk"},
	{syscall.EADDRNOTAVAIL, "no free local address or port: close other programs, or check the network interfaces"},
	{syscall.EAFNOSUPPORT, "address family not supported here (IPv6?)"},
	{syscall.EACCES, "connection blocked on this machine: check its firewall, sandbox or security policy"},
	{syscall.EPERM, "connection blocked on this machine: check its firewall, sandbox or security policy"},
}

// limitText is how many files this process may have open, for a sentence.
func limitText() string {
	limit, ok := FileLimit()
	if !ok {
		return ""
	}
	return fmt.Sprintf(" (limit %d)", limit)
}

// LocalCause says what this machine lacks or forbids, where that is why a connection failed; empty if it is not.
func LocalCause(err error) string {
	for _, c := range localCauses {
		if errors.Is(err, c.errno) || err != nil && c.errno == syscall.EMFILE && strings.Contains(err.Error(), c.errno.Error()) {
			if c.errno == syscall.EMFILE {
				return c.text + limitText() + ": raise the limit with `ulimit -n 4096`, or watch fewer sessions"
			}
			return c.text
		}
	}
	return ""
}
