package cli

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/ui"
	"lenswatch/ui/draw"
	"lenswatch/watch"
	"lenswatch/watch/alerts"
	"lenswatch/watch/custody"
)

// screenOptions are the flags of the commands that draw a screen.
type screenOptions struct {
	keep    bool
	pprof   string
	metrics string
	record  recordOptions
}

func (o *screenOptions) flags(cmd *cobra.Command) {
	// The settings take these four up, by their names.
	cmd.Flags().Int("max-watched", watch.DefaultMaxWatched, "maximum `number` of sessions watched at once; others are only listed (press r to watch one)")
	cmd.Flags().Bool("ascii", false, "use ASCII borders and symbols only")
	cmd.Flags().Bool("silent", false, "do not ring the terminal bell when a stream stalls")
	cmd.Flags().String("theme", "auto", "`theme`: "+strings.Join(config.Choices("theme"), ", "))
	completes(cmd, "theme", config.Choices("theme")...)
	o.record.flags(cmd)
	cmd.Flags().BoolVar(&o.keep, "keep", false, "keep sessions created by this run when it ends")
	cmd.Flags().StringVar(&o.metrics, "metrics", "", metricsUsage)
	cmd.Flags().StringVar(&o.pprof, "pprof", "", pprofUsage)
}

// screen is a run of the TUI over some services.
type screen struct {
	env      Env
	options  *screenOptions
	title    string
	profiles []draw.Profile
	notice   string // said on the screen first; empty for none
	services []client.Service
	hub      watch.Options
	demo     bool          // stalls are called early, unless the thresholds are set, and the arrangement is saved apart
	sessions []string      // to watch from the start, of the first service
	rules    []alerts.Rule // where the settings have none

	// wrap stands between the model and the program in tests; nil otherwise.
	wrap func(tea.Model) tea.Model
}

// run shows the screen until the person quits or ctx is done, and then sees to the sessions that this
// run created.
func (s screen) run(ctx context.Context) error {
	if !s.env.terminal() {
		return usagef("not a terminal; use `lenswatch tail` for plain output")
	}
	opts, err := s.screenOptions()
	if err != nil {
		return err
	}
	stopPprof, err := servePprof(s.env, s.options.pprof)
	if err != nil {
		return err
	}
	defer stopPprof()
	if len(opts.Rules.Rules) == 0 {
		opts.Rules.Rules = s.rules
	}
	var sendAlerts func()
	if opts.Rules, sendAlerts, err = screenRules(s.env, opts.Rules.Rules); err != nil {
		return err
	}
	defer sendAlerts()
	garbage := newCollector(s.env, opts.Budget, max(s.maxWatched(), len(s.sessions)))
	defer garbage.restore()
	metrics := sinkOptions{metrics: s.options.metrics}
	sinks, err := metrics.start(nil, s.env.say)
	if err != nil {
		return err
	}
	defer sinks.close()
	sinks.log = s.env.log.Logger()
	opts.Second = func(now time.Time, store *watch.Store) {
		garbage.second(now)
		sinks.second(now, store)
	}
	record, err := s.options.record.open(s.env, s.services)
	if err != nil {
		return err
	}
	// Requests outlive the signal that ends the screen: a create that is under way is waited for.
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	hub := s.newHub()
	ledger := hub.Custody()
	defer ledger.Close()
	hub.Start()
	if err := s.watchNamed(hub); err != nil {
		hub.Close()
		return err
	}
	opts.Notice = strings.Trim(custody.Notice(ledger.Orphans())+"\n"+s.notice, "\n")
	opts.Record = record.options
	model := ui.New(requests, hub, opts)
	if record.recorder != nil {
		model.RecordTo(record.recorder)
	}
	sh := s.runProgram(ctx, model)
	way := leave(ledger, s.services, s.fate(sh, model), s.env.Signals.Leaving(), s.env.Stderr)
	ended := sh.dog.wait(sh.ended)
	if ended {
		if err := s.saveViewState(opts.ViewState, model.ViewState()); err != nil {
			way.report.report("lenswatch: " + err.Error())
		}
	}
	if said := s.endRecording(model, ended); said != "" {
		way.report.report("lenswatch: " + said)
	}
	left := way.finish()
	cancel()
	within(resetWithin, "hub", hub.Close)
	return incomplete(record.recorder, cmp.Or(s.outcome(ctx, sh, ended), left))
}

// newHub makes the hub of the screen, which is not started.
func (s screen) newHub() *watch.Hub {
	s.hub.Crashed, s.hub.Log = s.env.crashes.add, s.env.log.Logger()
	s.hub.MaxWatched = s.maxWatched()
	return watch.NewHub(s.services, s.hub)
}

// maxWatched is how many sessions are watched at once, besides those that were named; 0 is the default.
func (s screen) maxWatched() int {
	cfg, err := s.env.config()
	if err != nil {
		return 0 // it was reported with the options
	}
	return cfg.Watch.MaxSessions
}

// watchNamed follows the sessions that were given on the command line.
func (s screen) watchNamed(hub *watch.Hub) error {
	for _, id := range s.sessions {
		if err := hub.Watch(serviceOf(s.services, id).Name(), id); err != nil {
			return err
		}
	}
	return nil
}

// fate is what becomes of the sessions of this run.
func (s screen) fate(sh *runningScreen, model *ui.Model) fate {
	switch {
	case s.options.keep:
		return fateKeep
	case sh.reason == reasonQuit && model.LeftOpen():
		return fateReport
	}
	return fateDestroy
}

// endRecording closes the recording that is being written, if there is one. A screen that did not end
// still has it; what was written until a second ago is in the file then.
func (s screen) endRecording(model *ui.Model, ended bool) string {
	if !ended {
		return ""
	}
	return model.StopRecording()
}

// outcome is the error that the command ends with.
func (s screen) outcome(ctx context.Context, sh *runningScreen, ended bool) error {
	switch {
	case sh.crash.happened():
		return sh.crash.err()
	case !ended || ctx.Err() != nil, errors.Is(sh.err, tea.ErrInterrupted), errors.Is(sh.err, tea.ErrProgramKilled):
		return nil // the person, or a signal, stopped it
	case isTerminalGone(sh.err):
		return nil // the terminal is gone, and nobody reads what is said
	}
	return sh.err
}

// within runs what may not end by itself, and waits for it for a time at most.
func within(most time.Duration, where string, f func()) {
	done := make(chan struct{})
	guard.Go(where, nil, func() {
		defer close(done)
		f()
	})
	select {
	case <-done:
	case <-time.After(most):
	}
}

// host is the part of an endpoint that a person looks at.
func host(endpoint string) string {
	if u, err := url.Parse(endpoint); err == nil && u.Host != "" {
		return u.Host
	}
	return endpoint
}
