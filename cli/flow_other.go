//go:build !linux

package cli

// resumeOutput and discard need what only Linux's terminals are known here to do. Elsewhere the terminal
// is restored without them, as far as it reads.
func resumeOutput(uintptr) {}

func discard(uintptr) {}
