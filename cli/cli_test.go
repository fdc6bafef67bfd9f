package cli_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lenswatch/cli"
	"lenswatch/cli/console"
	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/profile"
	"lenswatch/client/simulator"
	"lenswatch/watch/custody"
)

// program is the real binary that the tests of this package share.
var program console.Binary

// suite is the tests, and what is to be done after them.
type suite struct{ m *testing.M }

func (s suite) Run() int {
	// Most of these tests wait for other processes and for answers that arrive late, not for a processor.
	flag.Parse()
	if !given("test.parallel") {
		if err := flag.Set("test.parallel", "6"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	code := s.m.Run()
	if err := program.Remove(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return code
}

// given reports whether a flag stands on the command line.
func given(name string) (is bool) {
	flag.Visit(func(f *flag.Flag) { is = is || f.Name == name })
	return is
}

func TestMain(m *testing.M) {
	testscript.Main(suite{m}, map[string]func(){
		"lenswatch": func() {
			env := cli.System()
			env.Signals = cli.NotifySignals(env)
			env.Keyring = fileKeyring(os.Getenv("TEST_KEYRING"))
			os.Exit(cli.Main(env.Signals.Context(), env, os.Args[1:]))
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("ATAI_API_KEY", "")
			e.Setenv("ARCHETYPE_API_KEY", "")
			e.Setenv("ATAI_API_ENDPOINT", "")
			e.Setenv("AGENTHUMAN_API_KEY", "")
			e.Setenv("AGENTHUMAN_API_ENDPOINT", "")
			// The race detector would hold each command for a second at its end.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			e.Values[newest{}] = new(*simulator.Simulator)
			docs, err := filepath.Abs("../docs")
			if err != nil {
				return err
			}
			e.Setenv("DOCS", docs)
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// exitcode CODE COMMAND...: the command ends with this code.
			"exitcode": exitCode,
			// simulate LENS [FAULT...]: a simulator serves, and $SESSION runs the lens: activity, machine, or
			// flood, which has 10,000 results a second. Time runs at five times its pace, and $ADDRESS is where.
			"simulate": simulate,
			// account NAME LENS [FAULT...]: the same for the account of a profile, whose key is NAME-key in NAME_ATAI_API_KEY.
			// $NAME_ENDPOINT is where it is, and $NAME_SESSION a session as the profile calls it. NAME is in small letters.
			"account": account,
			// human [FAULT...]: the same for AgentHuman alone; $SESSION is one of its sessions.
			"human": human,
			// jsonlines N: what was written to standard output last is N JSON objects, one a line.
			"jsonlines": jsonLines,
			// setenv NAME FILE: the variable becomes what the file, or stdout, holds.
			"setenv": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
			},
			// fault NAME[=ARG]: a fault from now on, of the service that was simulated last.
			"fault": func(ts *testscript.TestScript, _ bool, args []string) {
				f, err := simulator.ParseFault(args[0])
				ts.Check(err)
				ts.Check((*ts.Value(newest{}).(**simulator.Simulator)).Inject(f))
			},
			// examples PAGE: every command in the shell examples of a document runs, and writes something.
			"examples": examples,
			// orphan [PROFILE]: a run of lenswatch creates the session $ORPHAN and ends without another word.
			"orphan": orphan,
		},
	})
}

// newest is the key of the simulator that a script started last.
type newest struct{}

// exampleID is the session of the documents.
const exampleID = "lsn-251207a89f948ed4e30d8f80aaba77"

func examples(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: examples PAGE")
	}
	page, err := os.ReadFile(args[0])
	ts.Check(err)
	text, n := strings.ReplaceAll(string(page), exampleID, ts.Getenv("SESSION")), 0
	for _, block := range strings.Split(text, "```sh\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		for _, line := range strings.Split(block, "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			n++
			if tool, _, _ := strings.Cut(strings.TrimSpace(line), " "); tool != "lenswatch" {
				if _, err := exec.LookPath(tool); err != nil {
					ts.Logf("%s is not here: `%s` is not run", tool, line)
					continue
				}
			}
			ts.Check(ts.Exec("bash", "-o", "pipefail", "-c", line))
			if ts.ReadFile("stdout") == "" {
				ts.Fatalf("`%s` of %s writes nothing", line, args[0])
			}
		}
	}
	if n == 0 {
		ts.Fatalf("%s has no examples", args[0])
	}
}

