package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
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
	notices   bool
	sinks     sinkOptions
}

const tailLong = `tail follows sessions and writes one line an event to standard output, at once. What lenswatch itself has to say
(connected, reconnecting, a gap, a change of state) goes to standard error, or in line with --notices.

tail ends when all named sessions have ended. A connection that breaks is made again; one that cannot be made in the
first 30 s ends it.

-o json writes one object an event, which docs/json.md describes. -o raw writes payloads as they were received, one a
line: a line end within one becomes a blank, which JSON does not mind. On a terminal, raw payloads are cut at 16 KiB
and control characters in them are replaced.

Without --kind all events but heartbeats are written. --filter may be repeated; an event has to meet all of them.
Notices in line are not filtered.

  pump            a text, in the text, label, wire type or session id
  re:p[ou]mp$     a regular expression, in the same places
  .data.n > 3     a jq expression on the JSON as received
  level:warn+     this level and all that are worse
  session:lsn-1   a part of a session id
  !pump           all that pump would leave out`

func newTail(env Env) *cobra.Command {
	o := &tailOptions{}
	cmd := &cobra.Command{
		Use:   "tail [session...]",
		Short: "Follow sessions without a screen, a line an event",
		Long:  tailLong,
		Example: "lenswatch tail lsn-251207a89f948ed4e30d8f80aaba77 --kind result\n" +
			"lenswatch tail --all -o json | jq -r .text\n" +
			"lenswatch tail --all --kind error,log --filter level:warn+ --for 1h\n" +
			"lenswatch tail lsn-251207a89f948ed4e30d8f80aaba77 --stall-exit 30s\n" +
			"lenswatch tail --all --otlp http://127.0.0.1:4317 > /dev/null",
		Args:              func(_ *cobra.Command, args []string) error { return checkIDs(args) },
		ValidArgsFunction: completeSessions(env),
		RunE: func(cmd *cobra.Command, args []string) error {
			return tail(cmd, env, o, args)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.all, "all", false, "follow every open session, and new ones as they appear")
	f.StringVar(&o.since, "since-id", "", "begin after the event that has this SSE id; for one session")
	f.DurationVar(&o.duration, "for", 0, "end after this time, such as 10m or 1h")
	f.DurationVar(&o.stallExit, "stall-exit", 0, "end with exit code 3 once a session has been stalled for this time, such as 30s")
	o.lineFlags(cmd)
	o.sinks.flags(cmd)
	return cmd
}

// lineFlags are the flags of the commands that write one line an event.
func (o *tailOptions) lineFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	outputFlag(cmd, &o.output, "text", "json", "raw")
	f.StringSliceVar(&o.kinds, "kind", nil, "write only these `kinds`, with commas between them: "+strings.Join(kindWords(), ", ")+" or all")
	completesList(cmd, "kind", append(kindWords(), "all")...)
	f.StringArrayVar(&o.filters, "filter", nil, "write only events that match this `condition`; may be repeated")
	f.IntVar(&o.maxEvents, "max-events", 0, "end after this number of lines; 0 is no limit")
	f.BoolVar(&o.notices, "notices", false, "write notices and changes of state in line, not to standard error")
}

// lines is how events are written, and which.
func (o *tailOptions) lines() (f format, sel selection, err error) {
	if f, err = parseFormat(o.output); err != nil {
		return f, sel, err
	}
	if sel, err = o.selection(); err != nil {
		return f, sel, err
	}
	if f == formatRaw && sel.kinds.has(client.KindNotice) {
		return f, sel, usagef("notices have no payload: -o raw cannot write them in line")
	}
	return f, sel, nil
}

// lastKind is the highest kind.
const lastKind = client.KindNotice

func kindWords() (words []string) {
	for k := client.KindOther; k <= lastKind; k++ {
		words = append(words, k.String())
	}
	slices.Sort(words)
	return words
}

// kinds is a set of kinds.
type kinds uint16

func (s kinds) has(k client.Kind) bool { return s&(1<<k) != 0 }

// parseKinds reads the words of --kind. Without any it is all but heartbeats and notices.
func parseKinds(words []string) (set kinds, err error) {
	const all = kinds(1<<(lastKind+1) - 1)
	if len(words) == 0 {
		return all &^ (1<<client.KindHeartbeat | 1<<client.KindNotice), nil
	}
	for _, w := range words {
		w = strings.ToLower(strings.TrimSpace(w))
		if w == "all" {
			set |= all &^ (1 << client.KindNotice)
			continue
		}
		k := client.KindOther
		for ; k <= lastKind && k.String() != w; k++ {
		}
		if k > lastKind {
			return 0, usagef("--kind: there is no kind %q; there are %s and all", w, strings.Join(kindWords(), ", "))
		}
		set |= 1 << k
	}
	return set, nil
}

// selection is which events are written.
type selection struct {
	kinds   kinds // KindNotice: notices are written in line
	filters history.Filters
}

func (o *tailOptions) selection() (sel selection, err error) {
	if sel.kinds, err = parseKinds(o.kinds); err != nil {
		return sel, err
	}
	if o.notices {
		sel.kinds |= 1 << client.KindNotice
	}
	for _, text := range o.filters {
		f, err := history.ParseFilter(text)
		if err != nil {
			return sel, usagef("--filter %q: %w", text, err)
		}
		sel.filters = append(sel.filters, f)
	}
	return sel, nil
}

// takes reports whether an event is written.
func (s *selection) takes(ev *client.Event) bool {
	return s.kinds.has(ev.Kind) && (ev.Kind == client.KindNotice || s.filters.Match(ev))
}

// check finds what does not go together.
func (o *tailOptions) check(cmd *cobra.Command, ids []string) error {
	switch {
	case o.all && len(ids) > 0:
		return usagef("name sessions, or use --all for every open session; not both")
	case !o.all && len(ids) == 0:
		return usagef("tail needs the id of a session, or --all")
	case o.since != "" && len(ids) != 1:
		return usagef("--since-id goes with one session: ids are a stream's own")
	case o.maxEvents < 0:
		return usagef("--max-events has to be 0 or more")
	case cmd.Flags().Changed("for") && o.duration <= 0:
		return usagef("--for has to be longer than 0")
	case cmd.Flags().Changed("stall-exit") && o.stallExit <= 0:
		return usagef("--stall-exit has to be longer than 0")
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
	format, sel, err := o.lines()
	if err != nil {
		return err
	}
	settings, err := env.config()
	if err != nil {
		return err
	}
	o.sinks.record.usual = settings.Record.MaxSize
	services, err := services(cmd.Context(), env)
	if err != nil {
		return err
	}
	t := newTailer(cmd.Context(), env, o, sel, format, slices.Compact(slices.Sorted(slices.Values(ids))))
	t.thresholds = settings.Thresholds
	defer collectLater(env)()
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
	return &client.Error{Op: what, Kind: client.ErrNetwork, Message: fmt.Sprintf("no connection was made within %v", after)}
}
