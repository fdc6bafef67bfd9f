package client

import (
	"slices"
	"testing"
)

// A command waits for a stream that is busy, in order, and a stream takes what it can.
func TestSteering(t *testing.T) {
	var s Steering
	var got []Command
	all := func(c Command) bool { got = append(got, c); return true }
	for i, c := range []Command{CommandUseSSE, CommandUseMailbox, CommandReconnect, CommandUseSSE, CommandReconnect} {
		if taken := s.Command(c); taken != (i < maxWaiting) {
			t.Errorf("command %d: taken %v", i, taken)
		}
	}
	one := func(c Command) bool { return len(got) == 0 && all(c) }
	s.Listen(one)()
	if want := []Command{CommandUseSSE}; !slices.Equal(got, want) {
		t.Fatalf("one that takes one got %v", got)
	}
	stop := s.Listen(all)
	s.Command(CommandUseMailbox)
	stop()
	if want := []Command{CommandUseSSE, CommandUseMailbox, CommandReconnect, CommandUseSSE, CommandUseMailbox}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if s.Command(CommandReconnect); len(got) != 5 {
		t.Error("a command came after the end")
	}
	(*Steering)(nil).Listen(all)() // nobody steers
}
