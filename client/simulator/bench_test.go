package simulator_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"lenswatch/client/simulator"
)

// BenchmarkLoad counts the events that one bare reader takes over a loopback socket from a session
// that is asked to give more than it can.
func BenchmarkLoad(b *testing.B) {
	sim, err := simulator.New(simulator.Config{Rate: 3_000_000, WarmUp: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer sim.Close()
	url, err := sim.Listen("", false)
	if err != nil {
		b.Fatal(err)
	}
	id, err := sim.Create(simulator.LensActivityMonitor)
	if err != nil {
		b.Fatal(err)
	}
	req, err := http.NewRequest("GET", url+"/lens/sessions/consumer/"+id, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+simulator.DefaultKey)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	buf, events := make([]byte, 256<<10), 0
	if _, err := io.ReadFull(resp.Body, buf); err != nil { // past the warm-up
		b.Fatal(err)
	}
	b.ResetTimer()
	for events < b.N {
		n, err := resp.Body.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		events += bytes.Count(buf[:n], []byte("\ndata: "))
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
