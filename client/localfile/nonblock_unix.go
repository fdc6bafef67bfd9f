//go:build unix

package localfile

import "syscall"

const nonblock = syscall.O_NONBLOCK
