package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v2"
)

// The workflow runs what contributors run, on three systems, and looks for vulnerabilities; nothing may write but a release.
func TestWorkflows(t *testing.T) {
	type job struct {
		RunsOn   string `yaml:"runs-on"`
		Strategy struct {
			Matrix map[string][]string
		}
		Steps []map[string]any
	}
	var ci struct {
		Permissions map[string]string
		Jobs        map[string]job
	}
	text := read(t, "../.github/workflows/ci.yml")
	if err := yaml.Unmarshal([]byte(text), &ci); err != nil {
		t.Fatal(err)
	}
	runs := func(name, command string) bool {
		return slices.ContainsFunc(ci.Jobs[name].Steps, func(s map[string]any) bool {
			run, _ := s["run"].(string)
			return strings.HasPrefix(run, command)
		})
	}
	for name, command := range map[string]string{"linux": "bash .ci/run", "elsewhere": "go test ./...", "collector": "go -C deploy/collector test", "vulnerabilities": "go run golang.org/x/vuln/cmd/govulncheck@v"} {
		if !runs(name, command) {
			t.Errorf("%s does not run %s", name, command)
		}
	}
	if command := "go -C deploy/grafana test"; !runs("collector", command) {
		t.Errorf("collector does not run %s", command)
	}
	if os := ci.Jobs["elsewhere"].Strategy.Matrix["os"]; len(os) != 2 || ci.Permissions["contents"] != "read" || len(ci.Permissions) != 1 {
		t.Errorf("systems %v, permissions %v", os, ci.Permissions)
	}
	if !strings.Contains(read(t, "../.ci/run"), "\ngo test ./...\n") {
		t.Error(".ci/run does not run the README's tests")
	}
}

// Dependabot looks at every module, and the forms ask for what a diagnosis can be checked with.
func TestRepositoryHabits(t *testing.T) {
	var d struct {
		Updates []struct {
			Ecosystem string   `yaml:"package-ecosystem"`
			Dirs      []string `yaml:"directories"`
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../.github/dependabot.yml")), &d); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir("..", func(path string, e os.DirEntry, err error) error {
		if err == nil && e.Name() == "go.mod" {
			dir := "/" + strings.TrimPrefix(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), ".."), "/")
			if !slices.Contains(d.Updates[0].Dirs, dir) {
				t.Errorf("dependabot does not look at %s", dir)
			}
		}
		return err
	})
	if err != nil || d.Updates[0].Ecosystem != "gomod" {
		t.Errorf("%v, %+v", err, d)
	}
	forms, err := filepath.Glob("../.github/ISSUE_TEMPLATE/*.yml")
	if err != nil || len(forms) < 3 {
		t.Fatalf("%v, %v", forms, err)
	}
	asked := 0
	for _, form := range forms {
		var f map[string]any
		text := read(t, form)
		if err := yaml.Unmarshal([]byte(text), &f); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		if strings.Contains(text, "lenswatch report") {
			asked++
		}
	}
	if asked < 2 {
		t.Errorf("%d forms ask for lenswatch report", asked)
	}
}

// The script that tries the README on a fresh Debian types what the README says first.
func TestFirstMinuteRunsTheReadmesCommands(t *testing.T) {
	script := read(t, "first-minute.sh")
	_, rest, _ := strings.Cut(read(t, "../README.md"), "```sh\n")
	block, _, _ := strings.Cut(rest, "```")
	for _, command := range strings.Split(strings.TrimSpace(block), "\n") {
		if words := strings.Fields(command); len(words) < 2 || !strings.Contains(script, words[0]+" "+words[1]+" ") {
			t.Errorf("it does not run %q", command)
		}
	}
	if bash, err := exec.LookPath("bash"); err == nil {
		if out, err := exec.Command(bash, "-n", "first-minute.sh").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
