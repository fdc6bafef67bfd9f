//go:build unix

package cli

import "golang.org/x/sys/unix"

// isReaderGone reports whether the other end of a pipe or socket was closed: a stream that says
// nothing would otherwise hold up a pipeline whose last command has long ended.
func isReaderGone(w any) bool {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(f.Fd())}} // no event is asked for; these two are reported in any case
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
