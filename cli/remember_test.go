package cli_test

import (
	"os"
	"path/filepath"
	"testing"
)

// What was arranged on the screen is there again in the next run, and a file that makes no sense
// does no harm.
func TestArrangementIsRemembered(t *testing.T) {
	bin, state := build(t), t.TempDir()
	env := []string{"XDG_STATE_HOME=" + state}
	leave := func(c *console) {
		c.press("q")
		if err := c.ended(); err != nil {
			t.Fatalf("%v\n%s", err, c.stderr.String())
		}
	}
	c := open(t, env, bin, "demo")
	c.wait("╭ Sessions")
	c.press("T")
	c.wait("high-contrast", "┏ Sessions")
	leave(c)

	c = open(t, env, bin, "demo")
	c.wait("┏ Sessions")
	leave(c)

	if err := os.WriteFile(filepath.Join(state, "lenswatch", "screen.json"), []byte(`{"splits":[1`), 0o600); err != nil {
		t.Fatal(err)
	}
	c = open(t, env, bin, "demo")
	c.wait("╭ Sessions")
	leave(c)
}
