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
	result  int64   // when the newest result was received, or when it is not known what was; 0 if there was none
	before  int64   // and the one before it: a state may be known after the result that ends it
	stall   stall   // that is
	stalls  []Stall // the longest, longest first
}

// stall is a time without results, or without a connection, through several states.
type stall struct {
	from, until int64
	state       string // in which most of it was
	most        int64
}

// received notes a result.
func (s *states) received(at int64) { s.before, s.result = s.result, at }

func (s *states) change(from, to string, at int64) {
	if s.time == nil {
		s.time = map[string]int64{}
	}
	began := s.since
	if s.current == "" {
		s.current, s.since, s.stall = from, at, stall{from: at, until: at}
	}
	s.settle(at)
	switch was, is := isStall(s.current), isStall(to); {
	case was && !is:
		s.end()
	case is && !was:
		s.stall = stall{from: at, until: at}
		if to == health.Reconnecting.String() {
			break
		}
		last := s.result
		if last > at {
			last = s.before
		}
		if last = max(began, last); last != 0 { // else the time before is not known
			s.stall.from, s.stall.until = last, last
		}
	}
	s.current, s.since = to, at
}

func isStall(state string) bool {
	return state == health.Quiet.String() || state == health.Silent.String() || state == health.Reconnecting.String()
}

// settle ends the state that is, at a time.
func (s *states) settle(at int64) {
	if s.current == "" || at <= s.since {
		return
	}
	if len(s.time) < 16 || s.time[s.current] > 0 {
		s.time[s.current] += at - s.since
	}
	s.since = at
	if !isStall(s.current) {
		return
	}
	if d := at - s.stall.until; d > s.stall.most {
		s.stall.most, s.stall.state = d, s.current
	}
	s.stall.until = at
}

// end ends the stall that is.
func (s *states) end() {
	if d := time.Duration(s.stall.until - s.stall.from); d >= minStall {
		s.stalled(Stall{State: s.stall.state, From: time.Unix(0, s.stall.from).UTC(), Seconds: d.Seconds()})
	}
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
