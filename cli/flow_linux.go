package cli

import "golang.org/x/sys/unix"

// resumeOutput lets a terminal's output continue that was switched off (tcflow, XOFF).
func resumeOutput(fd uintptr) { _ = unix.IoctlSetInt(int(fd), unix.TCXONC, unix.TCOON) }

// discard drops what the terminal has not read yet.
func discard(fd uintptr) { _ = unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCOFLUSH) }
