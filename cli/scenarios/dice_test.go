package scenarios

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// dice draw what a scenario leaves open. The same seed draws the same.
type dice struct{ r *rand.Rand }

// newDice are those of one variant of a scenario.
func newDice(scenario string, seed uint64) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(scenario))
	return &dice{rand.New(rand.NewPCG(h.Sum64(), seed))}
}

// between is a time from least to most, in tenths of a second.
func (d *dice) between(least, most time.Duration) time.Duration {
	n := int64((most - least) / (100 * time.Millisecond))
	return least + time.Duration(d.r.Int64N(n+1))*100*time.Millisecond
}

// seconds is between, with bounds in seconds.
func (d *dice) seconds(least, most float64) time.Duration {
	return d.between(time.Duration(least*float64(time.Second)), time.Duration(most*float64(time.Second)))
}

// often is true so many times in a hundred.
func (d *dice) often(percent int) bool { return d.r.IntN(100) < percent }

// pick is one of several.
func pick[T any](d *dice, of ...T) T { return of[d.r.IntN(len(of))] }
