//go:build race

package scenarios

import "time"

// The race detector needs no more than one variant of each, and a quarter of an hour of sound streams.
const (
	usualVariants = 1
	soundTime     = 15 * time.Minute
)
