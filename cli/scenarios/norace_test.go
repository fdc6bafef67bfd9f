//go:build !race

package scenarios

import "time"

const (
	usualVariants = 3
	soundTime     = time.Hour // how long sound streams are followed
)
