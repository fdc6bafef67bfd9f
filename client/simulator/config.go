package simulator

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"time"
)

// DefaultKey is the bearer key that is accepted unless Config.Key names another. It guards
// nothing: it is there so that clients have something to send.
const DefaultKey = "sim-key"

// The defaults of Config, and the limits that the Lens API documents.
const (
	defaultSeed      = 1
	defaultHeartbeat = 5 * time.Second
	defaultQuota     = 8
	defaultRing      = 4096
	defaultPayload   = 200
	defaultWarmUp    = 1500 * time.Millisecond

	// minPayload has room for the members that a load event needs.
	minPayload = 200
	maxPayload = 1 << 20
	maxRing    = 1 << 24
	maxRate    = 5_000_000

	registerDelay   = 250 * time.Millisecond // REGISTERED to RUNNING
	sessionTTL      = 24 * time.Hour         // session_ttl_sec 86400
	inactivityLimit = 30 * time.Minute       // "timeout after 30 minutes of inactivity"
	finalRetention  = 5 * time.Minute        // how long a FAILED or STALE session can still be asked for
)

// Config says how the simulated service behaves. The zero value is a healthy service at the pace
// of the real one.
type Config struct {
	// Seed determines all content. Default 1.
	Seed int64
	// Speed divides every wait: 2 is twice as fast. Timestamps stay those of the real clock.
	// Default 1.
	Speed float64
	// Heartbeat is the time between two heartbeats of a stream. Default 5 s.
	Heartbeat time.Duration
	// Quota is how many sessions may be registered or running at once. Default 8.
	Quota int
	// Key is the bearer key that is accepted. Default DefaultKey.
	Key string
	// NoIDs leaves the id line out of every frame, as the documents' samples do.
	NoIDs bool
	// RingSize is how many events a session keeps for readers to resume from. A session keeps
	// at most 16 MiB of them whatever their number. Default 4096, or five seconds of Rate
	// if that is more: load events take no memory.
	RingSize int
	// Rate is the number of load events a second of each session, in place of its lens's own
	// output. 0 is the natural pace of the lens.
	Rate float64
	// PayloadBytes is the length of the JSON of one load event. Default and least 200.
	PayloadBytes int
	// Variant forces one shape of inference.result on all lenses: see Variants. "" lets the lens
	// choose, "mixed" takes one after the other.
	Variant string
	// NumericStatus makes session.status say "3" for RUNNING and "6" for FAILED.
	NumericStatus bool
	// WarmUp is the time from RUNNING to the first result. Default 1.5 s; negative is none.
	WarmUp time.Duration
	// Human is the account at AgentHuman.
	Human HumanConfig
	// Faults are in force from the start.
	Faults []Fault
	// Log receives what the simulator does, never a key. nil discards it.
	Log *slog.Logger
}

// withDefaults fills in what is zero and refuses what makes no sense.
func (c Config) withDefaults() (Config, error) {
	c.Seed = cmp.Or(c.Seed, defaultSeed)
	c.Speed = cmp.Or(c.Speed, 1)
	c.Heartbeat = cmp.Or(c.Heartbeat, defaultHeartbeat)
	c.Quota = cmp.Or(c.Quota, defaultQuota)
	c.Key = cmp.Or(c.Key, DefaultKey)
	c.PayloadBytes = cmp.Or(c.PayloadBytes, defaultPayload)
	c.WarmUp = cmp.Or(c.WarmUp, defaultWarmUp)
	c.RingSize = cmp.Or(c.RingSize, max(defaultRing, int(min(5*c.Rate, maxRing))))
	c.WarmUp = max(0, c.WarmUp)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	human, err := c.Human.withDefaults()
	if err != nil {
		return c, err
	}
	c.Human = human
	switch {
	case !(c.Speed >= 0.01 && c.Speed <= 10_000):
		return c, fmt.Errorf("simulator: a speed is from 0.01 to 10000, this is %v", c.Speed)
	case c.Heartbeat < time.Millisecond:
		return c, fmt.Errorf("simulator: heartbeats are at least 1ms apart, this is %v", c.Heartbeat)
	case c.Quota < 0:
		return c, fmt.Errorf("simulator: a quota is not negative, this is %d", c.Quota)
	case c.RingSize < 1 || c.RingSize > maxRing:
		return c, fmt.Errorf("simulator: a ring holds 1 to %d events, this is %d", maxRing, c.RingSize)
	case !(c.Rate >= 0 && c.Rate <= maxRate) || math.IsNaN(c.Rate):
		return c, fmt.Errorf("simulator: a rate is from 0 to %d events a second, this is %v", maxRate, c.Rate)
	case c.PayloadBytes < minPayload || c.PayloadBytes > maxPayload:
		return c, fmt.Errorf("simulator: a load event has %d to %d bytes, this is %d", minPayload, maxPayload, c.PayloadBytes)
	case c.Variant != "" && c.Variant != variantMixed && !slices.Contains(variantNames, c.Variant):
		return c, fmt.Errorf("simulator: there is no payload variant %q; there are %v and %s", c.Variant, variantNames, variantMixed)
	}
	return c, nil
}

// pause waits for a time. It reports false if ctx was done before.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// scaled is how long d takes on the real clock.
func (c *Config) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / c.Speed)
}
