//go:build !unix

package localfile

import "io/fs"

// Own is nil where files have no owner and mode of Unix.
func Own(string, fs.FileInfo, ...int) error { return nil }
