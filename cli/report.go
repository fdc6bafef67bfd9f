package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
	"lenswatch/client/recording"
	"lenswatch/client/rest"
	"lenswatch/watch"
	"lenswatch/watch/replay"
	"lenswatch/watch/report"
)

type reportOptions struct {
	duration time.Duration
	output   string
	session  string
}

func newReport(env Env) *cobra.Command {
	o := &reportOptions{}
	cmd := &cobra.Command{
		Use:   "report session|file",
		Short: "Write a redacted session report for a ticket",
		Long: `report watches a session like diagnose and writes what support needs: the verdict and its evidence, the
record, the clock difference, the timeline, failures with their codes and error_uids, and the newest events as received.

The report is Markdown, or JSON with -o json. Keys, passwords, tokens and authorization headers are redacted, wherever and
however they appear. For a recording, the report describes its end.`,
		Example: "lenswatch report lsn-251207a89f948ed4e30d8f80aaba77 > ticket.md\n" +
			"lenswatch report stall.ndjson.zst -o json",
		Args:              oneArg("report requires one session ID or one recording"),
		ValidArgsFunction: completeSessions(env),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch recorded := isRecording(args[0]); {
			case recorded && cmd.Flags().Changed("for"):
				return usagef("--for is for sessions only; for a recording, the report describes its end")
			case !recorded && o.session != "":
				return usagef("--session is for a recording")
			}
			return writeReport(cmd.Context(), env, o, args[0])
		},
	}
	cmd.Flags().DurationVar(&o.duration, "for", 28*time.Second, "maximum time to watch, such as 2m")
	cmd.Flags().StringVar(&o.session, "session", "", "report only the session with this `ID` of a recording")
	outputFlag(cmd, &o.output, "markdown", "json")
	return cmd
}

func writeReport(ctx context.Context, env Env, o *reportOptions, of string) error {
	if o.duration <= 0 {
		return usagef("--for must be greater than 0")
	}
	var (
		store *watch.Store
		from  = report.Origin{Lenswatch: buildVersion().Version, Platform: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH}
		now   = time.Now
		ids   = []string{of}
		err   error
	)
	if isRecording(of) {
		var end time.Time
		if store, end, err = playAll(ctx, env, of, report.Budget, &from); err == nil {
			ids, err = recordedSessions(store, of, o.session)
		}
		now = func() time.Time { return end }
	} else if err = checkIDs(ids); err == nil {
		if ids, err = env.sessionIDs(ids); err != nil {
			return err
		}
		store, err = study(ctx, env, ids, o.duration, report.Budget, func(*watch.Store, []string, time.Time) {})
	}
	if err != nil {
		return err
	}
	var worst error
	for _, id := range ids {
		s, at := store.Session(id), now()
		r := report.Of(store, s, at, from)
		text := r.Markdown(envSecrets(env)...)
		if o.output == "json" {
			if text, err = reportJSON(r, s, at, envSecrets(env)); err != nil {
				return err
			}
		}
		if _, err := env.Stdout.Write(text); err != nil {
			return err
		}
		if err := verdictError(r.Verdict); from.Recording == "" && ExitCode(err) > ExitStalled {
			worst = graver(worst, err)
		}
	}
	return worst
}

// isRecording reports whether an argument that may be a session is the name of a file.
func isRecording(arg string) bool {
	info, err := os.Stat(arg)
	return client.CheckID(arg) != nil || err == nil && info.Mode().IsRegular() || slices.Contains([]string{".ndjson", ".zst"}, filepath.Ext(arg))
}

