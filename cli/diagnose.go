package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

type diagnoseOptions struct {
	duration time.Duration
	output   string
}

func newDiagnose(env Env) *cobra.Command {
	o := &diagnoseOptions{}
	cmd := &cobra.Command{
		Use:   "diagnose session...",
		Short: "Diagnose sessions non-interactively",
		Long: `diagnose watches sessions for a while and reports what is wrong, with the evidence and the next step.

It ends before --for once nothing more can be learnt. Exit code 0: every session is healthy, or it ended, expired or
was destroyed; 3: a session is stalled or failed. With several sessions the most severe one counts.`,
		Example: "lenswatch diagnose lsn-251207a89f948ed4e30d8f80aaba77\n" +
			"lenswatch diagnose lsn-251207a89f948ed4e30d8f80aaba77 --for 2m",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("diagnose requires a session ID")
			}
			return checkIDs(args)
		},
		ValidArgsFunction: completeSessions(env),
		RunE:              func(cmd *cobra.Command, args []string) error { return diagnose(cmd.Context(), env, o, args) },
	}
	cmd.Flags().DurationVar(&o.duration, "for", 20*time.Second, "maximum time to watch, such as 2m")
	outputFlag(cmd, &o.output, "text", "json")
	return cmd
}

func checkIDs(ids []string) error {
	for _, id := range ids {
		if err := client.CheckID(id); err != nil {
			return usagef("session %q: %s", id, strings.TrimSuffix(err.Error(), ": "+client.ErrRequest.Error()))
		}
	}
	return nil
}

func diagnose(ctx context.Context, env Env, o *diagnoseOptions, ids []string) error {
	if err := checkOutput(o.output); err != nil {
		return err
	}
	if o.duration <= 0 {
		return usagef("--for must be greater than 0")
	}
	services, err := services(ctx, env)
	if err != nil {
		return err
	}
	settings, err := env.config()
	if err != nil {
		return err
	}
	hub, store := watch.NewHub(services, watch.Options{Crashed: env.crashes.add, Log: env.log.Logger()}), watch.NewStore(watch.InfoOf(services), 0)
	store.SetThresholds(settings.Thresholds)
	defer hub.Close()
	hub.Start()
	for _, id := range ids {
		if err := hub.Watch(serviceOf(services, id).Name(), id); err != nil {
			return err
		}
	}
	if env.terminal() { // or a person would wait before nothing
		fmt.Fprintf(env.Stderr, "Watching for up to %s…\n", units.Duration(o.duration))
	}
	limited, cancel := context.WithTimeout(ctx, o.duration)
	defer cancel()
	watch.Follow(limited, hub, store, func(now time.Time, _ *watch.Batch) bool { return !settled(store, ids, now) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	now := time.Now()
	var worst error
	for i, id := range ids {
		s := store.Session(id)
		if s == nil {
			continue
		}
		if o.output == "json" {
			err = writeDiagnosisJSON(env.Stdout, s, now)
		} else {
			err = writeDiagnosis(env.Stdout, s, now, i > 0)
		}
		if err != nil {
			return err
		}
		worst = graver(worst, verdictError(s.Health.Verdict(now)))
	}
	return worst
}

// settled reports whether nothing more can be learnt: every session is over, or what is the
// matter with it is certain and will not pass by itself.
func settled(store *watch.Store, ids []string, now time.Time) bool {
	for _, id := range ids {
		s := store.Session(id)
		if s == nil {
			return false
		}
		v := s.Health.Verdict(now)
		sure := v.Confidence == health.High && v.Severity >= health.Warning
		if !s.Health.State(now).Code.Final() && !sure {
			return false
		}
	}
	return true
}

// verdictError is the error whose exit code a verdict has; nil if all is well, or at an end.
func verdictError(v health.Verdict) error {
	wrap := func(kind error) error { return diagnosed{v.Sentence, kind} }
	switch v.Code {
	case health.KeyRefused:
		return wrap(client.ErrRefused)
	case health.NoSuchSession:
		return wrap(client.ErrNotFound)
	case health.RateLimited:
		return wrap(client.ErrRateLimited)
	case health.QuotaFull:
		return wrap(client.ErrQuota)
	case health.NetworkDown, health.ConnectionLost:
		return wrap(client.ErrNetwork)
	case health.ServerError, health.ServerLoops:
		return wrap(client.ErrServer)
	case health.Rejected:
		return wrap(client.ErrRequest)
	case health.SessionDestroyed, health.SessionExpired, health.SourceExhausted:
		return nil // an end is no stall: there is nothing that a script could mend
	}
	if v.Severity >= health.Warning {
		return wrap(errStalled)
	}
	return nil
}

// diagnosed is a verdict as an error. The diagnosis itself was printed already.
type diagnosed struct {
	sentence string
	kind     error
}

func (d diagnosed) Error() string { return d.sentence }
func (d diagnosed) Unwrap() error { return d.kind }

// graver is the error that says more: not reached and refused before stalled, stalled before well.
func graver(a, b error) error {
	if a == nil || b != nil && ExitCode(b) > ExitCode(a) {
		return b
	}
	return a
}

// writeDiagnosis writes a diagnosis for a person.
func writeDiagnosis(w io.Writer, s *watch.Session, now time.Time, spaced bool) error {
	st, v := s.Health.State(now), s.Health.Verdict(now)
	var b strings.Builder
	if spaced {
		b.WriteString("\n")
	}
	name := s.Record.ID
	if s.Record.LensName != "" {
		name += "  " + s.Record.LensName
	}
	fmt.Fprintf(&b, "%s\n%s: %s\n", name, st.Code, v.Sentence)
	fmt.Fprintf(&b, "verdict: %s, confidence %s\n", v.Name, v.Confidence)
	for _, step := range v.Next {
		fmt.Fprintf(&b, "next: %s\n", step.Text)
	}
	for _, e := range v.Evidence {
		fmt.Fprintf(&b, "  %-18s %s (%s)\n", e.Metric, e.Value, e.Source)
	}
	for _, r := range v.RuledOut {
		fmt.Fprintf(&b, "  not %-16s %s\n", r.Name, r.Because)
	}
	for _, t := range s.Health.Timeline() {
		fmt.Fprintf(&b, "  %s %-13s %s\n", t.At.Format("15:04:05"), t.To, t.Cause)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeDiagnosisJSON writes one object on one line; docs/json.md describes it.
func writeDiagnosisJSON(w io.Writer, s *watch.Session, now time.Time) error {
	return json.NewEncoder(w).Encode(diagnosisOf(s, now))
}
