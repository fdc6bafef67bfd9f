// Package deploy has no code: its tests check the files that help to run lenswatch, against what lenswatch has.
package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v2"

	"lenswatch/watch/metrics"
)

// exported are the names of all metrics for Prometheus.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, f := range metrics.Table() {
		names[metrics.PrometheusName(f)] = true
	}
	for _, name := range []string{"lenswatch_sessions", "lenswatch_sessions_open", "lenswatch_sessions_omitted", "lenswatch_session_status_info"} {
		names[name] = true
	}
	return names
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(read(t, file)), into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

var metricName = regexp.MustCompile(`\blenswatch_[a-z_]+`)

// Every metric that an alert or a panel names is one that lenswatch exports.
func TestMetricsThatAreNamedExist(t *testing.T) {
	names := exported(t)
	for _, file := range []string{"prometheus/alerts.yml", "prometheus/alerts_test.yml", "grafana/lenswatch.json"} {
		found := metricName.FindAllString(read(t, file), -1)
		if len(found) < 3 {
			t.Errorf("%s names %d metrics", file, len(found))
		}
		for _, name := range found {
			if !names[name] {
				t.Errorf("%s: there is no metric %s", file, name)
			}
		}
	}
}

type rule struct {
	Record, Alert, Expr, For string
	Labels, Annotations      map[string]string
}

// The alerts are those that are promised, each with a severity and with what to do, and name labels that exist.
func TestAlerts(t *testing.T) {
	var rules struct {
		Groups []struct {
			Name  string
			Rules []rule
		}
	}
	readYAML(t, "prometheus/alerts.yml", &rules)
	var names []string
	for _, r := range rules.Groups[0].Rules {
		if r.Alert == "" {
			continue
		}
		names = append(names, r.Alert)
		if r.Expr == "" || r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s is incomplete: %+v", r.Alert, r)
		}
		for _, label := range regexp.MustCompile(`\$labels\.(\w+)`).FindAllStringSubmatch(r.Annotations["summary"]+r.Annotations["description"], -1) {
			if !slices.Contains([]string{"session", "service", "lens", "instance", "verdict"}, label[1]) {
				t.Errorf("%s: no series has the label %s", r.Alert, label[1])
			}
		}
	}
	for _, want := range []string{"LensSessionStalled", "LensSessionExpires", "LensQuotaNearlyFull", "LenswatchBehind", "LenswatchDown"} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no alert %s", want)
		}
	}
	var config struct {
		Global map[string]string `yaml:"global"`
		Files  []string          `yaml:"rule_files"`
		Scrape []struct {
			Job    string                `yaml:"job_name"`
			Static []map[string][]string `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	readYAML(t, "prometheus/prometheus.yml", &config)
	if config.Files[0] != "alerts.yml" || config.Scrape[0].Job != "lenswatch" {
		t.Errorf("%+v", config)
	}
}

// Prometheus itself reads the rules, and they alert when they should.
func TestPromtool(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian: prometheus)")
	}
	for _, args := range [][]string{{"check", "config", "prometheus.yml"}, {"test", "rules", "alerts_test.yml"}} {
		cmd := exec.Command(promtool, args...)
		cmd.Dir = "prometheus"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// The dashboard has what Grafana requires of one, and no two panels overlap.
func TestDashboard(t *testing.T) {
	var d struct {
		Title, UID    string
		SchemaVersion int
		Panels        []struct {
			ID          int
			Type, Title string
			GridPos     struct{ X, Y, W, H int }
			Targets     []struct{ RefID, Expr string }
		}
		Templating struct{ List []struct{ Name, Type string } }
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/lenswatch.json")), &d); err != nil {
		t.Fatal(err)
	}
	if d.Title == "" || d.UID == "" || d.SchemaVersion < 36 || len(d.Panels) < 5 {
		t.Errorf("%+v", d)
	}
	ids, cells := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if p.ID == 0 || ids[p.ID] || p.Type == "" || p.Title == "" || len(p.Targets) == 0 || p.Targets[0].Expr == "" || p.Targets[0].RefID == "" {
			t.Errorf("%+v", p)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := cells[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%q stands on %q, or outside the grid", p.Title, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
	}
	for _, v := range regexp.MustCompile(`\$\{?([a-z]+)`).FindAllStringSubmatch(read(t, "grafana/lenswatch.json"), -1) {
		if !slices.ContainsFunc(d.Templating.List, func(l struct{ Name, Type string }) bool { return l.Name == v[1] }) {
			t.Errorf("there is no variable %s", v[1])
		}
	}
}

// The collector's pipelines use what is configured, and receive where docs/fleets.md sends.
func TestCollector(t *testing.T) {
	var c struct {
		Receivers, Processors, Exporters map[string]any
		Service                          struct {
			Pipelines map[string]struct{ Receivers, Processors, Exporters []string }
		}
	}
	readYAML(t, "otelcol/config.yaml", &c)
	for _, signal := range []string{"logs", "metrics"} {
		p, ok := c.Service.Pipelines[signal]
		if !ok {
			t.Fatalf("no pipeline for %s", signal)
		}
		for _, part := range []struct {
			used []string
			have map[string]any
		}{{p.Receivers, c.Receivers}, {p.Processors, c.Processors}, {p.Exporters, c.Exporters}} {
			for _, name := range part.used {
				if _, ok := part.have[name]; !ok {
					t.Errorf("%s: %s is not configured", signal, name)
				}
			}
		}
	}
	if !strings.Contains(read(t, "otelcol/config.yaml"), "endpoint: 127.0.0.1:4318") {
		t.Error("it does not listen for OTLP over HTTP")
	}
}

// systemd knows every setting of the unit, and finds little that it exposes.
func TestUnit(t *testing.T) {
	unit := read(t, "systemd/lenswatch.service")
	for _, want := range []string{"ExecStart=/usr/bin/lenswatch tail --all", "DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "SystemCallFilter="} {
		if !strings.Contains(unit, want) {
			t.Errorf("no %s", want)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=20", "systemd/lenswatch.service").CombinedOutput()
	if err != nil {
		t.Skipf("systemd-analyze cannot look at a unit here: %v\n%s", err, out)
	}
	if out, _ := exec.Command(analyze, "verify", "--man=no", "systemd/lenswatch.service").CombinedOutput(); regexp.MustCompile(`(?i)unknown (key|section|lvalue)|failed to parse|invalid`).Match(out) {
		t.Errorf("%s", out)
	}
}

// What the container file copies is there, and it runs as nobody in particular.
func TestContainerFile(t *testing.T) {
	text := read(t, "Containerfile")
	for _, want := range []string{"FROM scratch", "USER 65532:65532", `ENTRYPOINT ["/usr/bin/lenswatch"]`, "ca-certificates.crt", "THIRD_PARTY_NOTICES.md"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))
	if !strings.Contains(text, "golang:"+version[1]+" ") {
		t.Errorf("it does not build with Go %s", version[1])
	}
	for _, file := range []string{"go.mod", "go.sum", "LICENSE"} {
		if _, err := os.Stat("../" + file); err != nil {
			t.Error(err)
		}
	}
}
