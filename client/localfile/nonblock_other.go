//go:build !unix

package localfile

// nonblock is nothing where opening a file does not wait for another process.
const nonblock = 0
