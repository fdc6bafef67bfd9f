package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

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
		Short: "Serve a simulated Lens API and AgentHuman for any client",
		Long: `simulate serves the Lens API, and AgentHuman, as their documents describe them, until it is stopped. It prints what a client
has to set, then stays. Faults are set with --fault, or at any moment through /_sim/ on the same address.

Faults:
` + faultHelp(),
		Example: "lenswatch simulate --story\n" +
			"lenswatch simulate --listen 127.0.0.1:8123 --fault stall --rate 100\n" +
			"curl -s http://127.0.0.1:8123/_sim/",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return simulate(cmd.Context(), env, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "let other machines connect: listen beyond loopback")
	f.BoolVar(&o.story, "story", false, "play the story of the demo: sessions come, stall, recover and go")
	f.Int64Var(&o.cfg.Seed, "seed", 1, "what the lenses see: the same seed tells the same")
	f.Float64Var(&o.cfg.Speed, "speed", 1, "how fast time runs")
	f.DurationVar(&o.cfg.Heartbeat, "heartbeat", 5*time.Second, "time between two heartbeats")
	f.IntVar(&o.cfg.Quota, "quota", 8, "how many sessions may be open at once")
	f.BoolVar(&o.cfg.NoIDs, "no-ids", false, "send events without SSE ids, so that nothing can be resumed")
	f.IntVar(&o.cfg.RingSize, "ring", 4096, "events kept for resuming, each session")
	f.Float64Var(&o.cfg.Rate, "rate", 0, "results a second and session; 0 is each lens's natural pace")
	f.IntVar(&o.cfg.PayloadBytes, "payload", 200, "bytes of a result under --rate")
	f.StringVar(&o.cfg.Variant, "variant", "", "force a payload variant: v1 to v8, or mixed")
	f.BoolVar(&o.cfg.NumericStatus, "numeric-status", false, `say statuses as numbers: "3" is running`)
	f.DurationVar(&o.cfg.WarmUp, "warm-up", 1500*time.Millisecond, "time from running to the first result")
	f.StringArrayVar(&o.faults, "fault", nil, "a fault to begin with, NAME or NAME=ARG; may be repeated")
	return cmd
}

func simulate(ctx context.Context, env Env, o *simulateOptions) error {
	for _, text := range o.faults {
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
		return usageError{err}
	}
	fmt.Fprintf(env.Stdout, "export ATAI_API_ENDPOINT=%s\nexport ATAI_API_KEY=%s\n", base, simulator.DefaultKey)
	fmt.Fprintf(env.Stdout, "export AGENTHUMAN_API_ENDPOINT=%s\nexport AGENTHUMAN_API_KEY=%s\n", simulator.HumanEndpoint(base), simulator.DefaultHumanKey)
	if o.story {
		go func() { _ = sim.Story(ctx) }() // it ends with ctx; a story cut short is no error
	}
	<-ctx.Done()
	return nil
}

func faultHelp() string {
	out := ""
	for _, f := range simulator.Faults() {
		name := f.Name
		if f.Arg != "" {
			name += "=" + f.Arg
		}
		out += fmt.Sprintf("  %-28s %s\n", name, f.Doc)
	}
	return out
}
