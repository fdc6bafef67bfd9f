package replay_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/recorder"
	"lenswatch/watch/replay"
)

// How long seeking to the end of a million events takes.
func BenchmarkSeek(b *testing.B) {
	path, start, store := filepath.Join(b.TempDir(), "a"), time.Now(), watch.NewStore(nil, 0)
	rec, err := recorder.Start(path, recorder.Options{Queue: 4 << 30}, store)
	if err != nil {
		b.Fatal(err)
	}
	const batches, size = 1000, 1000
	for i := range batches {
		at := start.Add(time.Duration(i) * time.Second / 10)
		events := make([]client.Event, size)
		for j := range events {
			n := fmt.Sprint(i*size + j)
			events[j] = client.Event{
				Service: "archetype", Session: "lsn-" + n[len(n)-1:], Kind: client.KindResult, Wire: "inference.result", ID: n, Received: at,
				Text: "A worker in a hard hat and a safety vest walks past.", Result: &client.Result{QueryID: "qry-" + n, SensorTime: "00:01:23", ReadIndex: -1},
				Raw: []byte(`{"type":"inference.result","event_data":{"query_id":"qry-` + n + `","response":["A worker in a hard hat and a safety vest walks past."],"query_metadata":{"sensor_timestamp":"00:01:23","frame_ids":[120,121]}}}`),
			}
		}
		rec.Batch(watch.Batch{Delivered: at, Events: events})
		if i%10 == 9 {
			rec.Tick(at, store)
		}
	}
	if err := rec.Stop(); err != nil || rec.State().Lost > 0 {
		b.Fatal(err, rec.State())
	}
	p, err := replay.Open(b.Context(), path, replay.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	for b.Loop() {
		if err := p.Seek(b.Context(), time.Hour); err != nil {
			b.Fatal(err)
		}
	}
	if n := p.Position().Events; n != batches*size {
		b.Fatal(n)
	}
	b.ReportMetric(float64(b.N)*batches*size/b.Elapsed().Seconds(), "events/s")
}
