package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/ui"
	"lenswatch/watch"
)

// framesPerSecond bounds how often the screen is drawn.
const framesPerSecond = 30

// screenOptions are the flags of the commands that draw a screen.
type screenOptions struct{ pprof string }

func (o *screenOptions) flags(cmd *cobra.Command) {
	// The settings take these three up, by their names.
	cmd.Flags().Bool("ascii", false, "draw borders and glyphs in ASCII only")
	cmd.Flags().Bool("silent", false, "do not ring the bell when a stream stalls while nobody looks")
	cmd.Flags().String("theme", "auto", "colours: auto, dark, light, high-contrast or mono")
	cmd.Flags().StringVar(&o.pprof, "pprof", "", "serve CPU and heap profiles on this address of this machine, such as 127.0.0.1:6060")
}

// screen is a run of the TUI over some services.
type screen struct {
	env      Env
	options  *screenOptions
	title    string
	services []client.Service
	hub      watch.Options
	sessions []string // to watch from the start, of the first service
}

// run shows the screen until the person quits or ctx is done.
func (s screen) run(ctx context.Context) error {
	if !s.env.terminal() {
		return usagef("lenswatch draws on a terminal, and here standard input or output is none")
	}
	opts, err := s.look()
	if err != nil {
		return err
	}
	stopPprof, err := servePprof(s.options.pprof)
	if err != nil {
		return err
	}
	defer stopPprof()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hub := watch.NewHub(s.services, s.hub)
	defer hub.Close()
	hub.Start()
	for _, id := range s.sessions {
		if err := hub.Watch(serviceOf(s.services, id).Name(), id); err != nil {
			return err
		}
	}
	model := ui.New(ctx, hub, opts)
	// Signals end ctx. Bubble Tea's own handler would send a message for the same signal, and wait
	// for ever if the program had ended by then.
	program := tea.NewProgram(model, tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond),
		tea.WithInput(s.env.Stdin), tea.WithOutput(s.env.Stdout), tea.WithEnvironment(s.env.Environ))
	_, err = program.Run()
	if err := s.keep(opts.Arranged, model.Arranged()); err != nil {
		fmt.Fprintf(s.env.Stderr, "lenswatch: %v\n", err)
	}
	for _, left := range model.Remaining() {
		fmt.Fprintf(s.env.Stderr, "lenswatch: still open, and taking quota: %s\n", left)
	}
	if errors.Is(err, tea.ErrInterrupted) || errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil // the person, or a signal, stopped it
	}
	return err
}

// host is the part of an endpoint that a person looks at.
func host(endpoint string) string {
	if u, err := url.Parse(endpoint); err == nil && u.Host != "" {
		return u.Host
	}
	return endpoint
}
