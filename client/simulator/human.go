package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// DefaultHumanKey is the x-api-key that is accepted unless HumanConfig.Key names another. Like
// [DefaultKey] it guards nothing.
const DefaultHumanKey = "ah_live_simulator"

// HumanForeignAvatar is an avatar that belongs to somebody else: a session with it is refused.
const HumanForeignAvatar = "avat_00000000000000000000000000"

// The defaults of HumanConfig, and the times that AgentHuman documents.
const (
	defaultHumanMinutes  = 1000
	defaultHumanSessions = 5  // the plan Explorer
	defaultHumanRate     = 60 // a minute
	defaultHumanDuration = time.Hour

	humanWindow    = time.Minute     // of the rate limit
	humanSweep     = 2 * time.Minute // "within 3 minutes"
	humanRetention = 500             // ended sessions that can still be asked for
)

// HumanConfig says how the simulated AgentHuman behaves. The zero value is a healthy account.
type HumanConfig struct {
	// Key is the x-api-key that is accepted. Default DefaultHumanKey.
	Key string
	// Minutes is what the plan includes. Default 1000. They run as fast as Config.Speed.
	Minutes float64
	// Sessions is how many may be started at once. Default 5.
	Sessions int
	// Rate is how many requests a minute are answered. Default 60.
	Rate int
	// MaxDuration is after what time a session ends by itself. Default 1 h.
	MaxDuration time.Duration
	// Active calls started sessions "active", everywhere and not in the usage alone.
	Active bool
}

func (c HumanConfig) withDefaults() (HumanConfig, error) {
	c.Key = cmp.Or(c.Key, DefaultHumanKey)
	c.Minutes = cmp.Or(c.Minutes, defaultHumanMinutes)
	c.Sessions = cmp.Or(c.Sessions, defaultHumanSessions)
	c.Rate = cmp.Or(c.Rate, defaultHumanRate)
	c.MaxDuration = cmp.Or(c.MaxDuration, defaultHumanDuration)
	if !(c.Minutes >= 0 && c.Minutes <= 1e9) || c.Sessions < 0 || c.Rate < 0 || c.MaxDuration < 0 {
		return c, errors.New("simulator: minutes, sessions, rate and duration of AgentHuman are not negative")
	}
	return c, nil
}

// human is the simulated AgentHuman account. It has no goroutine: what time brings about is made up
// for whenever somebody asks.
type human struct {
	cfg   HumanConfig
	speed float64

	mu       sync.Mutex
	rng      *rand.Rand
	sessions []*humanSession // oldest first
	used     float64         // minutes of sessions that have ended

	window   time.Time // when the present window of the rate limit began
	requests int       // in it
	total    int       // requests ever
}

// humanSession is guarded by human.mu.
type humanSession struct {
	id, token string
	status    string // created, started, ended
	started   time.Time
	ended     time.Time
	expires   time.Time
	removed   time.Time // when the safety sweep will end it; zero if it will not
	aspect    string
	metadata  map[string]any
	minutes   float64 // deducted
}

func newHuman(cfg HumanConfig, seed int64, speed float64) *human {
	return &human{cfg: cfg, speed: speed, rng: rand.New(rand.NewPCG(uint64(seed), 1))}
}

// scaled is how long d takes on the real clock.
func (h *human) scaled(d time.Duration) time.Duration { return time.Duration(float64(d) / h.speed) }

// crockford is the alphabet of the ids.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func (h *human) newID(prefix string) string {
	b := make([]byte, 26)
	for i := range b {
		b[i] = crockford[h.rng.IntN(len(crockford))]
	}
	return prefix + string(b)
}

// The ways in which a session ends without anybody asking for it. Who asks for it later cannot know
// them apart.
const (
	HumanDisconnect = "disconnect" // its command WebSocket closed
	HumanEmptyRoom  = "empty-room" // all participants left
	HumanExpiry     = "expiry"     // its time is up
	HumanOrphan     = "orphan"     // none of the above was noticed; the safety sweep ends it, two minutes later
)

var humanCauses = []string{HumanDisconnect, HumanEmptyRoom, HumanExpiry, HumanOrphan}

// errHumanMinutes says that no minutes are left.
var errHumanMinutes = errors.New("simulator: no minutes are left")

