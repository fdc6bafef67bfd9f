package health

import "time"

// sharing compares what the service counts with what arrives here while this is the only reader, and while there is
// another: where each result goes to one reader only, some are missing here, and fewer arrive than before.
type sharing struct{ alone, shared portion }

// portion is what was counted and what arrived over some time.
type portion struct {
	counted, received int64
	span              tick
}

const (
	// minPortion is how many outputs have to be counted, and portionLasts for how long.
	minPortion   = 10
	portionLasts = tick(20 * time.Second)
	// partOf is what part of all is not all, and allOf what counts as all: samples are taken at other moments.
	partOf, allOf = .75, .9
)

// add takes what happened between two samples.
func (s *sharing) add(connections, counted, received int64, span tick) {
	p := &s.alone
	switch {
	case connections < 0 || counted < 0 || span <= 0:
		return
	case connections > 1:
		p = &s.shared
	default:
		s.shared = portion{}
	}
	p.counted += counted
	p.received += received
	p.span += span
}

// split reports whether only a part arrives here since there is another reader, and how many are missing.
func (s *sharing) split() (missing int64, ok bool) {
	a, b := &s.alone, &s.shared
	if min(a.counted, b.counted) < minPortion || min(a.span, b.span) < portionLasts {
		return 0, false
	}
	whole := float64(a.received) >= allOf*float64(a.counted)
	part := float64(b.received) < partOf*float64(b.counted)
	fewer := float64(b.received)/float64(b.span) < partOf*float64(a.received)/float64(a.span)
	return b.counted - b.received, whole && part && fewer && b.received > 0
}
