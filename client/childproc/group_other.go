//go:build !unix

package childproc

import "os/exec"

// Group does nothing where there are no process groups: the command alone is ended.
func Group(*exec.Cmd) (end func()) { return func() {} }
