package client

import "sync"

// CommandQueue brings commands to a stream that is being watched. It costs a stream that nobody steers
// nothing, not even a goroutine. The zero value is ready, and nil brings none.
type CommandQueue struct {
	mu      sync.Mutex
	listen  func(Command) bool // nil while the stream is busy with something else
	pending []Command          // for it to listen again
}

// maxPendingCommands is how many commands wait for a stream. A person who presses a key more often than that
// means one of them.
const maxPendingCommands = 4

// Send hands a command over. It reports false if so many wait that this one would not be heard.
func (s *CommandQueue) Send(c Command) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == maxPendingCommands {
		return false
	}
	s.pending = append(s.pending, c)
	s.deliver()
	return true
}

// deliver hands over what waits, as far as it is taken. It is called with mu held.
func (s *CommandQueue) deliver() {
	for len(s.pending) > 0 && s.listen != nil && s.listen(s.pending[0]) {
		s.pending = s.pending[1:]
	}
}

// Listen lets f have every command until stop is called, those that waited first. One that f does not take
// waits for the next to listen. Only one listens at a time. f must not wait, nor use the queue; it is not
// called any more when stop has returned.
func (s *CommandQueue) Listen(f func(Command) (taken bool)) (stop func()) {
	if s == nil {
		return func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listen = f
	s.deliver()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.listen = nil
	}
}
