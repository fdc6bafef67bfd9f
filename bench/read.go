package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/launchdarkly/eventsource"
	tmaxmax "github.com/tmaxmax/go-sse"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/sse"
)

// readCommand is the word by which this command runs itself as a reader, in a process of its own.
const readCommand = "-read-with"

// eventRate is what a reader counted.
type eventRate struct {
	Events int64   `json:"events"`
	Took   float64 `json:"seconds"`
	Allocs float64 `json:"allocations_per_event"`
}

func (p eventRate) rate() float64 { return float64(p.Events) / p.Took }

// readers read the stream of a session until ctx is done and count its events.
var readers = map[string]func(ctx context.Context, base, id string, count *atomic.Int64) error{
	"lenswatch": readTyped, "sse": readPlain, "eventsource": readEventsource, "go-sse": readGoSSE,
}

// settle is how long a reader reads before its events are counted.
const settle = time.Second

// readMain is the reader process: READER BASE SESSION DURATION. It prints its pace as JSON.
func readMain(args []string) error {
	if len(args) != 4 || readers[args[0]] == nil {
		return fmt.Errorf("%s takes a reader, an endpoint, a session and a duration", readCommand)
	}
	d, err := time.ParseDuration(args[3])
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var count atomic.Int64
	ended := make(chan error, 1)
	go func() { ended <- readers[args[0]](ctx, args[1], args[2], &count) }()
	if err := await(settle, ended); err != nil {
		return err
	}
	start, before, mallocs := time.Now(), count.Load(), mallocs()
	if err := await(d, ended); err != nil {
		return err
	}
	p := eventRate{Events: count.Load() - before, Took: time.Since(start).Seconds()}
	if p.Events > 0 {
		p.Allocs = float64(mallocsSince(mallocs)) / float64(p.Events)
	}
	return json.NewEncoder(os.Stdout).Encode(p)
}

// await lets time go by, unless the reader ends.
func await(d time.Duration, ended <-chan error) error {
	select {
	case <-time.After(d):
		return nil
	case err := <-ended:
		return fmt.Errorf("the reader ended early: %w", err)
	}
}

func streamURL(base, id string) string { return base + "/lens/sessions/consumer/" + id }

func streamRequest(ctx context.Context, base, id string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", streamURL(base, id), nil)
	if err == nil {
		req.Header.Set("Authorization", "Bearer "+simulator.DefaultKey)
	}
	return req, err
}

// readTyped is lenswatch's whole way: from the wire to typed, cleaned events.
func readTyped(ctx context.Context, base, id string, count *atomic.Int64) error {
	svc, err := archetype.New(archetype.Options{Endpoint: base, Key: archetype.NewSecret(simulator.DefaultKey)})
	if err != nil {
		return err
	}
	return svc.Watch(ctx, id, client.WatchOptions{}, func(ev client.Event) {
		if ev.Kind == client.KindResult {
			count.Add(1)
		}
	})
}

// readPlain is the event source below it, which leaves the data as it arrived.
func readPlain(ctx context.Context, base, id string, count *atomic.Int64) error {
	s, err := sse.New(sse.Options{
		URL: streamURL(base, id), Header: http.Header{"Authorization": {"Bearer " + simulator.DefaultKey}},
	})
	if err != nil {
		return err
	}
	return s.Run(ctx, sse.Handler{Event: func(sse.Event) { count.Add(1) }})
}

func readEventsource(ctx context.Context, base, id string, count *atomic.Int64) error {
	req, err := streamRequest(ctx, base, id)
	if err != nil {
		return err
	}
	stream, err := eventsource.SubscribeWithRequestAndOptions(req)
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		select {
		case <-stream.Events:
			count.Add(1)
		case <-ctx.Done():
			return nil
		}
	}
}

func readGoSSE(ctx context.Context, base, id string, count *atomic.Int64) error {
	req, err := streamRequest(ctx, base, id)
	if err != nil {
		return err
	}
	conn := tmaxmax.NewConnection(req)
	conn.SubscribeToAll(func(tmaxmax.Event) { count.Add(1) })
	return conn.Connect()
}
