package recorder

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
)

// flood is a service whose one session says as much as is taken.
type flood struct {
	named
	events int
}

func (f flood) Sessions(context.Context) ([]client.Session, error) { return nil, nil }
func (f flood) Lenses(context.Context) ([]client.Lens, error)      { return nil, nil }

func (f flood) Watch(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
	for n := range f.events {
		if ctx.Err() != nil {
			return nil
		}
		ev := result("A worker in a hard hat and a safety vest walks past.")
		ev.Session, ev.ID, ev.Result = id, fmt.Sprint(n), &client.Result{QueryID: "qry-251207a89f948ed4e30d8f80", SensorTime: "00:01:23", ReadIndex: -1}
		ev.Raw = []byte(`{"type":"inference.result","event_data":{"query_id":"qry-251207a89f948ed4e30d8f80","response":["A worker in a hard hat and a safety vest walks past."],"query_metadata":{"sensor_timestamp":"00:01:23","frame_ids":[120,121]}}}`)
		sink(ev)
	}
	return nil
}

// BenchmarkRecord measures a stream that is as fast as a hub hands it over, first alone and then
// while recording it, and how many events a second get into the file.
func BenchmarkRecord(b *testing.B) {
	// handOver takes all events of a hub, and gives each batch to take.
	handOver := func(take func(watch.Batch)) time.Duration {
		f := flood{named{name: "a"}, b.N}
		hub := watch.NewHub([]client.Service{f}, watch.Options{BatchInterval: 5 * time.Millisecond})
		defer hub.Close()
		start := time.Now()
		if err := hub.Watch("a", "one"); err != nil {
			b.Fatal(err)
		}
		for n := 0; n < b.N; {
			batch, err := hub.Next(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			take(batch)
			n += len(batch.Events)
		}
		return time.Since(start)
	}
	alone := handOver(func(watch.Batch) {})
	r, err := Start(filepath.Join(b.TempDir(), "a"), Options{Queue: 8 << 30}, watch.NewStore(nil, 0))
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	recording := handOver(r.Batch)
	if err := r.Stop(); err != nil || r.State().Events != int64(b.N) {
		b.Fatalf("%v, %+v", err, r.State())
	}
	rate := func(took time.Duration) float64 { return float64(b.N) / took.Seconds() }
	b.ReportMetric(rate(alone), "handed-alone/s")
	b.ReportMetric(rate(recording), "handed-recording/s")
	b.ReportMetric(rate(b.Elapsed()), "written/s")
}
