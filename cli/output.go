package cli

import (
	"context"
	"io"
	"time"

	"github.com/charmbracelet/colorprofile"

	"lenswatch/client/guard"
	"lenswatch/theme"
)

// lastWrite is how long a write under way may continue once the command is to end.
const lastWrite = time.Second

// output writes to something that may stop reading, such as a pager, without waiting for it for
// ever. It belongs to one goroutine. Use [newOutput], then [output.Close].
type output struct {
	ctx  context.Context
	todo chan []byte
	done chan error
	err  error // of the first write that failed; there is none after it
	// blocked is called when a write has been under way for blockedAfter; it may be nil. It is called from
	// within Write.
	blocked func()
}

// blockedAfter is for how long what is written to may accept nothing before a person hears of it.
const blockedAfter = 3 * time.Second

// newOutput makes an output whose writes have to be done soon once ctx is done.
func newOutput(ctx context.Context, w io.Writer) *output {
	o := &output{ctx: ctx, todo: make(chan []byte, 1), done: make(chan error, 1)}
	guard.Go("output", func(c *guard.Crash) { o.done <- c }, func() {
		for p := range o.todo {
			_, err := w.Write(p)
			o.done <- err
		}
	})
	return o
}

// Close ends the output. A write that was given up may be under way still.
func (o *output) Close() { close(o.todo) }

// Write writes all of p, or fails. If it fails p may be in use still.
func (o *output) Write(p []byte) (int, error) {
	if o.err == nil {
		o.todo <- p
		o.err = o.wait()
	}
	if o.err != nil {
		return 0, o.err
	}
	return len(p), nil
}

func (o *output) wait() error {
	patience := time.NewTimer(blockedAfter)
	defer patience.Stop()
	for waiting := true; waiting; {
		select {
		case err := <-o.done:
			return err
		case <-patience.C:
			if o.blocked != nil {
				o.blocked()
			}
		case <-o.ctx.Done():
			waiting = false
		}
	}
	select {
	case err := <-o.done:
		return err
	case <-time.After(lastWrite):
		return context.Canceled
	}
}

// newTermStyles makes the theme for what is written to w without a screen: one without styles unless it is a terminal that
// has colours, and the person has not set NO_COLOR. The background is not asked for, as that would read from standard
// input: the theme's colours for a light one read on a dark one, too.
func newTermStyles(w io.Writer, environ []string) theme.Theme {
	if colorprofile.Detect(w, environ) < colorprofile.ANSI {
		return theme.Theme{}
	}
	return theme.New(theme.Options{Palette: theme.Terminal, Profile: colorprofile.ANSI})
}