// playAll plays a recording to its end as fast as can be, into a store that retains budget bytes of events.
func playAll(ctx context.Context, env Env, path string, budget int64, from *report.Origin) (*watch.Store, time.Time, error) {
	settings, err := env.config()
	if err != nil {
		return nil, time.Time{}, err
	}
	player, err := replay.Open(ctx, path, replay.Options{Speed: replay.Max, Stop: true})
	if err != nil {
		return nil, time.Time{}, fileError(err)
	}
	end := player.Start()
	store := watch.NewStore(player.Services(), budget)
	store.SetThresholds(settings.Thresholds)
	watch.Follow(ctx, player, store, func(now time.Time, b *watch.Batch) bool {
		end = now
		if b != nil && len(b.Events) > 0 { // a recording may have lost its times of batches
			if last := b.Events[len(b.Events)-1].Received; last.After(end) {
				end = last
			}
		}
		return true
	})
	from.Recording = fmt.Sprintf("%s, written by lenswatch %s", client.Line1(filepath.Base(path)), client.Line1(player.Header().Lenswatch))
	if cut := player.Position().Cut; cut != nil {
		from.Recording += " (" + client.Line1(cut.Error()) + ")"
	}
	if err := player.Close(); err != nil {
		return nil, time.Time{}, fmt.Errorf("recording %s: %w", path, err)
	}
	return store, end, ctx.Err()
}

// recordedSessions are the sessions of a recording that were watched: one, if it is named, or all.
func recordedSessions(store *watch.Store, path, only string) (ids []string, err error) {
	for _, s := range store.Sessions() {
		if !s.Unwatched() && (only == "" || s.Record.ID == only) {
			ids = append(ids, s.Record.ID)
		}
	}
	switch {
	case len(ids) > 0:
		return ids, nil
	case only != "":
		return nil, usagef("%s has no events for session %s", client.Line1(path), client.Line1(only))
	}
	return nil, usagef("%s contains no watched session", client.Line1(path))
}

// envSecrets are the keys in the environment. The clients have taken them, and those stored elsewhere, out of all
// that they received; this is for what reached a recording otherwise.
func envSecrets(env Env) (out []rest.Secret) {
	names := append(archetype.KeyVariables(), agenthuman.KeyVariable)
	if s, err := env.config(); err == nil { // what is wrong with the settings was said
		for _, p := range s.Profiles {
			names = append(names, p.APIKeyVariable, p.AgentHumanAPIKeyVariable)
		}
	}
	for _, name := range names {
		if key := env.Getenv(name); key != "" {
			out = append(out, rest.NewSecret(key))
		}
	}
	return out
}

// reportJSON is what `report -o json` writes for each session, one object on one line; docs/json.md describes it.
func reportJSON(r *report.Report, s *watch.Session, at time.Time, keys []rest.Secret) ([]byte, error) {
	out := struct {
		diagnosisJSON
		Endpoint  string           `json:"endpoint"`
		Lenswatch string           `json:"lenswatch"`
		Platform  string           `json:"platform"`
		Recording string           `json:"recording,omitempty"`
		ClockSkew *float64         `json:"clock_ahead"`
		Record    jsontext.Value   `json:"record"`
		Failures  []report.Failure `json:"failures"`
		Requests  []jsontext.Value `json:"requests"`
		Events    []jsontext.Value `json:"newest_events"`
	}{
		diagnosisJSON: diagnosisOf(s, at), Endpoint: r.Endpoint, Lenswatch: r.Origin.Lenswatch, Platform: r.Origin.Platform,
		Recording: r.Origin.Recording, Failures: r.Failures,
	}
	if r.Metrics.SkewKnown {
		out.ClockSkew = new(r.Metrics.Skew.Seconds())
	}
	for _, q := range r.Requests {
		b, err := recording.JSON(struct {
			At time.Time `json:"at"`
			client.Request
		}{q.At, q})
		if err != nil {
			return nil, err
		}
		out.Requests = append(out.Requests, b)
	}
	events, _ := r.Events(keys...)
	for i := range events {
		out.Events = append(out.Events, recording.AppendEvent(nil, &events[i]))
	}
	var err error
	if out.Record, err = recording.JSON(r.Session); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := writeDiagnosisJSON(&b, out); err != nil {
		return nil, err
	}
	return rest.MaskCredentials(b.Bytes(), keys...), nil
}
