package ui

import (
	"flag"
	"os"
	"strings"
	"testing"

	"lenswatch/theme"
	"lenswatch/watch/health"
)

var update = flag.Bool("update", false, "write what tests generate: goldens and the README's key table")

// The README's key table is the key map's.
func TestReadmeKeys(t *testing.T) {
	const path, begin, end = "../README.md", "-update` -->\n", "<!-- end keys -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	table, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the README has lost the marks of its key table")
	}
	want := DefaultKeyMap().Markdown()
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+want+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Error("the key table is not the key map's: run go test ./ui -run TestReadmeKeys -update")
	}
}

// The README's table of states is what the screen draws.
func TestReadmeStates(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	sh := &shared{}
	sh.setTheme(theme.New(theme.Options{Dark: true}))
	for _, s := range append(sh.stateStyles, sh.attention(health.Warning)) {
		row := "| " + plain(s.glyph) + " | " + s.word + " | " + s.meaning + " |"
		if !strings.Contains(string(text), row) {
			t.Errorf("the README has no row %q", row)
		}
	}
}
