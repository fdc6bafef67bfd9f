package simulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"lenswatch/client/guard"
	"lenswatch/client/localhttp"
)

// The errors of Create and Destroy.
var (
	// ErrQuota says that all runners are taken; destroy a session first.
	ErrQuota = errors.New("simulator: the session quota is full")
	// ErrUnknown says that there is no such session or lens.
	ErrUnknown = errors.New("unknown id")
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("simulator: closed")
)

// Simulator is one simulated service. It is safe for concurrent use. Close it when done with it.
type Simulator struct {
	cfg    Config
	faults faultSet
	ctx    context.Context
	cancel context.CancelFunc
	routes map[string]route
	human  *human
	files  fileStore

	mu       sync.Mutex
	closed   bool
	wg       sync.WaitGroup // sessions, handlers, servers
	rng      *rand.Rand     // of ids
	created  int            // sessions made so far
	lenses   []*lens
	sessions map[string]*session
	servers  []*http.Server
}

// New makes a simulated service. It starts nothing: sessions have a goroutine each, from their
// creation to their end.
func New(cfg Config) (*Simulator, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	lenses, err := loadLenses()
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		cfg:      cfg,
		rng:      rand.New(rand.NewPCG(uint64(cfg.Seed), 0)),
		lenses:   lenses,
		sessions: make(map[string]*session),
	}
	for _, f := range cfg.Faults {
		if err := s.faults.inject(f); err != nil {
			return nil, err
		}
	}
	s.human = newHuman(cfg.Human, cfg.Seed, cfg.Speed)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.routes = s.makeRoutes()
	return s, nil
}

// Close ends every session, stream and server, and waits until they are gone. It always returns
// nil.
func (s *Simulator) Close() error {
	s.mu.Lock()
	s.closed = true
	servers := s.servers
	s.servers = nil
	s.mu.Unlock()
	s.cancel()
	for _, srv := range servers {
		srv.Close()
	}
	s.wg.Wait()
	return nil
}

// enter counts a goroutine that Close has to wait for. It reports false after Close; otherwise
// s.wg.Done has to follow.
func (s *Simulator) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.wg.Add(1)
	return true
}

// Create starts a session of a lens, as somebody else than the client would. It returns [ErrQuota]
// and [ErrUnknown] where the service would refuse.
func (s *Simulator) Create(lensID string) (sessionID string, err error) {
	sess, err := s.create(lensID)
	if err != nil {
		return "", err
	}
	return sess.id, nil
}

func (s *Simulator) create(lensID string) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	i := slices.IndexFunc(s.lenses, func(l *lens) bool { return l.ID == lensID })
	if i < 0 {
		return nil, fmt.Errorf("lens %q: %w", lensID, ErrUnknown)
	}
	if s.faults.has(FaultQuotaFull, "") || s.live() >= s.cfg.Quota {
		return nil, ErrQuota
	}
	s.created++
	id := fmt.Sprintf("lsn-%s%016x%08x", time.Now().UTC().Format("060102"), s.rng.Uint64(), s.rng.Uint32())
	sess := newSession(s, id, s.created, s.lenses[i])
	s.sessions[id] = sess
	s.wg.Add(1)
	guard.Go("simulated session", s.crashed, func() {
		defer s.wg.Done()
		sess.run()
	})
	s.cfg.Log.Info("session created", "session", id, "lens", sess.lensName)
	return sess, nil
}

func (s *Simulator) crashed(c *guard.Crash) {
	s.cfg.Log.Error("crashed", "err", c, "stack", string(c.Stack))
}

// live counts the sessions that hold a runner. s.mu is held.
func (s *Simulator) live() int {
	n := 0
	for _, sess := range s.sessions {
		if sess.currentStatus().live() {
			n++
		}
	}
	return n
}

// Destroy ends a session, as somebody else than the client would. It returns [ErrUnknown] if there
// is none of that id.
func (s *Simulator) Destroy(sessionID string) error {
	sess := s.find(sessionID)
	if sess == nil {
		return fmt.Errorf("session %q: %w", sessionID, ErrUnknown)
	}
	sess.finish(statusDestroyed)
	return nil
}

// find returns nil if there is no such session.
func (s *Simulator) find(id string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id]
}

// forget takes a session that is over from the list. Its faults stay in force as long as it has
// readers.
func (s *Simulator) forget(sess *session) {
	s.mu.Lock()
	delete(s.sessions, sess.id)
	s.mu.Unlock()
	if !sess.hasReaders() {
		s.faults.forget(sess.id)
	}
}

// Sessions lists the ids of the sessions that the service reports, oldest first.
func (s *Simulator) Sessions() []string {
	list := s.list()
	out := make([]string, len(list))
	for i, sess := range list {
		out[i] = sess.id
	}
	return out
}

// list is the sessions that are known, oldest first.
func (s *Simulator) list() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*session, 0, len(s.sessions))
	for _, sess := range s.sessions {
		out = append(out, sess)
	}
	slices.SortFunc(out, func(a, b *session) int { return cmp.Compare(a.ordinal, b.ordinal) })
	return out
}

// Inject puts a fault in force, at once and until it is healed. One of the same name and session
// is replaced. It returns an error for an unknown name or a wrong argument.
func (s *Simulator) Inject(f Fault) error {
	if err := s.faults.inject(f); err != nil {
		return err
	}
	s.cfg.Log.Info("fault in force", "fault", f.String(), "session", f.Session)
	s.wakeAll()
	return nil
}

// Heal ends faults: those of a name (all if it is empty) that are limited to a session (all if it
// is empty).
func (s *Simulator) Heal(name, session string) {
	if n := s.faults.heal(name, session); n > 0 {
		s.cfg.Log.Info("healed", "fault", name, "session", session)
	}
	s.wakeAll()
}

func (s *Simulator) wakeAll() {
	for _, sess := range s.list() {
		sess.wakeUp()
	}
}

// Serve answers on l until Close. It closes l.
func (s *Simulator) Serve(l net.Listener) error {
	srv := &http.Server{
		Handler:           s.Handler(),
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn), // not on somebody's terminal
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		// net/http's Close does not wait for the goroutines of connections; ours does.
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.wg.Add(1)
			case http.StateHijacked, http.StateClosed:
				s.wg.Done()
			}
		},
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errors.Join(ErrClosed, l.Close())
	}
	s.servers = append(s.servers, srv)
	s.wg.Add(1)
	s.mu.Unlock()
	defer s.wg.Done()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("simulator: %w", err)
	}
	return nil
}

// Listen answers in the background on addr ("" is a free port of 127.0.0.1) until Close, and
// returns the base URL for clients. An address that others can reach is refused unless allowRemote
// is set: everybody who can reach it can use the service.
func (s *Simulator) Listen(addr string, allowRemote bool) (baseURL string, err error) {
	addr = cmp.Or(addr, "127.0.0.1:0")
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("simulator: listen address %q is not HOST:PORT: %w", addr, err)
	}
	if !allowRemote && !localhttp.LoopbackHost(host) {
		return "", fmt.Errorf("simulator: %s can be reached from other machines; listen on 127.0.0.1, or allow it with --allow-remote", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("simulator: %w", err)
	}
	if !s.enter() {
		return "", errors.Join(ErrClosed, l.Close())
	}
	guard.Go("simulator", s.crashed, func() {
		defer s.wg.Done()
		if err := s.Serve(l); err != nil && !errors.Is(err, ErrClosed) {
			s.cfg.Log.Error("serving ended", "err", err)
		}
	})
	return "http://" + reachable(l.Addr()) + basePath, nil
}

// reachable is the address under which this machine reaches a listener.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}