func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode CODE COMMAND [ARG...]")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

func simulate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: simulate LENS [FAULT...]")
	}
	base, id := serve(ts, simulator.Config{Speed: 5}, args)
	ts.Setenv("ATAI_API_ENDPOINT", base)
	ts.Setenv("ATAI_API_KEY", simulator.DefaultKey)
	ts.Setenv("SESSION", id)
	address, err := url.Parse(base)
	ts.Check(err)
	ts.Setenv("ADDRESS", address.Host)
}

func account(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: account NAME LENS [FAULT...]")
	}
	name := strings.ToUpper(args[0])
	base, id := serve(ts, simulator.Config{Speed: 5, Key: args[0] + "-key"}, args[1:])
	ts.Setenv(name+"_ENDPOINT", base)
	ts.Setenv(name+"_ATAI_API_KEY", args[0]+"-key")
	ts.Setenv(name+"_SESSION", args[0]+":"+id)
}

// serve is a simulator and a session of it; args are a lens and faults.
func serve(ts *testscript.TestScript, cfg simulator.Config, args []string) (base, session string) {
	if args[0] == "flood" {
		cfg.Rate = 10_000
	}
	for _, a := range args[1:] {
		f, err := simulator.ParseFault(a)
		ts.Check(err)
		cfg.Faults = append(cfg.Faults, f)
	}
	sim, err := simulator.New(cfg)
	ts.Check(err)
	*ts.Value(newest{}).(**simulator.Simulator) = sim
	ts.Defer(func() { _ = sim.Close() })
	base, err = sim.Listen("127.0.0.1:0", false)
	ts.Check(err)
	lenses := map[string]string{"activity": simulator.LensActivityMonitor, "machine": simulator.LensMachineState, "flood": simulator.LensActivityMonitor}
	session, err = sim.Create(lenses[args[0]])
	ts.Check(err)
	return base, session
}

func human(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: human [FAULT...]")
	}
	cfg := simulator.Config{}
	for _, a := range args {
		f, err := simulator.ParseFault(a)
		ts.Check(err)
		cfg.Faults = append(cfg.Faults, f)
	}
	sim, err := simulator.New(cfg)
	ts.Check(err)
	ts.Defer(func() { _ = sim.Close() })
	base, err := sim.Listen("127.0.0.1:0", false)
	ts.Check(err)
	id, err := sim.CreateHuman()
	ts.Check(err)
	ts.Setenv("AGENTHUMAN_API_ENDPOINT", simulator.HumanEndpoint(base))
	ts.Setenv("AGENTHUMAN_API_KEY", simulator.DefaultHumanKey)
	ts.Setenv("SESSION", id)
}

func jsonLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: jsonlines N")
	}
	lines := strings.Split(strings.TrimSuffix(ts.ReadFile("stdout"), "\n"), "\n")
	for _, line := range lines {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			ts.Fatalf("%v in: %s", err, line)
		}
	}
	if strconv.Itoa(len(lines)) != args[0] {
		ts.Fatalf("%d lines, want %s", len(lines), args[0])
	}
}

func orphan(ts *testscript.TestScript, _ bool, args []string) {
	endpoint, key := ts.Getenv("ATAI_API_ENDPOINT"), simulator.DefaultKey
	if len(args) > 0 {
		endpoint, key = ts.Getenv(strings.ToUpper(args[0])+"_ENDPOINT"), args[0]+"-key"
	}
	lens, err := archetype.New(archetype.Options{Endpoint: endpoint, Key: archetype.NewSecret(key)})
	ts.Check(err)
	svc := client.Service(lens)
	if len(args) > 0 {
		svc = profile.Archetype(args[0], lens)
	}
	ledger := custody.Open(filepath.Join(ts.Getenv("XDG_STATE_HOME"), "lenswatch", "custody.ndjson"), time.Now)
	session, err := ledger.Create(context.Background(), svc, client.CreateRequest{LensID: simulator.LensMachineState})
	ts.Check(err)
	ledger.Close()
	ts.Setenv("ORPHAN", session.ID)
}
