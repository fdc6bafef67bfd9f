package status

import (
	"testing"

	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
)

// The variable that a refused key came from is the service's.
func TestKeysAreNamed(t *testing.T) {
	for service, want := range map[string]string{
		"archetype":  archetype.KeyVariables()[0] + ", or run lenswatch login.",
		"agenthuman": agenthuman.KeyVariable + ", or run lenswatch login --service agenthuman.",
	} {
		if got := remedy(service, client.ErrRefused); got != "Set a valid key in "+want {
			t.Errorf("%s: %q", service, got)
		}
	}
}
