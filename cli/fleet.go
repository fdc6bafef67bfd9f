package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/metrics"
	"lenswatch/watch/otlp"
	"lenswatch/watch/recorder"
)

// besideOptions are the flags for what takes events beside those who look at them.
type besideOptions struct {
	otlp    string
	metrics string
	record  recordOptions
}

const metricsUsage = "serve the figures for Prometheus at this address, such as 9464; a port alone is for this machine only, 0 is a free one"

func (o *besideOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.otlp, "otlp", "", "send events and figures to this OpenTelemetry collector, such as http://127.0.0.1:4317")
	f.StringVar(&o.metrics, "metrics", "", metricsUsage)
	o.record.flags(cmd)
}

// check finds what is wrong before anything is begun.
func (o *besideOptions) check() error {
	if o.otlp != "" {
		if err := otlp.CheckEndpoint(o.otlp); err != nil {
			return usagef("--otlp: %w", err)
		}
	}
	if o.record.maxSize != 0 && o.record.file == "" {
		return usagef("--record-max-size goes with --record")
	}
	return nil
}

// beside is what takes events beside those who look at them: a collector, Prometheus, a recording. None
// of them holds up what is watched. It belongs to the goroutine of the book.
type beside struct {
	board    metrics.Board
	server   *metrics.Server
	exporter *otlp.Exporter
	recorder *recorder.Recorder
	say      func(string) // tells the person

	lost     otlp.Lost // as told
	toldAt   time.Time
	recorded string // what was told of the recording
}

// tellEvery is the shortest time between two lines about what was lost.
const tellEvery = 10 * time.Second

// drainWithin is how long a collector may take at the end.
const drainWithin = 5 * time.Second

// start begins all that was asked for. The book is that of a recording, and may be nil without one.
func (o *besideOptions) start(ctx context.Context, book *watch.Book, say func(string)) (*beside, error) {
	b := &beside{say: say}
	if err := o.begin(ctx, b, book); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (o *besideOptions) begin(ctx context.Context, b *beside, book *watch.Book) (err error) {
	if o.metrics != "" {
		if b.server, err = metrics.Serve(o.metrics, &b.board); err != nil {
			return listenError("--metrics", o.metrics, err)
		}
		b.say(fmt.Sprintf("figures are at http://%s/metrics", b.server.Addr))
	}
	if o.otlp != "" {
		if b.exporter, err = otlp.New(ctx, otlp.Options{Endpoint: o.otlp, Version: buildVersion().Version, Board: &b.board}); err != nil {
			return fmt.Errorf("--otlp: %w", err)
		}
	}
	if o.record.file != "" {
		if b.recorder, err = recorder.Start(o.record.file, o.record.options(), book); err != nil {
			return fileError(fmt.Errorf("--record: %w", err))
		}
	}
	return nil
}

// take takes a batch that the book has taken in.
func (b *beside) take(ctx context.Context, batch *watch.Batch) {
	if b.recorder != nil {
		b.recorder.Batch(*batch)
	}
	if b.exporter != nil {
		for i := range batch.Events {
			b.exporter.Send(ctx, &batch.Events[i])
		}
	}
}

// second is called once a second.
func (b *beside) second(now time.Time, book *watch.Book) {
	if b.server != nil || b.exporter != nil {
		b.board.Update(now, book)
	}
	if b.recorder != nil {
		b.recorder.Tick(now, book)
	}
	if now.Sub(b.toldAt) >= tellEvery {
		b.toldAt = now
		b.tell()
	}
}

// tell says what was lost since it was last said.
func (b *beside) tell() {
	if b.exporter != nil {
		if l := b.exporter.Lost(); l.Events() != b.lost.Events() || l.Metrics != b.lost.Metrics {
			b.lost = l
			text := fmt.Sprintf("--otlp: %d events and %d tellings of figures did not reach the collector so far", l.Events(), l.Metrics)
			if l.Last != nil {
				text += ": " + l.Last.Error()
			}
			b.say(text)
		}
	}
	if b.recorder == nil {
		return
	}
	p, text := b.recorder.State(), ""
	switch {
	case p.Err != nil:
		text = fmt.Sprintf("--record: nothing is written any more, what was written is good: %v", p.Err)
	case p.Lost > 0:
		text = fmt.Sprintf("--record: %d events were left out so far: the disk is too slow", p.Lost)
	case p.Warning != nil:
		text = fmt.Sprintf("--record: %v", p.Warning)
	}
	if text != b.recorded {
		b.recorded = text
		if text != "" {
			b.say(text)
		}
	}
}

// close sends and writes what waits, and says what could not be.
func (b *beside) close() {
	if b.server != nil {
		if err := b.server.Close(); err != nil {
			b.say("--metrics: " + err.Error())
		}
	}
	if b.exporter != nil {
		b.drain()
	}
	b.tell()
	if b.recorder != nil {
		if err := b.recorder.Stop(); err != nil && b.recorded == "" {
			b.say("--record: " + err.Error())
		}
	}
}

// drain sends what waits to the collector, within a limit of time that whoever waits is told of.
func (b *beside) drain() {
	b.say(fmt.Sprintf("--otlp: sending what waits, for %v at most", drainWithin))
	ctx, cancel := context.WithTimeout(context.Background(), drainWithin)
	defer cancel()
	switch err := b.exporter.Close(ctx); {
	case err == nil, b.exporter.Lost().Last != nil: // what was lost is told anyway, and why
	case errors.Is(err, context.DeadlineExceeded):
		b.say("--otlp: the collector did not answer in that time; check that it listens at the address")
	default:
		b.say("--otlp: " + err.Error())
	}
}

// sayTo is how a command tells the person something in passing.
func sayTo(write func([]byte)) func(string) {
	return func(text string) { write(fmt.Appendf(nil, "lenswatch: %s\n", client.Line1(text))) }
}
