package simulator

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// maxFaults bounds the faults that are in force.
const maxFaults = 1000

// activeFault is a fault in force.
type activeFault struct {
	Fault
	param
	spent map[string]bool // sessions at which a fault that happens once has happened
}

// faultSet is the faults in force. It is safe for concurrent use.
type faultSet struct {
	count atomic.Int32 // so that a healthy session need not lock
	mu    sync.Mutex
	list  []*activeFault
}

// inject puts a fault in force. One of the same name and session is replaced.
func (s *faultSet) inject(f Fault) error {
	p, err := f.param()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(a *activeFault) bool { return a.Name == f.Name && a.Session == f.Session })
	if len(s.list) >= maxFaults {
		return fmt.Errorf("simulator: %d faults are in force; heal some first", maxFaults)
	}
	s.list = append(s.list, &activeFault{Fault: f, param: p, spent: make(map[string]bool)})
	s.count.Store(int32(len(s.list)))
	return nil
}

// heal ends faults: those of a name, of a session, both, or all where both are empty. It returns
// how many it ended.
func (s *faultSet) heal(name, session string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.list)
	s.list = slices.DeleteFunc(s.list, func(a *activeFault) bool {
		return (name == "" || a.Name == name) && (session == "" || a.Session == session)
	})
	s.count.Store(int32(len(s.list)))
	return before - len(s.list)
}

// forget drops what is known of a session that is gone.
func (s *faultSet) forget(session string) {
	s.heal("", session)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.list {
		delete(a.spent, session)
	}
}

// get reports whether a fault is in force for a session, with its argument. A fault of the session
// itself goes before one of all sessions.
func (s *faultSet) get(name, session string) (param, bool) {
	if s.count.Load() == 0 {
		return param{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.find(name, session)
	if a == nil {
		return param{}, false
	}
	return a.param, true
}

func (s *faultSet) has(name, session string) bool {
	_, ok := s.get(name, session)
	return ok
}

// spend notes that a fault that happens once has happened at a session.
func (s *faultSet) spend(name, session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.find(name, session); a != nil {
		a.spent[session] = true
	}
}

func (s *faultSet) find(name, session string) *activeFault {
	var found *activeFault
	for _, a := range s.list {
		if a.Name != name || a.spent[session] {
			continue
		}
		if a.Session == "" && found == nil || a.Session != "" && a.Session == session {
			found = a
		}
	}
	return found
}

// all lists the faults in force, in the order in which they came.
func (s *faultSet) all() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, len(s.list))
	for i, a := range s.list {
		out[i] = a.Fault
	}
	return out
}
