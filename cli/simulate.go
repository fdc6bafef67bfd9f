package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

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
		Short: "Run a simulated Lens API and AgentHuman",
		Long: `simulate serves the Lens API and AgentHuman as documented, until it is stopped. It prints the settings for a client
first. Set faults with --fault, or at any time through /_sim/ on the same address. Arguments in brackets are optional.

Faults:
` + faultHelp(),
		Example: "lenswatch simulate --story\n" +
			"lenswatch simulate --listen 127.0.0.1:8123 --fault stall --rate 100\n" +
			"curl -s http://127.0.0.1:8123/_sim/",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return simulate(cmd.Context(), env, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on, `host:port` (port 0: any free port)")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "allow other machines to connect (listen beyond loopback)")
	f.BoolVar(&o.story, "story", false, "play the demo story: sessions start, stall, recover and end")
	f.Int64Var(&o.cfg.Seed, "seed", 1, "random `seed`: the same seed gives the same results")
	f.Float64Var(&o.cfg.Speed, "speed", 1, "time `factor`: 2 is twice as fast")
	f.DurationVar(&o.cfg.Heartbeat, "heartbeat", 5*time.Second, "heartbeat interval")
	f.IntVar(&o.cfg.Quota, "quota", 8, "maximum `number` of open sessions")
	f.BoolVar(&o.cfg.NoIDs, "no-ids", false, "send events without SSE IDs, so that streams cannot resume")
	f.IntVar(&o.cfg.RingSize, "ring", 4096, "`number` of events retained per session for resuming")
	f.Float64Var(&o.cfg.Rate, "rate", 0, "`number` of results per second per session (0: each lens's own rate)")
	f.IntVar(&o.cfg.PayloadBytes, "payload", 200, "size of a result with --rate, in `bytes`")
	f.StringVar(&o.cfg.Variant, "variant", "", "payload `variant`: "+strings.Join(simulator.Variants(), ", "))
	f.BoolVar(&o.cfg.NumericStatus, "numeric-status", false, `report statuses as numbers ("3" is running)`)
	f.DurationVar(&o.cfg.WarmUp, "warm-up", 1500*time.Millisecond, "time from running to the first result")
	f.StringArrayVar(&o.faults, "fault", nil, "initial `fault`, name or name=argument; repeatable")
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
			return usagef("--fault: unknown fault %q; see `lenswatch simulate --help`", name)
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
		guard.Go("story", env.crashes.add, func() { sim.Story(ctx) }) // it ends with ctx
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
		doc := wrapWords(f.Doc, 68)
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
