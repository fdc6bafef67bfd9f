package deploy

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Prometheus itself, with the configuration and the alerts that are shipped, scrapes a tail of a simulated account.
func TestPrometheusScrapes(t *testing.T) {
	prometheus, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("prometheus is not installed (Debian: prometheus)")
	}
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	dir, metrics, web := t.TempDir(), freeAddress(t), freeAddress(t)
	bin := filepath.Join(dir, "lenswatch")
	build := exec.Command("go", "build", "-o", bin, "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env := simulated(t, bin, filepath.Join(dir, "home"))
	background(t, env, bin, "tail", "--all", "--metrics", metrics)
	config := strings.ReplaceAll(read(t, "prometheus/prometheus.yml"), "127.0.0.1:9464", metrics)
	if !strings.Contains(config, metrics) {
		t.Fatal("the configuration scrapes no 127.0.0.1:9464")
	}
	for name, text := range map[string]string{"prometheus.yml": config, "alerts.yml": read(t, "prometheus/alerts.yml")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	background(t, env, prometheus, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+web)
	for _, query := range []string{
		`up{job="lenswatch"} == 1`, `sum(lenswatch_session_results_total) > 0`, `lenswatch_session_stalled == 0`,
		`lenswatch_sessions_open == 1`, `lenswatch_session_status_info{verdict!=""} == 1`, `lenswatch_session_limit_remaining_seconds > 80000`,
	} {
		eventually(t, query, func() (string, bool) {
			text := get(fmt.Sprintf("http://%s/api/v1/query?query=%s", web, url.QueryEscape(query)))
			var answer struct{ Data struct{ Result []any } }
			return text, json.Unmarshal([]byte(text), &answer) == nil && len(answer.Data.Result) == 1
		})
	}
	var rules struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError string }
			}
		}
	}
	eventually(t, "evaluated rules", func() (string, bool) {
		text := get("http://" + web + "/api/v1/rules")
		if json.Unmarshal([]byte(text), &rules) != nil || len(rules.Data.Groups) != 1 || len(rules.Data.Groups[0].Rules) < 5 {
			return text, false
		}
		for _, r := range rules.Data.Groups[0].Rules {
			if r.Health != "ok" {
				return text, false
			}
		}
		return text, true
	})
}

// simulated starts a simulated account with a session, and returns the environment of its clients.
func simulated(t *testing.T, bin, dir string) []string {
	t.Helper()
	cmd := exec.Command(bin, "simulate", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	env := append(os.Environ(), "HOME="+dir, "XDG_STATE_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	r := bufio.NewReader(out)
	for range 2 { // the address and the key of the Lens API
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, strings.TrimPrefix(strings.TrimSpace(line), "export "))
	}
	create := exec.Command(bin, "sessions", "create", "Activity Monitor")
	create.Env = env
	if out, err := create.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return env
}

// background runs a program until the test ends.
func background(t *testing.T, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
}

// freeAddress is an address of this machine that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// get is what an address answers, empty if it does not.
func get(address string) string {
	resp, err := http.Get(address)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body) // what is missing does not match
	return string(text)
}

// eventually waits until something is so, two minutes at the longest.
func eventually(t *testing.T, what string, is func() (seen string, ok bool)) {
	t.Helper()
	seen := ""
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); <-tick.C {
		ok := false
		if seen, ok = is(); ok {
			return
		}
	}
	t.Errorf("not within two minutes: %s\n%s", what, seen)
}
