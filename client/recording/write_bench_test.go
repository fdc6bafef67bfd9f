package recording

import (
	"path/filepath"
	"testing"
	"time"

	"lenswatch/client"
)

// How many events a second get into a file, as a hub hands them over.
func BenchmarkWriter(b *testing.B) {
	for _, name := range []string{"plain.ndjson", "packed.ndjson.zst"} {
		b.Run(name, func(b *testing.B) {
			w, err := Create(filepath.Join(b.TempDir(), name), time.Now(), Options{Queue: 1 << 40})
			if err != nil {
				b.Fatal(err)
			}
			batch := make([]client.Event, 1000)
			for i := range batch {
				batch[i] = result()
			}
			b.ReportAllocs()
			b.ResetTimer()
			for range (b.N + len(batch) - 1) / len(batch) {
				w.Put(Item{time.Now(), Batch{Events: len(batch)}}, Item{time.Now(), Events(batch)})
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
