package ui

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
)

var update = flag.Bool("update", false, "write what tests generate: goldens, pictures and docs/keys.md")

// docs/keys.md is the table of actions.
func TestKeysPage(t *testing.T) {
	const path = "../docs/keys.md"
	want := "# Keys\n\nGenerated from the table of actions (`ui/actions.go`) by `go test ./ui -run TestKeysPage -update`.\n" +
		"The name of an action is for the [settings](configuration.md#keys); in lenswatch, `?` shows these keys and `ctrl+p` lists the actions.\n\n" +
		DefaultKeys().Markdown()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != want {
		t.Error("docs/keys.md is not the table of actions: run go test ./ui -run TestKeysPage -update")
	}
}

// The README's table of states is what the screen draws.
func TestReadmeStates(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	c := &draw.Context{Theme: theme.New(theme.Options{Dark: true}), Keys: DefaultKeys()}
	for _, s := range status.States(c) {
		row := "| " + draw.Plain(s.Glyph) + " | " + s.Word + " | " + c.Keys.Text(action.Main, s.Meaning) + " |"
		if !strings.Contains(string(text), row) {
			t.Errorf("the README has no row %q", row)
		}
	}
}

// The map of the screen in the document names files that are there.
func TestMapOfTheScreenNamesFiles(t *testing.T) {
	text, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "### Which code draws a line")
	section, _, _ = strings.Cut(section, "\n## ")
	paths := regexp.MustCompile("`((?:ui|client|watch)/[a-z_/*]+\\.go)`").FindAllStringSubmatch(section, -1)
	if len(paths) < 20 {
		t.Fatalf("only %d files", len(paths))
	}
	for _, m := range paths {
		if found, _ := filepath.Glob(filepath.Join("..", m[1])); len(found) == 0 {
			t.Errorf("%s is not there", m[1])
		}
	}
}
