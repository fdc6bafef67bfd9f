package cli

import (
	"cmp"
	"context"
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

It stops early once nothing more can be learned. Exit code 0: results of every session arrived meanwhile, or it
ended, expired or was destroyed; 3: a session is stalled, has failed, or is not known to be healthy. With several
sessions the most severe one counts, and what affects several of them is reported once.`,
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
	cmd.Flags().DurationVar(&o.duration, "for", 28*time.Second, "maximum time to watch, such as 2m")
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
	if o.duration <= 0 {
		return usagef("--for must be greater than 0")
	}
	ids, err := env.sessionIDs(ids)
	if err != nil {
		return err
	}
	progress := progress{env: env, began: time.Now(), on: o.output == "text", printed: map[string]string{}}
	store, err := study(ctx, env, ids, o.duration, watch.NoHistory, progress.print)
	if err != nil {
		return err
	}
	now := time.Now()
	var worst error
	for i, id := range ids {
		s := store.Session(id)
		if s == nil {
			continue
		}
		if o.output == "json" {
			err = writeDiagnosisJSON(env.Stdout, diagnosisOf(s, now))
		} else {
			err = writeDiagnosis(env.Stdout, s, now, i > 0)
		}
		if err != nil {
			return err
		}
		worst = graver(worst, verdictError(s.Health.Guess(now)))
	}
	if c, ok := store.Common(now); ok && o.output == "text" {
		_, err = fmt.Fprintf(env.Stdout, "\nTogether: %s\n", c)
		worst = cmp.Or(worst, err)
	}
	return worst
}

// study watches sessions until nothing more can be learnt of them, or for a time at most. The store retains budget
// bytes of events; waiting is called once a second.
func study(ctx context.Context, env Env, ids []string, most time.Duration, budget int64, waiting func(*watch.Store, []string, time.Time)) (*watch.Store, error) {
	defer collectLater(env, len(ids))()
	hub, store, err := watchSessions(ctx, env, ids, budget)
	if err != nil {
		return nil, err
	}
	defer hub.Close()
	if env.terminal() { // or a person would wait before nothing
		fmt.Fprintf(env.Stderr, "Watching for up to %s…\n", units.Duration(most))
	}
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	began := time.Now()
	watch.Follow(limited, hub, store, func(now time.Time, b *watch.Batch) bool {
		if b == nil {
			waiting(store, ids, now)
		}
		return !settled(store, ids, began, now, began.Add(most))
	})
	return store, ctx.Err()
}

// watchSessions begins to watch sessions, with a store that retains budget bytes of events.
func watchSessions(ctx context.Context, env Env, ids []string, budget int64) (*watch.Hub, *watch.Store, error) {
	services, err := services(ctx, env)
	if err != nil {
		return nil, nil, err
	}
	settings, err := env.config()
	if err != nil {
		return nil, nil, err
	}
	hub, store := watch.NewHub(services, watch.Options{Crashed: env.crashes.add, Log: env.log.Logger()}), watch.NewStore(watch.InfoOf(services), budget)
	store.SetThresholds(settings.Thresholds)
	hub.Start()
	for _, id := range ids {
		if err := hub.Watch(serviceOf(services, id).Name(), id); err != nil {
			hub.Close()
			return nil, nil, err
		}
	}
	return hub, store, nil
}

// minWatch is for how long a session is watched whose results arrive: it may be about to stall.
const minWatch = 20 * time.Second

const (
	// minRetries is how many attempts have to fail that lenswatch makes again: a service may be restarting.
	minRetries = 4
	// minAnswers is how long the answers to other requests are waited for where the stream is refused.
	minAnswers = 2 * time.Second
)

// settled reports whether nothing more can be learnt by the end: every session is over, or what is wrong with it is
// certain, or its results have arrived for a while, and still do.
func settled(store *watch.Store, ids []string, began, now, end time.Time) bool {
	for _, id := range ids {
		s := store.Session(id)
		if s == nil {
			return false
		}
		v, st := s.Health.Verdict(now), s.Health.State(now)
		switch {
		case v.Code == health.KeyRefused && now.Sub(began) < minAnswers:
			return false
		case st.Code.Final():
		case (v.Code == health.ServerError || v.Code == health.NetworkDown || v.Code == health.RateLimited) && st.Attempt > 0 && st.Attempt <= minRetries && st.NextAt.Before(end):
			return false
		case v.Confidence == health.High && v.Severity >= health.Warning:
		case v.Code == health.Healthy && now.Sub(began) >= minWatch && arriving(s.Health.Metrics(now)) && !s.Health.Changing(now):
		default:
			return false
		}
	}
	return true
}

// arriving reports whether the newest result is no older than is typical, about.
func arriving(m health.Metrics) bool {
	age := m.ResultAge
	if age == health.Never {
		age = m.DataAge
	}
	return age <= max(2*time.Second, 2*m.Typical)
}

// warmingSaid is after how long it is shown that there is no result yet.
const warmingSaid = 5 * time.Second

// progress prints for a person who waits what is known so far, and what is waited for.
type progress struct {
	env     Env
	on      bool
	began   time.Time
	printed map[string]string // by session: what was printed last
}

func (p *progress) print(store *watch.Store, ids []string, now time.Time) {
	if !p.on {
		return
	}
	for _, id := range ids {
		s := store.Session(id)
		if s == nil {
			continue
		}
		v := s.Health.Verdict(now)
		if v.Code == health.WarmingUp && now.Sub(p.began) < warmingSaid {
			continue // as every session that was just connected to
		}
		key := v.Name
		for _, a := range v.Awaits {
			key += "|" + a.What
		}
		if p.printed[id] == key {
			continue
		}
		p.printed[id] = key
		line := v.Sentence
		if len(v.Awaits) > 0 {
			line += " Not yet known: " + v.Awaits[0].Text(now) + "."
		}
		if len(ids) > 1 {
			line = id + ": " + line
		}
		fmt.Fprintf(p.env.Stderr, "%s %s\n", now.Format(time.TimeOnly), line)
	}
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
	case health.NetworkDown, health.ConnectionLost, health.RegularCut:
		return wrap(client.ErrNetwork)
	case health.ProxyRefused:
		return wrap(client.ErrProxy)
	case health.WrongEndpoint:
		return wrap(client.ErrEndpoint)
	case health.LocalLimit:
		return wrap(client.ErrLocal)
	case health.ServerError, health.ServerLoops:
		return wrap(client.ErrServer)
	case health.Rejected:
		return wrap(client.ErrRequest)
	case health.SessionDestroyed, health.SessionExpired:
		return nil // an end is no stall: there is nothing that a script could mend
	case health.SourceExhausted:
		if v.Confidence > health.Low {
			return nil
		}
	}
	known := v.Code == health.Healthy || v.Code == health.IdleClose || v.Code == health.StreamEnded
	if v.Severity >= health.Warning || v.Confidence == health.Low || !known {
		return wrap(errStalled) // or not known to be well
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
	st, v := s.Health.State(now), s.Health.Guess(now)
	var b strings.Builder
	if spaced {
		b.WriteString("\n")
	}
	name := s.Record.ID
	if s.Record.LensName != "" {
		name += "  " + s.Record.LensName
	}
	state := st.Code.String() + ": "
	if st.Code == health.Live && v.Code != health.Healthy && v.Severity != health.OK {
		state = "" // the stream is, and the sentence says what is not
	}
	fmt.Fprintf(&b, "%s\n%s%s\n", name, state, v.Sentence)
	fmt.Fprintf(&b, "verdict: %s, confidence %s\n", v.Name, v.Confidence)
	fmt.Fprintf(&b, "chain: %s\n", s.Health.Chain(now, v))
	for _, step := range v.Next {
		fmt.Fprintf(&b, "next: %s\n", step.Text)
	}
	for _, a := range v.Awaits {
		fmt.Fprintf(&b, "  %-18s %s\n", "not yet known", a.Text(now))
	}
	for _, e := range v.Evidence {
		fmt.Fprintf(&b, "  %-18s %s (%s)\n", e.Metric, e.Value, e.Source)
	}
	for _, r := range v.RuledOut {
		fmt.Fprintf(&b, "  %-18s %s: %s\n", "ruled out", r.Name, r.Because)
	}
	for _, t := range s.Health.Timeline() {
		fmt.Fprintf(&b, "  %s %-13s %s\n", t.At.Format("15:04:05"), t.To, t.Cause)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
