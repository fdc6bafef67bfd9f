//go:build !unix

package client

func fileLimit() string { return "" }
