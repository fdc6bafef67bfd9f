//go:build unix

package client

import (
	"fmt"
	"syscall"
)

// fileLimit is how many files this process may have open, for a sentence.
func fileLimit() string {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return ""
	}
	return fmt.Sprintf(" (limit %d)", limit.Cur)
}
