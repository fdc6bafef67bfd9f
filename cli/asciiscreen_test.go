package cli_test

import (
	"strings"
	"testing"

	"lenswatch/cli/console"
)

// A terminal, or a locale, that has only ASCII gets it by itself, and whole: names, states and the frame.
func TestScreenIsASCIIWhereOnlyThatIsShown(t *testing.T) {
	for _, env := range [][]string{{"TERM=linux"}, {"TERM=vt100"}, {"TERM=dumb"}, {"LANG=C"}, {"LC_ALL=POSIX", "LANG=en_GB.UTF-8"}} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			t.Parallel()
			c := console.Open(t, env, program.Path(t), "demo")
			c.Wait("+ Sessions", "Activity Monitor", "? help")
			for _, r := range c.Screen() {
				if r > 0x7e {
					t.Fatalf("there is %q:\n%s", r, c.Screen())
				}
			}
			c.Press("q")
		})
	}
}
