//go:build unix

package client

import "syscall"

// FileLimit is how many files and connections this process may have open at once. It reports false where the system
// does not say.
func FileLimit() (limit uint64, ok bool) {
	var r syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r)
	return uint64(r.Cur), err == nil
}
