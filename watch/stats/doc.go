// Package stats counts what sessions did: events and labels, transitions, confidence, rates, delays and intervals,
// time in each state, stalls, and which texts are alike.
//
// What it promises:
//
//   - Its memory does not grow with time, whatever a server sends: what is beyond a bound is counted as other.
//   - Live events and recordings go the same way, through a [Collector]. Of recordings most lines are not decoded.
//
// It knows no terminal; a Collector belongs to one goroutine.
package stats
