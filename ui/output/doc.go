// Package output is what leaves the screen because a person wants it: to the clipboard, into a file, into a
// recording.
//
// It promises one bound for the clipboard, that no file is overwritten, and that writing holds up no key: what
// touches a disk is a command. It never writes by itself.
package output
