package ui

import (
	"flag"
	"os"
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
