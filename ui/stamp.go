package ui

import (
	"fmt"
	"slices"
	"time"
)

// Stamps is how the time of an event is shown.
type Stamps uint8

// The ways.
const (
	stampClock Stamps = iota
	stampMillis
	stampAge
	stampSince // since the mark
	stampOff
	stampCount
)

// String is the word for the screen.
func (s Stamps) String() string {
	return [...]string{"clock", "clock with milliseconds", "age", "since the mark", "off", ""}[min(s, stampCount)]
}

// ParseStamps finds a way by its word in the settings.
func ParseStamps(word string) (Stamps, bool) {
	i := slices.Index([]string{"clock", "milliseconds", "age", "mark", "off"}, word)
	return Stamps(max(i, 0)), i >= 0
}

// nextStamps goes to the next way of showing times, past the one that needs a mark while there is none.
func (s *shared) nextStamps() {
	s.stamps = (s.stamps + 1) % stampCount
	if s.stamps == stampSince && s.timeMark.IsZero() {
		s.stamps = (s.stamps + 1) % stampCount
	}
}

// stamp is the time of an event as it is shown, always equally wide in one way of showing; empty
// if times are off. Until there is a mark, the clock stands in for the time since it.
func (s *shared) stamp(t time.Time) string {
	switch s.stamps {
	case stampMillis:
		return t.In(s.zone).Format("15:04:05.000")
	case stampAge:
		return fmt.Sprintf("%5s", short(s.now.Sub(t)))
	case stampSince:
		if !s.timeMark.IsZero() {
			return fmt.Sprintf("%+9.3f", t.Sub(s.timeMark).Seconds())
		}
	case stampOff:
		return ""
	}
	return t.In(s.zone).Format("15:04:05")
}