// add makes a session, started unless waiting is set. h.mu is held.
func (h *human) add(now time.Time, aspect string, metadata map[string]any, waiting bool) (*humanSession, error) {
	h.settle(now)
	left := h.left() - h.active(now)
	switch {
	case left <= 0:
		return nil, errHumanMinutes
	case h.live() >= h.cfg.Sessions:
		return nil, ErrQuota
	}
	if metadata == nil {
		metadata = map[string]any{}
	}
	s := &humanSession{id: h.newID("sess_"), token: h.newID("stok_"), status: "created", aspect: aspect, metadata: metadata}
	h.sessions = append(h.sessions, s)
	if !waiting {
		h.start(s, now)
	}
	h.prune()
	return s, nil
}

// start begins a session that was created. h.mu is held.
func (h *human) start(s *humanSession, now time.Time) {
	left := time.Duration(min((h.left()-h.active(now))*float64(time.Minute), math.MaxInt64/2))
	s.status, s.started = "started", now
	s.expires = now.Add(h.scaled(max(0, min(h.cfg.MaxDuration, left))))
}

// end ends a session that was started, at a time. h.mu is held.
func (h *human) end(s *humanSession, at time.Time) {
	s.status, s.ended = "ended", at
	s.minutes = h.minutesOf(s, at)
	h.used += s.minutes
}

// minutesOf is what a session costs until a time, rounded up.
func (h *human) minutesOf(s *humanSession, at time.Time) float64 {
	return math.Ceil(at.Sub(s.started).Minutes() * h.speed)
}

// settle ends what is over by now. h.mu is held.
func (h *human) settle(now time.Time) {
	for _, s := range h.sessions {
		if s.status != "started" {
			continue
		}
		end := s.expires
		if !s.removed.IsZero() && s.removed.Before(end) {
			end = s.removed
		}
		if !now.Before(end) {
			h.end(s, end)
		}
	}
}

// prune forgets the oldest of the ended sessions. h.mu is held.
func (h *human) prune() {
	over := -humanRetention
	for _, s := range h.sessions {
		if s.status == "ended" {
			over++
		}
	}
	h.sessions = slices.DeleteFunc(h.sessions, func(s *humanSession) bool {
		if over <= 0 || s.status != "ended" {
			return false
		}
		over--
		return true
	})
}

func (h *human) live() (n int) {
	for _, s := range h.sessions {
		if s.status == "started" {
			n++
		}
	}
	return n
}

// left is the minutes that are left; those of running sessions are deducted when they end.
func (h *human) left() float64 { return max(0, h.cfg.Minutes-h.used) }

// active is the minutes of running sessions.
func (h *human) active(now time.Time) (sum float64) {
	for _, s := range h.sessions {
		if s.status == "started" {
			sum += h.minutesOf(s, now)
		}
	}
	return sum
}

// find is nil if there is none. h.mu is held.
func (h *human) find(id string) *humanSession {
	if i := slices.IndexFunc(h.sessions, func(s *humanSession) bool { return s.id == id }); i >= 0 {
		return h.sessions[i]
	}
	return nil
}

// CreateHuman starts a session of AgentHuman, as somebody else than the client would.
func (s *Simulator) CreateHuman() (sessionID string, err error) {
	h := s.human
	h.mu.Lock()
	defer h.mu.Unlock()
	sess, err := h.add(time.Now(), "4:3", nil, false)
	if err != nil {
		return "", err
	}
	s.cfg.Log.Info("AgentHuman session started", "session", sess.id)
	return sess.id, nil
}

// EndHuman ends a started session of AgentHuman without being asked by the client, for one of the
// causes. It returns [ErrUnknown] if there is none of that id.
func (s *Simulator) EndHuman(sessionID, cause string) error {
	if !slices.Contains(humanCauses, cause) {
		return fmt.Errorf("simulator: there is no cause %q; there are %v", cause, humanCauses)
	}
	h := s.human
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.settle(now)
	sess := h.find(sessionID)
	switch {
	case sess == nil || sess.status != "started":
		return fmt.Errorf("started session %q: %w", sessionID, ErrUnknown)
	case cause == HumanOrphan:
		sess.removed = now.Add(h.scaled(humanSweep))
		return nil
	case cause == HumanExpiry:
		sess.expires = now
	}
	h.end(sess, now)
	s.cfg.Log.Info("AgentHuman session ended by itself", "session", sessionID, "cause", cause)
	return nil
}

// HumanSessions lists the ids of the started sessions of AgentHuman, oldest first.
func (s *Simulator) HumanSessions() (ids []string) {
	h := s.human
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(time.Now())
	for _, sess := range h.sessions {
		if sess.status == "started" {
			ids = append(ids, sess.id)
		}
	}
	return ids
}
