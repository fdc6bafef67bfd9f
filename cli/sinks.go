package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/health"
	"lenswatch/watch/metrics"
	"lenswatch/watch/otlp"
	"lenswatch/watch/recorder"
)

// sinkOptions are the flags for what takes events in addition to the display.
type sinkOptions struct {
	otlp    string
	metrics string
	record  recordOptions
}

const metricsUsage = "serve Prometheus metrics at this `address`, such as 9464 (this machine only) or 0.0.0.0:9464; 0 picks a free port"

func (o *sinkOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.otlp, "otlp", "", "export events and metrics over OTLP/HTTP to the collector at this `URL`, such as http://127.0.0.1:4318")
	f.StringVar(&o.metrics, "metrics", "", metricsUsage)
	o.record.flags(cmd)
}

// check finds what is wrong before anything is begun.
func (o *sinkOptions) check() error {
	if o.otlp != "" {
		if err := otlp.CheckEndpoint(o.otlp); err != nil {
			return usagef("--otlp: %w", err)
		}
	}
	if o.record.maxSize != 0 && o.record.file == "" {
		return usagef("--record-max-size requires --record")
	}
	return nil
}

// sinks is what takes events in addition to the display: a collector, Prometheus, a recording. None
// of them holds up what is watched. It belongs to the goroutine of the store.
type sinks struct {
	snapshots metrics.Snapshots
	server    *metrics.Server
	exporter  *otlp.Exporter
	recorder  *recorder.Recorder
	notify    func(string)                  // writes a notice for the user
	log       *slog.Logger                  // gets the verdicts; nil: nothing is logged
	verdicts  map[string]health.VerdictCode // as reported
	failing   bool                          // the collector, as reported

	reportedLost      otlp.Lost // as reported
	reportedAt        time.Time
	reportedRecording string // what was last reported about the recording
}

// lossReportInterval is the shortest time between two lines about what was lost.
const lossReportInterval = 10 * time.Second

// drainWithin is how long a collector may take at the end.
const drainWithin = 5 * time.Second

