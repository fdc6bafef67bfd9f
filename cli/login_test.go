package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lenswatch/cli/console"
	"lenswatch/client/simulator"
)

// loginOn runs login on a terminal. config is where the key is saved.
func loginOn(t *testing.T, config string) *console.Console {
	t.Helper()
	_, base := served(t, simulator.Config{})
	env := []string{"ATAI_API_ENDPOINT=" + base, "XDG_CONFIG_HOME=" + config, "PROGRAM=" + program.Path(t)}
	c := console.Open(t, env, "sh", "-c", `exec "$PROGRAM" login --file 2>&1`)
	c.Wait("API key of archetype", "(input hidden):")
	c.WaitMode()
	return c
}

// A key that is typed is not shown, and is saved.
func TestLoginAtATerminal(t *testing.T) {
	t.Parallel()
	config := t.TempDir()
	c := loginOn(t, config)
	c.Press(simulator.DefaultKey + "\r")
	if err := c.Ended(); err != nil {
		t.Errorf("%v\n%s", err, c.Screen())
	}
	c.Wait("Saved the key of archetype") // what was written last comes after the end
	if screen := c.Screen(); strings.Contains(screen, simulator.DefaultKey) {
		t.Errorf("the key was shown:\n%s", screen)
	}
	if key, err := os.ReadFile(filepath.Join(config, "lenswatch", "archetype.key")); string(key) != simulator.DefaultKey+"\n" {
		t.Errorf("%q was saved; %v", key, err)
	}
}

// A signal at the prompt ends it, and the terminal is as it was. That the program goes at once shows that
// it asks nothing of a terminal that it has stopped reading.
func TestLoginIsInterrupted(t *testing.T) {
	t.Parallel()
	c := loginOn(t, t.TempDir())
	if err := c.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Ended(); err != nil {
		t.Errorf("%v\n%s", err, c.Screen())
	}
}
