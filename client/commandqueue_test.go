package client

import (
	"slices"
	"testing"
)

// A command waits for a stream that is busy, in order, and a stream takes what it can.
func TestCommandQueue(t *testing.T) {
	var s CommandQueue
	var got []Command
	all := func(c Command) bool { got = append(got, c); return true }
	for i, c := range []Command{CommandUseSSE, CommandUseMailbox, CommandReconnect, CommandUseSSE, CommandReconnect} {
		if taken := s.Send(c); taken != (i < maxPendingCommands) {
			t.Errorf("command %d: taken %v", i, taken)
		}
	}
	one := func(c Command) bool { return len(got) == 0 && all(c) }
	s.Listen(one)()
	if want := []Command{CommandUseSSE}; !slices.Equal(got, want) {
		t.Fatalf("one that takes one got %v", got)
	}
	stop := s.Listen(all)
	s.Send(CommandUseMailbox)
	stop()
	if want := []Command{CommandUseSSE, CommandUseMailbox, CommandReconnect, CommandUseSSE, CommandUseMailbox}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if s.Send(CommandReconnect); len(got) != 5 {
		t.Error("a command came after the end")
	}
	(*CommandQueue)(nil).Listen(all)() // nobody steers
}
