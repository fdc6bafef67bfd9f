package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// everyCommand calls f with the root and all that is below it.
func everyCommand(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		everyCommand(sub, f)
	}
}

func testRoot() *cobra.Command {
	return newRoot(Env{Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer), Getenv: func(string) string { return "" }})
}

// Help has no line of more than 80 columns where the terminal has 80, and every command has an example.
func TestHelpFitsTheTerminal(t *testing.T) {
	everyCommand(testRoot(), func(c *cobra.Command) {
		if !strings.Contains(c.Example, "lenswatch") {
			t.Errorf("%s has no example", c.CommandPath())
		}
		p := &helpPage{width: 80}
		p.command(c)
		for _, line := range strings.Split(p.String(), "\n") {
			if ansi.StringWidth(line) > 80 {
				t.Errorf("%s: a line of help is too wide: %s", c.CommandPath(), line)
			}
		}
		for _, heading := range []string{"USAGE", "EXAMPLES", "FLAGS"} {
			if !strings.Contains(p.String(), "\n"+heading+"\n") {
				t.Errorf("%s: help has no %s", c.CommandPath(), heading)
			}
		}
	})
}

// Whatever a flag takes, its help says so: a unit, the choices or an example.
func TestFlagsNameTheirUnits(t *testing.T) {
	everyCommand(testRoot(), func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			text := flagUsage(f)
			if f.Value.Type() == "duration" && !strings.Contains(text, "such as") && !strings.Contains(text, "(default ") {
				t.Errorf("%s --%s: %q has neither an example nor a default", c.CommandPath(), f.Name, text)
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s --%s has no help", c.CommandPath(), f.Name)
			}
			if value, _ := pflag.UnquoteUsage(f); slices.Contains([]string{"string", "int", "float", "stringArray", "strings"}, value) {
				t.Errorf("%s --%s takes a %s, which does not say what", c.CommandPath(), f.Name, value)
			}
		})
	})
}

func TestProse(t *testing.T) {
	const text = "a line\nand its end.\n\nnext:\n\n  a  row\n  another\n\nlast\nwords"
	if got, want := prose(text), "a line and its end.\n\nnext:\n\n  a  row\n  another\n\nlast words"; got != want {
		t.Errorf("%q", got)
	}
}

// The manual page has every command, flag, exit code and variable.
func TestManPageIsWhole(t *testing.T) {
	root := testRoot()
	page := strings.ReplaceAll(manPage(root), `\`, "")
	everyCommand(root, func(c *cobra.Command) {
		if !strings.Contains(page, c.CommandPath()) {
			t.Errorf("%s is missing", c.CommandPath())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(page, "--"+f.Name) {
				t.Errorf("%s --%s is missing", c.CommandPath(), f.Name)
			}
		})
	})
	for _, x := range exitMeanings() {
		if x.means == "" || !strings.Contains(page, x.means) {
			t.Errorf("exit code %d is missing", x.code)
		}
	}
	for _, name := range []string{"ATAI_API_KEY", "ARCHETYPE_API_KEY", "AGENTHUMAN_API_KEY", "LENSWATCH_CONFIG", "LENSWATCH_THEME", "NO_COLOR", "config.toml", "custody.ndjson"} {
		if !strings.Contains(page, name) {
			t.Errorf("%s is missing", name)
		}
	}
}
