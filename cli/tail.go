package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// tailOptions are the flags of tail.
type tailOptions struct {
	all       bool
	output    string
	kinds     []string
	filters   []string
	since     string
	maxEvents int
	duration  time.Duration // 0: no limit
	stallExit time.Duration // 0: never
	shardText string
	shard     watch.Shard
	notices   bool
	sinks     sinkOptions
}

const tailLong = `tail streams events to standard output as plain text, one per line. Notices of lenswatch (connected, reconnecting, a
gap, a change of state) go to standard error, or between the events with --notices.

tail ends when all given sessions have ended. It reconnects lost connections, but gives up if none can be made within
the first 30 s.

-o json writes one JSON object per line, described in docs/json.md. -o raw writes payloads as received, one per line: line
ends within a payload become spaces, which is the same JSON. On a terminal, raw payloads are cut at 16 KiB and their
control characters are replaced.

Without --kind all events but heartbeats are written. --filter is repeatable; events must match all filters. Notices
are not filtered.

  pump            substring of the text, label, wire type or session ID
  re:p[ou]mp$     regular expression, on the same fields
  .data.n > 3     jq expression, on the JSON as received
  level:warn+     this level or more severe
  session:lsn-1   part of a session ID
  after:14:05     received at or after 14:05 (also after:2026-11-27 14:05)
  before:14:10    received before 14:10
  last:5m         received in the last 5 minutes
  !pump           events that do not match pump`

func newTail(env Env) *cobra.Command {
	o := &tailOptions{}
	cmd := &cobra.Command{
		Use:   "tail [session...]",
		Short: "Stream events as plain text, one per line",
		Long:  tailLong,
		Example: "lenswatch tail lsn-251207a89f948ed4e30d8f80aaba77 --kind result\n" +
			"lenswatch tail --all -o json | jq -r .text\n" +
			"lenswatch tail --all --kind error,log --filter level:warn+ --for 1h\n" +
			"lenswatch tail lsn-251207a89f948ed4e30d8f80aaba77 --stall-exit 30s\n" +
			"lenswatch tail --all --shard 2/5 --metrics 9464 > /dev/null\n" +
			"lenswatch tail --all --otlp http://127.0.0.1:4318 > /dev/null",
		Args:              func(_ *cobra.Command, args []string) error { return checkIDs(args) },
		ValidArgsFunction: completeSessions(env),
		RunE: func(cmd *cobra.Command, args []string) error {
			return tail(cmd, env, o, args)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.all, "all", false, "follow every open session, and new ones as they appear")
	f.StringVar(&o.shardText, "shard", "", "with --all, only this `part` of the sessions, such as 2/5: the second of five")
	f.Int("max-watched", watch.DefaultMaxWatched, "maximum `number` of sessions that --all follows at once")
	f.StringVar(&o.since, "since-id", "", "resume after the event with this SSE `ID` (one session only)")
	f.DurationVar(&o.duration, "for", 0, "stop after this time, such as 10m or 1h")
	f.DurationVar(&o.stallExit, "stall-exit", 0, "exit with code 3 once a session has been stalled for this long, such as 30s")
	o.lineFlags(cmd)
	o.sinks.flags(cmd)
	return cmd
}

// lineFlags are the flags of the commands that write one line an event.
func (o *tailOptions) lineFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	outputFlag(cmd, &o.output, "text", "json", "raw")
	f.StringSliceVar(&o.kinds, "kind", nil, "only events of these `kinds`, comma-separated: "+strings.Join(kindWords(), ", ")+" or all")
	completesList(cmd, "kind", append(kindWords(), "all")...)
	f.StringArrayVar(&o.filters, "filter", nil, "only events that match this `condition`; repeatable")
	f.IntVar(&o.maxEvents, "max-events", 0, "stop after this `number` of events (0: no limit)")
	f.BoolVar(&o.notices, "notices", false, "write notices and state changes to standard output, between the events")
}

func kindWords() []string { return slices.Sorted(slices.Values(client.Words(client.Kinds()))) }

