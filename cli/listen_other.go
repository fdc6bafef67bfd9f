//go:build !unix

package cli

import "net"

// listenPrivately makes a Unix socket in a folder whose rights it has.
func listenPrivately(path string) (net.Listener, error) { return net.Listen("unix", path) }
