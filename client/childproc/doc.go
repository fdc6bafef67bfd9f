// Package childproc ends programs that lenswatch starts together with all that they have started.
package childproc
