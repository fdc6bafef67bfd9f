package stats

import (
	"time"

	"lenswatch/watch/health"
)

// series is how many there were in each part of time. The parts become longer where all of the time would not fit.
type series struct {
	begin  int64 // of the first part, in Unix nanoseconds
	part   int64 // how long a part is, in nanoseconds
	counts [seriesParts]uint32
}

// An hour in parts of ten seconds, to begin with.
const (
	seriesParts = 360
	firstPart   = int64(10 * time.Second)
)

func (s *series) add(at int64) {
	if s.part == 0 {
		s.part, s.begin = firstPart, at-at%firstPart
	}
	i := max(0, (at-s.begin)/s.part)
	for i >= seriesParts {
		for k := range s.counts {
			s.counts[k] = pair(&s.counts, k)
		}
		s.part *= 2
		i = (at - s.begin) / s.part
	}
	s.counts[i]++
}

// pair is what two parts come to; 0 behind the last.
func pair(counts *[seriesParts]uint32, k int) uint32 {
	if 2*k+1 >= seriesParts {
		return 0
	}
	return counts[2*k] + counts[2*k+1]
}

// states is how long a session was in which state.
type states struct {
	time    map[string]int64
	current string
	since   int64
	stalls  []Stall // the longest, longest first
}

func (s *states) change(from, to string, at int64) {
	if s.time == nil {
		s.time = map[string]int64{}
	}
	if s.current == "" {
		s.current, s.since = from, at
	}
	s.settle(at)
	s.current, s.since = to, at
}

// settle ends the state that is, at a time.
func (s *states) settle(at int64) {
	if s.current == "" || at <= s.since {
		return
	}
	if len(s.time) < 16 || s.time[s.current] > 0 {
		s.time[s.current] += at - s.since
	}
	switch s.current {
	case health.Quiet.String(), health.Silent.String(), health.Reconnecting.String():
		if d := time.Duration(at - s.since); d >= minStall {
			s.stalled(Stall{State: s.current, From: time.Unix(0, s.since).UTC(), Seconds: d.Seconds()})
		}
	}
	s.since = at
}

// minStall is the shortest stall: a stream that ends and is opened again at once has not stalled.
const minStall = time.Second

func (s *states) stalled(x Stall) {
	i := len(s.stalls)
	for i > 0 && s.stalls[i-1].Seconds < x.Seconds {
		i--
	}
	s.stalls = append(s.stalls[:i], append([]Stall{x}, s.stalls[i:]...)...)
	s.stalls = s.stalls[:min(len(s.stalls), maxStalls)]
}
