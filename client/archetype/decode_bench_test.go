package archetype

import (
	stdjson "encoding/json"
	"testing"

	"lenswatch/client"
)

// Results of about 200 bytes, in the forms that streams carry most.
var benchPayloads = map[string]string{
	"sentence": `{"type":"inference.result","event_data":{"query_id":"qry-251207a89f948ed4e30d8f80","response":["A worker in a hard hat and a safety vest walks past."],"query_metadata":{"sensor_timestamp":"00:01:23","frame_ids":[120,121]}}}`,
	"scores":   `{"type":"inference.result","event_data":{"response":["walking",{"walking":0.631,"sitting":0.369}],"query_metadata":{"query_timestamp":1779428775.59,"sensor_id":"imu-1","query_metadata":{"read_index":4096}}}}`,
	"document": `{"type": "inference.result", "timestamp": 1741843200.123, "data": {"result": "A construction worker wearing a hard hat and safety vest, who carries a ladder past the parked excavator on the left."}}`,
}

func BenchmarkDecode(b *testing.B) {
	for name, payload := range benchPayloads {
		b.Run(name, func(b *testing.B) {
			p := []byte(payload)
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				var ev client.Event
				decode(p, &ev)
			}
		})
		// What the standard library takes to read the same payload, without any of its meaning.
		b.Run(name+"/encoding-json", func(b *testing.B) {
			p := []byte(payload)
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				var v map[string]any
				if err := stdjson.Unmarshal(p, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
