package agenthuman

import (
	"sync"
	"time"
)

// outage is a failed poll.
type outage struct {
	err     error
	attempt int // in a row, from 1
	next    time.Time
}

// inbox holds what a watcher has not taken yet. Samples are states: of several the newest says all,
// and so a sink that blocks holds up nobody and costs no memory.
type inbox struct {
	wake chan struct{}

	mu sync.Mutex
	post
}

// post is what an inbox holds.
type post struct {
	sample            *sample
	failed            *outage
	failedAfterSample bool     // failed came after sample
	notFound          error    // the service knows no such session
	minutes           *float64 // left of the plan
}

func newInbox() inbox { return inbox{wake: make(chan struct{}, 1)} }

func (i *inbox) change(do func(*post)) {
	i.mu.Lock()
	do(&i.post)
	i.mu.Unlock()
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

func (i *inbox) putSample(t sample) {
	i.change(func(p *post) {
		if p.sample != nil {
			t.session = p.sample.session.Merge(t.session)
		}
		p.sample, p.failedAfterSample, p.notFound = &t, false, nil
	})
}

func (i *inbox) putOutage(o outage) {
	i.change(func(p *post) { p.failed, p.failedAfterSample = &o, true })
}
func (i *inbox) putNotFound(err error) { i.change(func(p *post) { p.notFound = err }) }
func (i *inbox) count(minutes float64) { i.change(func(p *post) { p.minutes = &minutes }) }

// takePost empties the inbox.
func (i *inbox) takePost() post {
	i.mu.Lock()
	defer i.mu.Unlock()
	p := i.post
	i.post = post{}
	return p
}