// start begins all that was asked for. The store is that of a recording, and may be nil without one.
func (o *sinkOptions) start(store *watch.Store, say func(string)) (*sinks, error) {
	b := &sinks{notify: say}
	if err := o.open(b, store); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (o *sinkOptions) open(b *sinks, store *watch.Store) (err error) {
	if o.metrics != "" {
		if b.server, err = metrics.Serve(o.metrics, &b.snapshots); err != nil {
			return listenError("--metrics", o.metrics, err)
		}
		b.notify(fmt.Sprintf("metrics are at http://%s/metrics", b.server.Addr))
		if b.server.Remote {
			b.notify("--metrics: other machines can connect, without a password, and see session IDs, lens names and counters; a bare port listens on this machine only")
		}
	}
	if o.otlp != "" {
		if b.exporter, err = otlp.New(otlp.Options{Endpoint: o.otlp, Version: buildVersion().Version, Snapshots: &b.snapshots}); err != nil {
			return fmt.Errorf("--otlp: %w", err)
		}
	}
	config.TakeCollectorKeys()
	if o.record.file != "" {
		if b.recorder, err = recorder.Start(o.record.file, o.record.options(), store); err != nil {
			return fileError(fmt.Errorf("--record: %w", err))
		}
	}
	return nil
}

// batch takes a batch that the store has taken in.
func (b *sinks) batch(batch *watch.Batch) {
	if b.recorder != nil {
		b.recorder.Batch(*batch)
	}
	if b.exporter != nil {
		for i := range batch.Events {
			b.exporter.Send(&batch.Events[i])
		}
	}
}

// second is called once a second.
func (b *sinks) second(now time.Time, store *watch.Store) {
	if b.server != nil || b.exporter != nil {
		b.snapshots.Update(now, store)
	}
	if b.recorder != nil {
		b.recorder.Tick(now, store)
	}
	if b.log != nil || b.exporter != nil {
		b.reportVerdicts(now, store)
	}
	if now.Sub(b.reportedAt) >= lossReportInterval {
		b.reportedAt = now
		b.reportCollector()
		b.reportLosses()
	}
}

// reportVerdicts logs and exports those that have changed.
func (b *sinks) reportVerdicts(now time.Time, store *watch.Store) {
	newest := map[string]health.VerdictCode{}
	for _, s := range store.Known() {
		if !s.Watched {
			continue
		}
		v, id := s.Health.Verdict(now), s.Record.ID
		newest[id] = v.Code
		if was, ok := b.verdicts[id]; ok && was == v.Code {
			continue
		}
		state := s.Health.State(now).Code
		if b.log != nil {
			b.log.Debug("verdict", "session", client.Line1(id), "verdict", v.Code.String(), "confidence", v.Confidence.String(), "state", state.String())
		}
		if b.exporter != nil {
			b.exporter.SendVerdict(otlp.Verdict{
				Service: s.Record.Service, Session: id, Lens: cmp.Or(s.Record.LensName, s.Record.LensID), At: now, State: state, Verdict: v,
			})
		}
	}
	b.verdicts = newest
}

// reportCollector says that the collector cannot be reached, and that it can again.
func (b *sinks) reportCollector() {
	if b.exporter == nil {
		return
	}
	waiting, reason := b.exporter.Failing()
	switch {
	case reason != nil && !b.failing:
		b.notify(fmt.Sprintf("--otlp: %v; retrying; events waiting: %d", reason, waiting))
	case reason == nil && b.failing:
		b.notify("--otlp: the collector responds again")
	}
	b.failing = reason != nil
}

// reportLosses says what was lost since it was last said.
func (b *sinks) reportLosses() {
	if b.exporter != nil {
		if l := b.exporter.Lost(); l.Events() != b.reportedLost.Events() || l.Metrics != b.reportedLost.Metrics {
			b.reportedLost = l
			text := fmt.Sprintf("--otlp: %d events and %d metric exports dropped so far", l.Events(), l.Metrics)
			if l.Last != nil {
				text += ": " + l.Last.Error()
			}
			b.notify(text)
		}
	}
	if b.recorder == nil {
		return
	}
	p, text := b.recorder.State(), ""
	switch {
	case p.Err != nil:
		text = fmt.Sprintf("--record: the recording is incomplete, everything up to that point is usable: %v", p.Err)
	case p.Lost > 0:
		text = fmt.Sprintf("--record: disk too slow, %d events dropped so far", p.Lost)
	case p.Warning != nil:
		text = fmt.Sprintf("--record: %v", p.Warning)
	}
	if text != b.reportedRecording {
		b.reportedRecording = text
		if text != "" {
			b.notify(text)
		}
	}
}

// close sends and writes what waits, and says what could not be.
func (b *sinks) close() {
	if b.server != nil {
		if err := b.server.Close(); err != nil {
			b.notify("--metrics: " + err.Error())
		}
	}
	if b.exporter != nil {
		b.drain()
	}
	if b.recorder != nil {
		_ = b.recorder.Stop() // its state says it
	}
	b.reportLosses()
}

// drain sends what waits to the collector, within a limit of time, which is announced.
func (b *sinks) drain() {
	b.notify(fmt.Sprintf("--otlp: sending the remaining events, for up to %s", units.Duration(drainWithin)))
	ctx, cancel := context.WithTimeout(context.Background(), drainWithin)
	defer cancel()
	switch err := b.exporter.Close(ctx); {
	case err == nil, b.exporter.Lost().Last != nil: // what was lost is reported anyway, and why
	case errors.Is(err, context.DeadlineExceeded):
		b.notify("--otlp: the collector did not respond in time; check that it listens at that address")
	default:
		b.notify("--otlp: " + err.Error())
	}
}

// recordOptions are the flags of a recording.
type recordOptions struct {
	file        string
	maxSize     config.Bytes
	maxFileSize config.Bytes // the size that the settings have
}

func (o *recordOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.file, "record", "", "record to this new `file`; compressed if the name ends in .zst")
	cmd.Flags().Var(&o.maxSize, "record-max-size", "start a new file at this size, such as 100MiB (0: no limit)")
	completesFile(cmd, "record")
}

func (o *recordOptions) options() recorder.Options {
	return recorder.Options{Lenswatch: buildVersion().Version, MaxSize: int64(cmp.Or(o.maxSize, o.maxFileSize))}
}

// openedRecording is a recording of a screen before the screen is there.
type openedRecording struct {
	options  recorder.Options
	recorder *recorder.Recorder // nil if nothing is recorded from the start
}

// open opens the file, if there is one, so that what is wrong with it is said before the screen is drawn.
func (o *recordOptions) open(env Env, services []client.Service) (out openedRecording, err error) {
	settings, err := env.config()
	if err != nil {
		return out, err
	}
	o.maxFileSize = settings.Record.MaxSize
	out.options = o.options()
	if o.file == "" {
		return out, nil
	}
	var known []recording.Service
	for _, s := range services {
		known = append(known, recording.Service{Name: s.Name(), Endpoint: s.Endpoint()})
	}
	if out.recorder, err = recorder.Open(o.file, out.options, known); err != nil {
		return out, fileError(fmt.Errorf("--record: %w", err))
	}
	return out, nil
}

// incomplete is err, or where the command would end well, that its recording is incomplete, which was
// said by then.
func incomplete(r *recorder.Recorder, err error) error {
	if r == nil || ExitCode(err) != ExitOK {
		return err
	}
	switch p := r.State(); {
	case p.Err != nil:
		return reportedError{fmt.Errorf("the recording is incomplete: %w", p.Err)}
	case p.Lost+p.LostEntries > 0:
		return reportedError{errors.New("the recording is incomplete: events were left out")}
	}
	return err
}
