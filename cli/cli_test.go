package cli_test

import (
	"context"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"lenswatch/cli"
	"lenswatch/client/simulator"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lenswatch": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			code := cli.Main(ctx, cli.System(), os.Args[1:])
			stop()
			os.Exit(code)
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
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// exitcode CODE COMMAND...: the command ends with this code.
			"exitcode": exitCode,
			// simulate LENS [FAULT...]: a simulator serves, and $SESSION runs the lens. Time runs at
			// five times its pace.
			"simulate": simulate,
		},
	})
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
	cfg := simulator.Config{Speed: 5}
	for _, a := range args[1:] {
		f, err := simulator.ParseFault(a)
		ts.Check(err)
		cfg.Faults = append(cfg.Faults, f)
	}
	sim, err := simulator.New(cfg)
	ts.Check(err)
	ts.Defer(func() { _ = sim.Close() })
	base, err := sim.Listen("127.0.0.1:0", false)
	ts.Check(err)
	lenses := map[string]string{"activity": simulator.LensActivityMonitor, "machine": simulator.LensMachineState}
	id, err := sim.Create(lenses[args[0]])
	ts.Check(err)
	ts.Setenv("ATAI_API_ENDPOINT", base)
	ts.Setenv("ATAI_API_KEY", simulator.DefaultKey)
	ts.Setenv("SESSION", id)
}