// parseKinds reads the words of --kind. Without any it is all but heartbeats and notices.
func parseKinds(words []string) (set client.Set[client.Kind], err error) {
	kinds := client.Kinds()
	all := client.SetOf(kinds...) &^ client.SetOf(client.KindNotice)
	if len(words) == 0 {
		return all &^ client.SetOf(client.KindHeartbeat), nil
	}
	for _, w := range words {
		w = strings.ToLower(strings.TrimSpace(w))
		if w == "all" {
			set |= all
			continue
		}
		k, ok := client.Named(w, kinds)
		if !ok {
			return 0, usagef("--kind: unknown kind %q; use %s or all", w, strings.Join(kindWords(), ", "))
		}
		set |= client.SetOf(k)
	}
	return set, nil
}

// selection is which events are written.
type selection struct {
	kinds   client.Set[client.Kind] // KindNotice: notices are written in line
	filters history.Filters
}

func (o *tailOptions) selection() (sel selection, err error) {
	if sel.kinds, err = parseKinds(o.kinds); err != nil {
		return sel, err
	}
	if o.notices {
		sel.kinds |= client.SetOf(client.KindNotice)
	}
	for _, text := range o.filters {
		f, err := history.ParseFilter(text)
		if err != nil {
			return sel, usagef("--filter %q: %w", text, err)
		}
		sel.filters = append(sel.filters, f)
	}
	if o.output == "raw" && o.notices {
		return sel, usagef("notices have no payload: --notices does not work with -o raw")
	}
	return sel, nil
}

// matches reports whether an event is written.
func (s *selection) matches(ev *client.Event) bool {
	return s.kinds.Has(ev.Kind) && (ev.Kind == client.KindNotice || s.filters.Match(ev))
}

// check finds what does not go together.
func (o *tailOptions) check(cmd *cobra.Command, ids []string) error {
	switch {
	case o.all && len(ids) > 0:
		return usagef("pass session IDs or --all, not both")
	case !o.all && len(ids) == 0:
		return usagef("tail requires a session ID or --all")
	case o.shardText != "" && !o.all:
		return usagef("--shard requires --all")
	case o.since != "" && len(ids) != 1:
		return usagef("--since-id requires exactly one session: SSE IDs belong to one stream")
	case o.maxEvents < 0:
		return usagef("--max-events must not be negative")
	case cmd.Flags().Changed("for") && o.duration <= 0:
		return usagef("--for must be greater than 0")
	case cmd.Flags().Changed("stall-exit") && o.stallExit <= 0:
		return usagef("--stall-exit must be greater than 0")
	}
	if o.shardText != "" {
		var err error
		if o.shard, err = watch.ParseShard(o.shardText); err != nil {
			return usagef("--shard: %w", err)
		}
	}
	return nil
}

// tail checks what was asked for and follows.
func tail(cmd *cobra.Command, env Env, o *tailOptions, ids []string) error {
	if err := o.check(cmd, ids); err != nil {
		return err
	}
	if err := o.sinks.check(); err != nil {
		return err
	}
	sel, err := o.selection()
	if err != nil {
		return err
	}
	settings, err := env.config()
	if err != nil {
		return err
	}
	o.sinks.record.maxFileSize = settings.Record.MaxSize
	if ids, err = env.sessionIDs(ids); err != nil {
		return err
	}
	services, err := services(cmd.Context(), env)
	if err != nil {
		return err
	}
	t := newTailer(cmd.Context(), env, o, sel, slices.Compact(slices.Sorted(slices.Values(ids))))
	t.thresholds, t.rules, t.maxWatched = settings.Thresholds, settings.Rules, settings.Watch.MaxSessions
	watched := len(t.named)
	if o.all {
		watched = max(watched, t.maxWatched)
	}
	defer collectLater(env, watched)()
	return t.run(services)
}

// limit is ctx, ended after a time; 0 is no limit.
func limit(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

// notReached is an error for a session that never could be followed, by the verdict on it.
func notReached(id string, verdict error, after time.Duration) error {
	what := "follow " + id
	if d, ok := verdict.(diagnosed); ok && ExitCode(verdict) > ExitStalled {
		return &client.Error{Op: what, Kind: d.kind, Message: d.sentence}
	}
	return &client.Error{Op: what, Kind: client.ErrNetwork, Message: fmt.Sprintf("no connection within %s", units.Duration(after))}
}
