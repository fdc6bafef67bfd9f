package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/stats"
)

type statsOptions struct {
	duration time.Duration
	given    bool // --for
	output   string
}

func newStats(env Env) *cobra.Command {
	o := &statsOptions{}
	cmd := &cobra.Command{
		Use:   "stats file|session...",
		Short: "Show statistics of sessions or a recording",
		Long: `stats counts what sessions did: events, labels with their share and dwell time, transitions, confidence, rate, delays,
intervals, time in each state, the longest stalls, bytes, and similar texts.

It counts a recording, or watches sessions for the time that --for gives. Memory use is bounded; anything beyond
the limits is counted as "other".`,
		Example: "lenswatch stats run.ndjson.zst\n" +
			"lenswatch stats lsn-251207a89f948ed4e30d8f80aaba77 --for 10m -o json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("stats requires a recording or a session ID")
			}
			return nil
		},
		ValidArgsFunction: completeSessions(env),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.given = cmd.Flags().Changed("for")
			return showStats(cmd.Context(), env, o, args)
		},
	}
	cmd.Flags().DurationVar(&o.duration, "for", 30*time.Second, "how long to watch sessions, such as 10m")
	outputFlag(cmd, &o.output, "text", "json")
	return cmd
}

func showStats(ctx context.Context, env Env, o *statsOptions, args []string) error {
	if o.duration <= 0 {
		return usagef("--for must be greater than 0")
	}
	var (
		report stats.Report
		err    error
	)
	if isRecording(args[0]) {
		if len(args) > 1 {
			return usagef("stats counts one recording at a time")
		}
		if o.given {
			return usagef("--for is for sessions; to count a part of a recording, cut it with `lenswatch replay %s --from … --to … --save part.ndjson`", client.Line1(args[0]))
		}
		report, err = statsOfRecording(ctx, env, args[0])
	} else if err = checkIDs(args); err == nil {
		report, err = statsOfSessions(ctx, env, args, o.duration)
	}
	if err != nil {
		return err
	}
	if o.output == "json" {
		enc := json.NewEncoder(env.Stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(report)
	}
	_, err = fmt.Fprint(env.Stdout, statsText(&report))
	return err
}

func statsOfRecording(ctx context.Context, env Env, path string) (report stats.Report, err error) {
	r, err := recording.Open(ctx, path)
	if err != nil {
		return report, fileError(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	c := stats.New()
	skipped, err := c.Recording(r)
	if err != nil {
		return report, fmt.Errorf("stats of %s: %w", client.Line1(path), err)
	}
	if skipped > 0 {
		env.say(units.Plural(skipped, "line") + " could not be read")
	}
	if cut := r.Cut(); cut != nil {
		env.say(cut.Error())
	}
	return c.Report(), nil
}

// statsOfSessions watches sessions for a time, or until the person interrupts.
func statsOfSessions(ctx context.Context, env Env, ids []string, most time.Duration) (report stats.Report, err error) {
	if ids, err = env.sessionIDs(ids); err != nil {
		return report, err
	}
	hub, store, err := watchSessions(ctx, env, ids, watch.NoHistory)
	if err != nil {
		return report, err
	}
	defer hub.Close()
	if env.terminal() {
		fmt.Fprintf(env.Stderr, "Collecting for %s; press ctrl+c to stop early.\n", units.Duration(most))
	}
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	live := stats.NewLive()
	watch.Follow(limited, hub, store, func(now time.Time, b *watch.Batch) bool {
		if b != nil {
			live.Batch(b)
			return true
		}
		live.Second(now, store)
		return !allOver(store, ids)
	})
	now := time.Now()
	live.Second(now, store)
	var worst error
	for _, id := range ids {
		if s := store.Session(id); s != nil && s.Results == 0 {
			if err := verdictError(s.Health.Verdict(now)); ExitCode(err) > ExitStalled {
				worst = graver(worst, err)
			}
		}
	}
	if d, ok := worst.(diagnosed); ok { // nothing was counted, and that is why
		return report, fmt.Errorf("%w: %s", d.kind, d.sentence)
	}
	return live.Report(), nil
}

func allOver(store *watch.Store, ids []string) bool {
	for _, id := range ids {
		if s := store.Session(id); s == nil || !s.Ended {
			return false
		}
	}
	return true
}
