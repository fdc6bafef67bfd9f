package cli

import (
	"context"

	"github.com/spf13/cobra"

	"lenswatch/client/guard"
	"lenswatch/client/simulator"
	"lenswatch/watch"
	"lenswatch/watch/alerts"
	"lenswatch/watch/health"
)

func newDemo(env Env) *cobra.Command {
	o := &screenOptions{}
	cfg := simulator.Config{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch simulated sessions, without an account",
		Long: `demo starts a simulator of the Lens API and AgentHuman on a free loopback port and watches it over real HTTP.

A short story plays within the first minute: sessions start, one stalls and recovers, a connection breaks, a
session ends. All keys work: c creates a session, d destroys one, B lists the alerts, W in a diagnosis writes a report.
Without alert rules of your own, the stall raises an alert, and its end resolves it.`,
		Example: "lenswatch demo\nlenswatch demo --seed 7 --speed 2",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo(cmd.Context(), env, o, cfg)
		},
	}
	o.flags(cmd)
	cmd.Flags().Int64Var(&cfg.Seed, "seed", 1, "random `seed`: the same seed gives the same results")
	cmd.Flags().Float64Var(&cfg.Speed, "speed", 1, "time `factor`: 2 is twice as fast")
	cmd.Flags().Float64Var(&cfg.Rate, "rate", 0, "`number` of results per second per session (0: each lens's own rate)")
	return cmd
}

// checkSpeed reads the flag of the commands in which time may run at another speed.
func checkSpeed(speed float64) error {
	if !(speed > 0) {
		return usagef("--speed must be greater than 0")
	}
	return nil
}

func demo(ctx context.Context, env Env, o *screenOptions, cfg simulator.Config) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := checkSpeed(cfg.Speed); err != nil {
		return err
	}
	sim, err := simulator.New(cfg)
	if err != nil {
		return usageError{err}
	}
	defer sim.Close()
	base, err := sim.Listen("127.0.0.1:0", false)
	if err != nil {
		return err
	}
	services, err := simulated(base)
	if err != nil {
		return err
	}
	guard.Go("story", env.crashes.add, func() { sim.Story(ctx) }) // it ends with ctx
	notice, err := env.withoutBrokenFile()
	if err != nil {
		return err
	}
	s := screen{
		env: env, options: o, title: "demo", demo: true, notice: notice, services: services,
		hub: watch.Options{All: true}, rules: []alerts.Rule{{Name: "stalled", Verdicts: []string{health.PipelineStalled.String()}}},
	}
	return s.run(ctx)
}
