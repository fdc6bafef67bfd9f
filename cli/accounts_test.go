package cli

import "testing"

// An endpoint that serves both services is named once in the title, as the simulator's is.
func TestHostsAreNamedOnce(t *testing.T) {
	both, err := simulated("http://127.0.0.1:8123")
	if err != nil {
		t.Fatal(err)
	}
	if got := hosts(both); len(both) != 2 || got != "127.0.0.1:8123" {
		t.Errorf("%d services at %q", len(both), got)
	}
}
