package ui

import (
	"time"

	"lenswatch/watch"
)

// How often what came is drawn, at most. A line with a delay of its own gains nothing from more,
// nor does a window that nobody types into. Keys are answered at once all the same.
const (
	batchIntervalRemote    = 2 * watch.DefaultBatchInterval
	batchIntervalUnfocused = 200 * time.Millisecond
)

// setBatchInterval tells the hub how often to hand over what came.
func (m *Model) setBatchInterval() {
	frame := watch.DefaultBatchInterval
	switch {
	case !m.alerts.focused:
		frame = batchIntervalUnfocused
	case m.opts.Remote:
		frame = batchIntervalRemote
	}
	m.source.SetBatchInterval(frame)
}
