package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/client/units"
	"lenswatch/ui"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/playback"
	"lenswatch/watch/replay"
)

// replayOptions are the flags of replay.
type replayOptions struct {
	tail  tailOptions
	noTUI bool
	speed float64
	max   bool

	grep     string
	from, to string
	session  string
	save     string
}

func newReplay(env Env) *cobra.Command {
	o := &replayOptions{}
	cmd := &cobra.Command{
		Use:   "replay file",
		Short: "Replay a recording",
		Long: `replay plays a recording with its original timing. Keys: space pauses, . and , step, ctrl+arrows seek and change speed, J jumps
to a time, gap or error.

With --no-tui it writes one line per event, as tail does, with the recorded times, states and verdicts. A truncated
recording plays up to its last complete line.

--grep prints matching events without playing, of all kinds unless --kind is set. --save copies a part of the recording into a
new one: a time range, a session, or both.`,
		Example: "lenswatch replay stall.ndjson\n" +
			"lenswatch replay stall.ndjson --no-tui --speed 4\n" +
			"lenswatch replay stall.ndjson.zst --no-tui --max -o json\n" +
			"lenswatch replay stall.ndjson --grep 'no camera'\n" +
			"lenswatch replay stall.ndjson --from 10m --to 15m --save part.ndjson.zst",
		Args:              oneArg("replay requires one recording, such as stall.ndjson"),
		ValidArgsFunction: completeFile,
		RunE:              func(cmd *cobra.Command, args []string) error { return replayFile(cmd, env, o, args[0]) },
	}
	o.tail.lineFlags(cmd)
	cmd.Flags().BoolVar(&o.noTUI, "no-tui", false, "print plain text, as tail does, without a TUI")
	cmd.Flags().Float64Var(&o.speed, "speed", 1, "time `factor`: 2 is twice as fast")
	f := cmd.Flags()
	f.StringVar(&o.grep, "grep", "", "print the events that match this `condition` at once, as --filter does, without playing")
	f.StringVar(&o.save, "save", "", "copy a part of the recording to this new `file`, without playing")
	f.StringVar(&o.from, "from", "", "with --save: `position` to start at, such as 10m, 14:05:00 or 2026-11-27T14:05:00Z; 14:05 is a time of day if the recording has it")
	f.StringVar(&o.to, "to", "", "with --save: `position` to end at")
	f.StringVar(&o.session, "session", "", "with --save: only the session with this `ID`")
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
	sel, err := o.tail.selection()
	if err != nil {
		return err
	}
	if o.max {
		o.speed = replay.Max
	}
	switch {
	case o.save != "" && o.grep != "":
		return usagef("pass --save or --grep, not both")
	case o.save != "":
		return saveCut(cmd.Context(), env, o, path)
	case o.from != "" || o.to != "" || o.session != "":
		return usagef("--from, --to and --session require --save")
	case o.grep != "":
		return grepRecording(cmd.Context(), env, &o.tail, o.grep, path)
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
	t := newTailer(cmd.Context(), env, &o.tail, sel, nil)
	t.thresholds, t.rules = settings.Thresholds, settings.Rules
	err = t.play(player)
	if closed := player.Close(); err == nil {
		err = closed
	}
	return err
}

// saveCut copies a part of a recording.
func saveCut(ctx context.Context, env Env, o *replayOptions, path string) error {
	r, err := recording.Open(ctx, path)
	if err != nil {
		return fileError(fmt.Errorf("replay: %w", err))
	}
	start := r.Start()
	length, known := r.Length()
	if err := r.Close(); err != nil {
		return err
	}
	end := start.Add(length)
	if !known {
		end = start.Add(12 * time.Hour)
	}
	from, to, err := playback.ParsePart(o.from, o.to, start, end, time.Local)
	if err != nil {
		return usageError{err}
	}
	cut := recording.CutOptions{Session: o.session, From: from, To: to}
	if from.Before(start) {
		cut.From = start
	}
	if !to.IsZero() && to.Before(start) {
		return usagef("%w: %s", recording.ErrNoPart, recordedFrom(start, end, known))
	}
	done, err := recording.Cut(ctx, path, o.save, cut)
	switch {
	case errors.Is(err, recording.ErrNoPart):
		return usagef("%w; %s", err, recordedFrom(start, end, known))
	case err != nil:
		return fileError(err)
	}
	if done.Skipped > 0 {
		env.say(units.Plural(done.Skipped, "line") + " could not be read")
	}
	if done.Truncated != nil {
		env.say(done.Truncated.Error() + "; the copy has no end either")
	}
	env.say(fmt.Sprintf("saved %s to %s", units.Plural(done.Events, "event"), client.Line1(o.save)))
	return nil
}

// recordedFrom says from when until when a recording is.
func recordedFrom(start, end time.Time, known bool) string {
	if !known {
		return "the recording begins at " + start.Local().Format(time.DateTime)
	}
	return fmt.Sprintf("the recording is from %s to %s", start.Local().Format(time.DateTime), end.Local().Format(time.DateTime))
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
	playing := replay.Options{Speed: speed, Budget: opts.Budget, Thresholds: opts.Thresholds}
	if len(opts.Rules.Rules) > 0 {
		opts.Rules.Sought = alertlist.NewSought(opts.Rules.Rules)
		playing.Seeking = opts.Rules.Sought.Follow
	}
	player, err := replay.Open(ctx, path, playing)
	if err != nil {
		return fileError(fmt.Errorf("replay: %w", err))
	}
	shown, cancel := context.WithCancel(ctx)
	defer cancel()
	model := ui.NewReplay(shown, player, opts)
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
	if t.alerts, err = newAlertRun(t.env, t.rules, false, t.say); err != nil {
		return err
	}
	t.follow(ctx, player)
	t.alerts.close()
	if p := player.Position(); t.running() && t.ctx.Err() == nil {
		if p.Cut != nil {
			t.say(fmt.Sprintf("the recording is truncated after %s: %v", units.Duration(p.Now), p.Cut))
		}
		if p.Lost > 0 {
			t.say(fmt.Sprintf("%d events were dropped while recording", p.Lost))
		}
		if p.Skipped > 0 {
			t.say(fmt.Sprintf("%d lines were unreadable", p.Skipped))
		}
	}
	t.reportTroubles()
	if errors.Is(t.err, context.Canceled) {
		return nil
	}
	return t.err
}
