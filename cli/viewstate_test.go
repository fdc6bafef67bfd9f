package cli_test

import (
	"os"
	"path/filepath"
	"testing"

	"lenswatch/cli/console"
)

// What was arranged on the screen is there again in the next run, and a file that makes no sense
// does no harm.
func TestArrangementIsRemembered(t *testing.T) {
	t.Parallel()
	bin, state := program.Path(t), t.TempDir()
	env := []string{"XDG_STATE_HOME=" + state}
	leave := func(c *console.Console) {
		c.Press("q")
		if err := c.Ended(); err != nil {
			t.Fatalf("%v\n%s", err, c.Stderr())
		}
	}
	c := console.Open(t, env, bin, "demo")
	c.Wait("╭ Sessions")
	c.Press("T")
	c.Wait("high-contrast")
	for _, letter := range "high" {
		c.Press(string(letter))
	}
	c.Press("\r")
	c.Wait("Theme: high-contrast.", "┏ Sessions")
	leave(c)

	c = console.Open(t, env, bin, "demo")
	c.Wait("┏ Sessions")
	leave(c)
	if _, err := os.Stat(filepath.Join(state, "lenswatch", "screen.json")); err == nil {
		t.Error("a demonstration changed the arrangement of the screen of work")
	}

	if err := os.WriteFile(filepath.Join(state, "lenswatch", "demo.json"), []byte(`{"splits":[1`), 0o600); err != nil {
		t.Fatal(err)
	}
	c = console.Open(t, env, bin, "demo")
	c.Wait("╭ Sessions")
	leave(c)
}
