//go:build unix

package cli

import (
	"net"

	"golang.org/x/sys/unix"
)

// listenPrivately makes a Unix socket that only its owner can connect to, from the first moment on.
func listenPrivately(path string) (net.Listener, error) {
	before := unix.Umask(0o077) // of the process; what it makes meanwhile is the more private
	defer unix.Umask(before)
	return net.Listen("unix", path)
}
