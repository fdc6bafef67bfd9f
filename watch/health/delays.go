package health

import "time"

// delays follows how long events took from the service to here. The two clocks differ: the
// smallest difference seen is taken for the skew, as though that one event had taken no time. So
// a delay is what an event took longer than the fastest one.
type delays struct {
	n         int64
	minimum   time.Duration // in this period
	before    time.Duration // in the period before
	hasBefore bool
	began     tick // of this period
	newest    time.Duration
	at        tick    // of newest
	mean      float64 // of the differences, moving
	over      tick    // since when events are late by minDelay; never if they are not
	// service is how far the service's clock is ahead of this one, by its records.
	service      time.Duration
	serviceKnown bool
	byDate       bool // as its answers say
	set          bool // one of the clocks was set: a record that goes by two of them no longer shows how far apart they are
	rise         rise
}

// rise follows whether delays grow from one block of time to the next, each by its least delay.
type rise struct {
	least [riseBlocks + 1]time.Duration // the newest last; that one is not complete
	n     int                           // events in the newest block
	from  tick                          // of the newest block
	steps int                           // blocks in a row that are later than the one before
}

const (
	// riseBlocks blocks of at least riseTime with riseEvents each, every one later than the one before by riseStep and by a
	// tenth of the time: a queue. A clock that goes wrong gains less, and what is sent in batches does not grow on.
	riseBlocks = 4
	riseTime   = tick(4 * time.Second)
	riseEvents = 3
	riseStep   = time.Second / 2
	riseShare  = 10
)

func (r *rise) add(diff time.Duration, at tick) {
	newest := &r.least[riseBlocks]
	switch {
	case r.n == 0:
		*newest, r.from = diff, at
	case at-r.from >= riseTime && r.n >= riseEvents:
		before := r.least[riseBlocks-1]
		if grown := *newest - before; r.steps == 0 || grown >= max(riseStep, time.Duration(at-r.from)/riseShare) {
			r.steps = min(r.steps+1, riseBlocks)
		} else {
			r.steps = 1
		}
		copy(r.least[:], r.least[1:])
		*newest, r.n, r.from = diff, 0, at
	}
	*newest = min(*newest, diff)
	r.n++
}

// grown is by how much the delay grew over the newest blocks; 0 if it does not grow.
func (r *rise) grown() time.Duration {
	if r.steps < riseBlocks {
		return 0
	}
	return r.least[riseBlocks-1] - r.least[0]
}

const (
	// delayPeriod is how long a smallest difference holds, once or twice over: clocks drift.
	delayPeriod = tick(10 * time.Minute)
	// maxDelays is the largest difference that is taken for that of a clock. Above it the event's
	// time is that of a recorded source and says nothing of delay.
	maxDelays = 12 * time.Hour
	// delayStep is how much more than time has passed a difference may grow or shrink.
	delayStep = 2 * time.Second
	// delayByClock is the longest delay that is taken for one by the service's clock alone: above it the
	// event's time is by another.
	delayByClock = time.Hour
	// delaySmooth is over about how many events the mean runs.
	delaySmooth = 16
)

func (d *delays) add(diff time.Duration, at tick) {
	if diff > maxDelays || diff < -maxDelays {
		return
	}
	if jump := diff - d.newest; d.n > 0 && jump.Abs() > time.Duration(at-d.at)+delayStep {
		// Nothing that is sent in order can be so much later than what arrived before it: a clock was set.
		d.minimum, d.before, d.mean, d.serviceKnown = d.minimum+jump, d.before+jump, d.mean+float64(jump), false
		d.set, d.rise = true, rise{}
	}
	d.rise.add(diff, at)
	d.at = at
	switch {
	case d.n == 0:
		d.minimum, d.mean, d.began, d.over = diff, float64(diff), at, never
	case at-d.began >= delayPeriod:
		d.before, d.hasBefore = d.minimum, true
		d.minimum, d.began = diff, at
	}
	d.n++
	d.minimum = min(d.minimum, diff)
	d.newest = diff
	d.mean += (float64(diff) - d.mean) / delaySmooth
	if d.late() < minDelay {
		d.over = never
	} else if d.over == never {
		d.over = at
	}
}

// late is how late events arrive: later than the fastest did, or later than the service's clock says that they
// were made, whichever is more.
func (d *delays) late() time.Duration {
	late := min(time.Duration(d.mean), d.newest) - d.skew()
	if byClock := min(time.Duration(d.mean), d.newest) + d.service; d.serviceKnown && (d.byDate || !d.set) && byClock <= delayByClock {
		late = max(late, byClock)
	}
	return late
}

func (d *delays) skew() time.Duration {
	if d.hasBefore {
		return min(d.minimum, d.before)
	}
	return d.minimum
}
