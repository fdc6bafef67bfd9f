package client

import (
	"errors"
	"strings"
	"syscall"
)

// localCauses are the errors by which the operating system of this machine refuses, whatever the network is like.
// The texts are those of [syscall.Errno], for errors that lost their number on the way, as those of lookups do.
var localCauses = []struct {
	errno syscall.Errno
	text  string
}{
	{syscall.EMFILE, "no file descriptor is free for lenswatch"},
	{syscall.ENFILE, "no file descriptor is free on this machine: close other programs"},
	{syscall.ENOMEM, "no memory is free on this machine: close other programs"},
	{syscall.ENOBUFS, "no network buffer is free on this machine: close other programs"},
	{syscall.ENOSPC, "no disk space is free on this machine"},
	{syscall.EADDRNOTAVAIL, "no local address or port is free for the connection: close other programs, or check the network interfaces"},
	{syscall.EAFNOSUPPORT, "this machine does not support the kind of address, such as IPv6"},
	{syscall.EACCES, "this machine does not let lenswatch connect: check its firewall, sandbox or security policy"},
	{syscall.EPERM, "this machine does not let lenswatch connect: check its firewall, sandbox or security policy"},
}

// LocalCause says what this machine lacks or forbids, where that is why a connection failed; empty if it is not.
func LocalCause(err error) string {
	for _, c := range localCauses {
		if errors.Is(err, c.errno) || err != nil && c.errno == syscall.EMFILE && strings.Contains(err.Error(), c.errno.Error()) {
			if c.errno == syscall.EMFILE {
				return c.text + fileLimit() + ": raise the limit with `ulimit -n 4096`, or watch fewer sessions"
			}
			return c.text
		}
	}
	return ""
}
