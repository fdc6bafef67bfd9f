package cli_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lenswatch/cli/console"
)

func TestDemoOnATerminal(t *testing.T) {
	t.Parallel()
	c := console.Open(t, nil, program.Path(t), "demo", "--speed", "4")
	c.Wait("lenswatch demo", "Sessions", "live", "/s")
	c.Wait("Avatar") // the session of AgentHuman stands next to the lenses
	c.Press("c")
	c.Wait("Create a session", "mailbox")
	c.Press("activity")
	c.Press("\r")
	c.Wait("Created", "yours")
	c.Press("q")
	c.Wait("still running")
	c.Press("\r")
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Stderr())
	}
}

// Two processes over a socket: the simulator, and the viewer with the two variables.
func TestCreateWatchDestroyOverTheSocket(t *testing.T) {
	t.Parallel()
	env := simulatorProcess(t)[:2]
	endpoint := strings.TrimPrefix(env[0], "ATAI_API_ENDPOINT=")
	key := strings.TrimPrefix(env[1], "ATAI_API_KEY=")

	c := console.Open(t, env, program.Path(t))
	c.Wait("No open sessions")
	c.Press("c")
	c.Wait("Create a session", "Activity")
	c.Press("activity\r")
	c.Wait("Created", "1 open")
	c.Wait("follow", "1 result") // the health pane counts the first one
	ids := listed(t, endpoint, key)
	if len(ids) != 1 {
		t.Fatalf("the service lists %v", ids)
	}
	c.Press("d")
	c.Wait("Destroy this session?", ids[0])
	c.Press("y")
	c.Wait("Destroyed")
	if left := listed(t, endpoint, key); len(left) != 0 {
		t.Fatalf("the service still lists %v", left)
	}
	c.Press("q")
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Stderr())
	}
	if strings.Contains(c.Screen()+c.Stderr(), key) {
		t.Error("the key was shown")
	}
}

// simulatorProcess starts a simulator in a process of its own, which ends with the test. What it says that a client has to
// set is returned: endpoint and key of the Lens API, then those of AgentHuman.
func simulatorProcess(t *testing.T, args ...string) (env []string) {
	t.Helper()
	sim := exec.Command(program.Path(t), append([]string{"simulate"}, args...)...)
	out, err := sim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = sim.Process.Kill(), sim.Wait() })
	for lines := bufio.NewScanner(out); len(env) < 4; {
		if !lines.Scan() {
			t.Fatalf("the simulator said only %q", env)
		}
		env = append(env, strings.TrimPrefix(lines.Text(), "export "))
	}
	return env
}

// listed asks the service itself which sessions are open.
func listed(t *testing.T, endpoint, key string) (ids []string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint+"/lens/sessions/metadata", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var records []struct {
		ID string `json:"session_id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&records); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestSignalRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	c := console.Open(t, nil, program.Path(t), "demo")
	c.Wait("lenswatch demo")
	if err := c.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Stderr())
	}
}

// The screen serves the same numbers as tail.
func TestMetricsOfTheScreen(t *testing.T) {
	t.Parallel()
	c := console.Open(t, nil, program.Path(t), "demo", "--metrics", "0")
	c.Wait("lenswatch demo", "live", "follow") // the address is reported before the screen is drawn
	_, address, _ := strings.Cut(c.Stderr(), "metrics are at ")
	address, _, _ = strings.Cut(address, "\n")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var page []byte
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(string(page), "lenswatch_session_results_total{"); {
		if time.Now().After(deadline) {
			t.Fatalf("%s never had a session:\n%s", address, page)
		}
		resp, err := client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		page, err = io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Stderr())
	}
}

// A settings file that cannot be used does not stop the demo, which says so; nor does a key that two
// actions would have.
func TestDemoWithABrokenSettingsFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"them = \"light\"\n", "[keys]\ncreate = \"d\"\n"} {
		config := t.TempDir()
		if err := os.Mkdir(filepath.Join(config, "lenswatch"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(config, "lenswatch", "config.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c := console.Open(t, []string{"XDG_CONFIG_HOME=" + config}, program.Path(t), "demo")
		c.Wait("lenswatch demo", "Ignoring the settings file", "config.toml:")
		c.Press("c")
		c.Wait("Create a session")
		if err := c.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := c.Ended(); err != nil {
			t.Fatalf("%v\n%s", err, c.Stderr())
		}
	}
}
