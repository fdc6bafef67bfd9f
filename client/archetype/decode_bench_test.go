package archetype

import (
	stdjson "encoding/json"
	"fmt"
	"testing"

	"lenswatch/client"
)

// Results of about 200 bytes, in the forms that streams carry most.
var benchPayloads = map[string]string{
	"sentence": `{"type":"inference.result","event_data":{"query_id":"qry-251207a89f948ed4e30d8f80","response":["A worker in a hard hat and a safety vest walks past."],"query_metadata":{"sensor_timestamp":"00:01:23","frame_ids":[120,121]}}}`,
	"scores":   `{"type":"inference.result","event_data":{"response":["walking",{"walking":0.631,"sitting":0.369}],"query_metadata":{"query_timestamp":1779428775.59,"sensor_id":"imu-1","query_metadata":{"read_index":4096}}}}`,
	"load":     `{"type": "inference.result", "timestamp": 1795815778.039691, "event_data": {"response": ["Load event 000000012766 and so on and so on and so on and so on and so on "], "query_id": "qry-000000012766"}}`,
	"document": `{"type": "inference.result", "timestamp": 1741843200.123, "data": {"result": "A construction worker wearing a hard hat and safety vest, who carries a ladder past the parked excavator on the left."}}`,
}

// BenchmarkDecode measures a payload on its way to a clean event, compared with what encoding/json takes
// to read it without any of its meaning.
func BenchmarkDecode(b *testing.B) {
	for name, payload := range benchPayloads {
		p := []byte(payload)
		bench := func(name string, f func()) {
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(len(p)))
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
			})
		}
		var ev client.Event
		bench(name+"/decode", func() {
			ev = client.Event{}
			decode(p, &ev)
		})
		bench(name+"/encoding-json", func() {
			var v struct {
				Type      string                        `json:"type"`
				Timestamp float64                       `json:"timestamp"`
				EventData map[string]stdjson.RawMessage `json:"event_data"`
				Data      map[string]stdjson.RawMessage `json:"data"`
			}
			if err := stdjson.Unmarshal(p, &v); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkEvent measures the whole way of a payload within this package: masked, decoded, judged
// and remembered, and handed on.
func BenchmarkEvent(b *testing.B) {
	s, err := New(Options{Key: NewSecret(testKey)})
	if err != nil {
		b.Fatal(err)
	}
	events := 0
	w := &watcher{s: s, id: "lsn-1", dedupers: map[client.Channel]*deduper{}, sink: func(client.Event) { events++ }}
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("1a3d1e60-%012d", i)
	}
	p := []byte(benchPayloads["load"])
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.event(p, w.cleanLine("message"), w.cleanLine(ids[i%len(ids)]))
	}
}
