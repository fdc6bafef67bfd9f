package ui

import (
	"time"

	"lenswatch/watch"
)

// How often what came is drawn, at most. A line with a delay of its own gains nothing from more,
// nor does a window that nobody types into. Keys are answered at once all the same.
const (
	frameRemote  = 2 * watch.DefaultFrame
	frameUnfocus = 200 * time.Millisecond
)

// pace tells the hub how often to hand over what came.
func (m *Model) pace() {
	frame := watch.DefaultFrame
	switch {
	case !m.alerts.focused:
		frame = frameUnfocus
	case m.opts.Remote:
		frame = frameRemote
	}
	m.source.Pace(frame)
}
