package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lenswatch/cli/console"
	"lenswatch/client/simulator"
)

// shell is bash on a terminal of its own, with a simulator for a service, in which a person types commands.
type shell struct {
	t    *testing.T
	c    *console.Console
	env  []string // of the shell; it has no key
	base string   // of the simulator
	work string   // a folder to work in
	dir  string   // where the shell is
	next int      // number of the newest prompt
}

// openShell opens one. Its prompt has the number of the command that is to come, and the exit code of the last one:
// of the first program, if that was a pipeline.
func openShell(t *testing.T) *shell {
	t.Helper()
	service, bin := simulatorProcess(t, "--speed", "5", "--quota", "100"), t.TempDir()
	s := &shell{t: t, work: t.TempDir(), next: 1, base: strings.TrimPrefix(service[0], "ATAI_API_ENDPOINT=")}
	s.env = append(console.GoEnv(t), service[0], service[2], "GOBIN="+bin, "PATH="+bin+":"+os.Getenv("PATH"),
		"HOME="+t.TempDir(), "DBUS_SESSION_BUS_ADDRESS=disabled:", "LC_ALL=C.UTF-8", `PS1=\n[\#:${PIPESTATUS[0]}]> `)
	s.c = console.Open(t, s.env, "sh", "-c", "exec setsid --ctty --wait bash --norc --noediting -i 2>&1")
	s.prompt()
	return s
}

// ready is the prompt that is awaited.
func (s *shell) ready() *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf(`\[%d:(\d*)\]>`, s.next))
}

// prompt waits for the shell to be ready for the next command, and returns the exit code of the last.
func (s *shell) prompt() (code int) {
	s.t.Helper()
	re := s.ready()
	s.c.WaitFor("the prompt "+re.String(), re.MatchString)
	code, _ = strconv.Atoi(re.FindStringSubmatch(s.c.Screen())[1]) // there is none before the first command
	return code
}

// enter goes to a folder.
func (s *shell) enter(dir string) {
	s.t.Helper()
	if s.dir != dir {
		s.run("cd "+dir, ending{})
		s.dir = dir
	}
}

// run types a command, waits for what it shows, ends it, and fails if that ends otherwise.
func (s *shell) run(line string, e ending) {
	s.t.Helper()
	before := fmt.Sprintf("[%d:", s.next)
	s.next++
	s.c.Press(line + "\r")
	output := func(screen string) string {
		if _, after, ok := strings.Cut(screen, before); ok {
			_, screen, _ = strings.Cut(after, line)
		}
		return screen
	}
	var missing []string
	s.c.WaitFor(fmt.Sprintf("%q, of `%s`", e.shows, line), func(screen string) bool {
		shown := func(text string) bool { return strings.Contains(output(screen), text) }
		missing = slices.DeleteFunc(slices.Clone(e.shows), shown)
		return len(missing) == 0 || s.ready().MatchString(screen)
	})
	if len(missing) > 0 {
		s.t.Fatalf("`%s` ended, and did not show %q, at least not at its end:\n%s", line, missing, s.c.Screen())
	}
	if e.secret {
		s.c.WaitMode()
	}
	s.c.Press(e.keys)
	if code := s.prompt(); code != e.code {
		s.t.Errorf("`%s` ended with exit code %d, want %d:\n%s", line, code, e.code, s.c.Screen())
	}
	if e.secret && strings.Contains(output(s.c.Screen()), strings.TrimSpace(e.keys)) {
		s.t.Errorf("`%s` shows what is not to be shown:\n%s", line, s.c.Screen())
	}
}

// close leaves the shell.
func (s *shell) close() {
	s.t.Helper()
	s.c.Press("exit 0\r")
	if err := s.c.Ended(); err != nil {
		s.t.Error(err)
	}
}

// session has the service open a session, as someone else would.
func (s *shell) session() string {
	s.t.Helper()
	var made struct {
		ID string `json:"session_id"`
	}
	if err := json.Unmarshal(s.control("sessions", `{"lens_id": "`+simulator.LensActivityMonitor+`"}`), &made); err != nil || made.ID == "" {
		s.t.Fatalf("no session was made: %v", err)
	}
	return made.ID
}

// control asks something of the simulator.
func (s *shell) control(what, body string) []byte {
	s.t.Helper()
	resp, err := http.Post(strings.TrimSuffix(s.base, "/v0.5")+"/_sim/"+what, "application/json", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s, %v: %s", what, body, resp.Status, err, answer)
	}
	return answer
}
