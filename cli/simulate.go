package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client/guard"
	"lenswatch/client/simulator"
)

type simulateOptions struct {
	cfg         simulator.Config
	listen      string
	allowRemote bool
	story       bool
	faults      []string
}

func newSimulate(env Env) *cobra.Command {
	o := &simulateOptions{}
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Serve a simulated Lens API and AgentHuman",
		Long: `simulate serves the Lens API, and AgentHuman, as their documents describe them, until it is stopped. It prints what a client
has to set, then stays. Faults are set with --fault, or at any moment through /_sim/ on the same address. What stands
in brackets may be left out.

Faults:
` + faultHelp(),
		Example: "lenswatch simulate --story\n" +
			"lenswatch simulate --listen 127.0.0.1:8123 --fault stall --rate 100\n" +
			"curl -s http://127.0.0.1:8123/_sim/",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return simulate(cmd.Context(), env, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on, HOST:PORT; port 0 takes a free one")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "let other machines connect: listen beyond loopback")
	f.BoolVar(&o.story, "story", false, "play the story of the demo: sessions come, stall, recover and go")
	f.Int64Var(&o.cfg.Seed, "seed", 1, "what the lenses see: the same seed tells the same story")
	f.Float64Var(&o.cfg.Speed, "speed", 1, "how fast time runs: 2 is twice as fast")
	f.DurationVar(&o.cfg.Heartbeat, "heartbeat", 5*time.Second, "time between two heartbeats")
	f.IntVar(&o.cfg.Quota, "quota", 8, "how many sessions may be open at once")
	f.BoolVar(&o.cfg.NoIDs, "no-ids", false, "send events without an SSE id, so that nothing can be resumed")
	f.IntVar(&o.cfg.RingSize, "ring", 4096, "how many events of a session are kept for resuming")
	f.Float64Var(&o.cfg.Rate, "rate", 0, "results a second and session; 0 is the natural pace of each lens")
	f.IntVar(&o.cfg.PayloadBytes, "payload", 200, "size of a result under --rate, in bytes")
	f.StringVar(&o.cfg.Variant, "variant", "", "shape of the payloads: "+strings.Join(simulator.Variants(), ", "))
	f.BoolVar(&o.cfg.NumericStatus, "numeric-status", false, `write statuses as numbers: "3" is running`)
	f.DurationVar(&o.cfg.WarmUp, "warm-up", 1500*time.Millisecond, "time from running to the first result")
	f.StringArrayVar(&o.faults, "fault", nil, "fault to begin with, as name or name=argument; may be repeated")
	completes(cmd, "fault", faultNames()...)
	completes(cmd, "variant", simulator.Variants()...)
	return cmd
}

func simulate(ctx context.Context, env Env, o *simulateOptions) error {
	if err := checkSpeed(o.cfg.Speed); err != nil {
		return err
	}
	for _, text := range o.faults {
		name, _, _ := strings.Cut(text, "=")
		if config.Nearest(name, faultNames()) == "" {
			return usagef("--fault: there is no fault %q; `lenswatch simulate --help` lists all", name)
		}
		f, err := simulator.ParseFault(text)
		if err != nil {
			return usagef("--fault %s: %w", text, err)
		}
		o.cfg.Faults = append(o.cfg.Faults, f)
	}
	sim, err := simulator.New(o.cfg)
	if err != nil {
		return usageError{err}
	}
	defer sim.Close()
	base, err := sim.Listen(o.listen, o.allowRemote)
	if err != nil {
		return listenError("--listen", o.listen, err)
	}
	fmt.Fprintf(env.Stdout, "export ATAI_API_ENDPOINT=%s\nexport ATAI_API_KEY=%s\n", base, simulator.DefaultKey)
	fmt.Fprintf(env.Stdout, "export AGENTHUMAN_API_ENDPOINT=%s\nexport AGENTHUMAN_API_KEY=%s\n", simulator.HumanEndpoint(base), simulator.DefaultHumanKey)
	if o.story {
		guard.Go("story", env.crashes.add, func() { _ = sim.Story(ctx) }) // it ends with ctx; a story cut short is no error
	}
	<-ctx.Done()
	return nil
}

func faultHelp() string {
	var b strings.Builder
	for _, f := range simulator.Faults() {
		name := f.Name
		if f.Arg != "" {
			name += "=" + f.Arg
		}
		doc := ansi.Wordwrap(f.Doc, 68, "")
		fmt.Fprintf(&b, "\n  %s\n      %s", name, strings.ReplaceAll(doc, "\n", "\n      "))
	}
	return b.String()
}

func faultNames() (names []string) {
	for _, f := range simulator.Faults() {
		names = append(names, f.Name)
	}
	return names
}
