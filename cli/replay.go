package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/ui"
	"lenswatch/watch/replay"
)

// replayOptions are the flags of replay.
type replayOptions struct {
	tail  tailOptions
	noTUI bool
	speed float64
	max   bool
}

func newReplay(env Env) *cobra.Command {
	o := &replayOptions{}
	cmd := &cobra.Command{
		Use:   "replay file",
		Short: "Replay a recording",
		Long: `replay plays a recording with its original timing. Space pauses, . and , step from event to event, ctrl and the arrow
keys seek and change the speed, J jumps to a time, a gap or an error.

With --no-tui it writes one line per event, as tail does, with the recorded times, states and verdicts. A truncated
recording plays up to its last complete line.`,
		Example: "lenswatch replay stall.ndjson\n" +
			"lenswatch replay stall.ndjson --no-tui --speed 4\n" +
			"lenswatch replay stall.ndjson.zst --no-tui --max -o json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usagef("replay requires one recording, such as stall.ndjson")
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(cmd *cobra.Command, args []string) error { return replayFile(cmd, env, o, args[0]) },
	}
	o.tail.lineFlags(cmd)
	cmd.Flags().BoolVar(&o.noTUI, "no-tui", false, "print plain text, as tail does, without a TUI")
	cmd.Flags().Float64Var(&o.speed, "speed", 1, "time multiplier: 2 is twice as fast")
	cmd.Flags().BoolVar(&o.max, "max", false, "play as fast as possible")
	return cmd
}

func replayFile(cmd *cobra.Command, env Env, o *replayOptions, path string) error {
	switch {
	case o.max && cmd.Flags().Changed("speed"):
		return usagef("pass --speed or --max, not both")
	case o.tail.maxEvents < 0:
		return usagef("--max-events must not be negative")
	}
	if err := checkSpeed(o.speed); err != nil {
		return err
	}
	format, sel, err := o.tail.lines()
	if err != nil {
		return err
	}
	if o.max {
		o.speed = replay.Max
	}
	settings, err := env.config()
	if err != nil {
		return err
	}
	if !o.noTUI {
		return replayScreen(cmd.Context(), env, path, o.speed)
	}
	player, err := replay.Open(cmd.Context(), path, replay.Options{Speed: o.speed, Stop: true})
	if err != nil {
		return fileError(fmt.Errorf("replay: %w", err))
	}
	player.SetBatchInterval(tailBatchInterval)
	t := newTailer(cmd.Context(), env, &o.tail, sel, format, nil)
	t.thresholds, t.rules = settings.Thresholds, settings.Rules
	err = t.play(player)
	if closed := player.Close(); err == nil {
		err = closed
	}
	return err
}

// replayScreen plays a recording on the screen, until the person quits.
func replayScreen(ctx context.Context, env Env, path string, speed float64) error {
	s := screen{env: env, options: &screenOptions{}, title: "replay " + client.Line1(filepath.Base(path))}
	if !env.terminal() {
		return usagef("not a terminal; use --no-tui for plain output")
	}
	opts, err := s.screenOptions()
	if err != nil {
		return err
	}
	player, err := replay.Open(ctx, path, replay.Options{Speed: speed, Budget: opts.Budget, Thresholds: opts.Thresholds})
	if err != nil {
		return fileError(fmt.Errorf("replay: %w", err))
	}
	playing, cancel := context.WithCancel(ctx)
	defer cancel()
	model := ui.NewReplay(playing, player, opts)
	sh := s.runProgram(ctx, model)
	ended := sh.dog.wait(sh.ended)
	cancel()
	if ended {
		if err := s.saveViewState(opts.ViewState, model.ViewState()); err != nil {
			fmt.Fprintf(env.Stderr, "lenswatch: %v\n", err)
		}
	}
	if err := player.Close(); err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	return s.outcome(ctx, sh, ended)
}

// play writes what a recording has.
func (t *tailer) play(player *replay.Player) error {
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	t.open(ctx)
	defer t.closeOutputs()
	var err error
	if t.alerts, err = newAlertRun(t.env, t.rules, false, noticeWriter(t.notice)); err != nil {
		return err
	}
	t.follow(ctx, player)
	t.alerts.close()
	say := noticeWriter(t.notice)
	if p := player.Position(); t.running() && t.ctx.Err() == nil {
		if p.Cut != nil {
			say(fmt.Sprintf("the recording is truncated after %s: %v", units.Duration(p.Now), p.Cut))
		}
		if p.Lost > 0 {
			say(fmt.Sprintf("%d events were dropped while recording", p.Lost))
		}
		if p.Skipped > 0 {
			say(fmt.Sprintf("%d lines were unreadable", p.Skipped))
		}
	}
	t.reportTroubles()
	if errors.Is(t.err, context.Canceled) {
		return nil
	}
	return t.err
}
