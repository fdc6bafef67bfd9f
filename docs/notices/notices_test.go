package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v2"
)

const root = "../.."

// Every module of a release is in the notices, with its licence's text; the one under the MPL with
// where its source is.
func TestNoticesNameEveryLinkedModule(t *testing.T) {
	text, err := notices(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, system := range systems() {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}| {{.Path}} | {{.Version}} |{{end}}{{end}}", ".")
		list.Dir, list.Env = root, append(os.Environ(), "GOOS="+system, "GOARCH=arm64", "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range strings.Split(strings.TrimSpace(string(out)), "\n") {
			if !strings.Contains(string(text), row) {
				t.Errorf("on %s there is no row %s", system, row)
			}
			if _, rest, _ := strings.Cut(row, " "); !strings.Contains(string(text), "## "+strings.Fields(rest)[0]+": ") {
				t.Errorf("there is no text for %s", row)
			}
		}
	}
	for _, want := range []string{
		"| github.com/r3labs/sse/v2 | v2.10.0 | MPL-2.0 |", "Mozilla Public License Version 2.0", "https://proxy.golang.org/",
		"| the Go standard library | ", "Copyright 2009 The Go Authors.",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("missing: %s", want)
		}
	}
}

func TestAnUnknownLicenceIsAnError(t *testing.T) {
	p := part{name: "example.com/x", texts: map[string]string{"LICENSE": "All rights reserved."}}
	if kinds, err := p.kinds(); err == nil {
		t.Errorf("%v", kinds)
	}
	if kinds, err := (&part{name: "example.com/y"}).kinds(); err == nil {
		t.Errorf("no licence at all is %v", kinds)
	}
}

// The archives of a release carry the notices, which are made before, for the systems that are built.
func TestArchivesCarryTheNotices(t *testing.T) {
	text, err := os.ReadFile(root + "/.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Before   struct{ Hooks []string }
		Builds   []struct{ Goos []string }
		Archives []struct{ Files []struct{ Src string } }
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	const made = "build/extra/THIRD_PARTY_NOTICES.md"
	if !strings.Contains(strings.Join(config.Before.Hooks, "\n"), "go run ./docs/notices > "+made) {
		t.Error("they are not made before a release")
	}
	for _, b := range config.Builds {
		if got, want := strings.Join(b.Goos, " "), strings.Join(systems(), " "); got != want {
			t.Errorf("built for %s, noticed for %s", got, want)
		}
	}
	if len(config.Archives) == 0 {
		t.Error("there are no archives")
	}
	for _, a := range config.Archives {
		has := map[string]bool{}
		for _, f := range a.Files {
			has[f.Src] = true
		}
		if !has[made] || !has["LICENSE"] {
			t.Errorf("an archive lacks them: %v", a.Files)
		}
	}
}

// Another version of goreleaser may read the configuration otherwise.
func TestGoreleaserIsPinned(t *testing.T) {
	text, err := os.ReadFile(root + "/Taskfile.yml")
	if err != nil {
		t.Fatal(err)
	}
	var tasks struct {
		Vars  map[string]string
		Tasks map[string]struct{ Cmds []string }
	}
	if err := yaml.Unmarshal(text, &tasks); err != nil {
		t.Fatal(err)
	}
	if run := tasks.Vars["GORELEASER"]; !regexp.MustCompile(`^go run github\.com/goreleaser/goreleaser/v2@v2\.\d+\.\d+$`).MatchString(run) {
		t.Errorf("no version is pinned: %s", run)
	}
	for _, task := range []string{"release", "snapshot"} {
		cmds := tasks.Tasks[task].Cmds
		if len(cmds) != 2 || cmds[0] != "{{.GORELEASER}} check" || !strings.HasPrefix(cmds[1], "{{.GORELEASER}} ") {
			t.Errorf("%s: %q", task, cmds)
		}
	}
}
