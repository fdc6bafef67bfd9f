// Package console is for tests: it runs the real program on a real pseudo-terminal and looks at it
// through an emulator, as a person would.
//
// What it promises: whatever it waits for, it waits for until it is there, for a minute, because
// the machine may be busy; what never comes fails the test with the screen as it was.
package console
