package simulator

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// variantMixed takes one variant after the other.
const variantMixed = "mixed"

// variantNames are the shapes in which inference results were seen. v1 is that of the document of
// the SSE consumer; v2 (camera), v3 (classes) and v4 (embeddings) are those of working programs.
var variantNames = []string{
	"v1", "v2", "v2a", "v2b", "v3", "v3percent", "v3votes", "v3label", "v4", "v4flat", "v5", "v6", "v7", "v7b", "v8",
}

// Variants lists the names that Config.Variant takes.
func Variants() []string { return append(slices.Clone(variantNames), variantMixed) }

// votes is how many neighbours vote in v3votes.
const votes = 5

// meta is what goes with an answer.
type meta struct {
	now        time.Time
	queryID    string
	sensorID   string
	sensorTime string // HH:MM:SS
	frames     []int
	readIndex  int
	totalRows  int
	fileID     string
	window     int
	seconds    float64 // query_time_sec
}

// needs says which content a variant shows.
func needs(variant string) (scores, vector bool) {
	switch variant {
	case "v3", "v3percent", "v3votes", "v3label", "v5":
		return true, false
	case "v4", "v4flat":
		return false, true
	}
	return false, false
}

// result writes an answer in the shape of a variant.
func result(variant string, a answer, m meta) []byte {
	switch variant {
	case "v1":
		return encode(object{{"type", "inference.result"}, {"timestamp", unix(m.now)}, {"data", object{{"result", a.text}}}})
	case "v2a":
		return inference(object{{"response", []string{a.text}}, {"query_id", m.queryID}, {"sensor_timestamp", m.sensorTime}, {"query_time_sec", m.seconds}})
	case "v2b":
		return inference(object{{"response", a.text}})
	case "v3":
		return classes(a, m, a.fractions())
	case "v3percent":
		return classes(a, m, a.percent())
	case "v3votes":
		return classes(a, m, a.votes())
	case "v3label":
		return inference(object{{"response", []string{a.label}}, {"query_id", m.queryID}, {"query_metadata", m.series()}})
	case "v4":
		return vectors(a.vector, m)
	case "v4flat":
		return vectors(slices.Concat(a.vector...), m)
	case "v5":
		return inference(object{{"response", object{{"class_name", a.label}, {"confidence", a.top()}}}, {"query_id", m.queryID}})
	case "v6":
		return encode(object{{"kind", "inference.result"}, {"payload", object{{"result", a.text}}}})
	case "v7":
		inner := object{{"response", []string{a.text}}, {"query_id", m.queryID}}
		return encode(object{{"type", "lens.output"}, {"event_data", object{{"event_data", inner}}}})
	case "v7b":
		return encode(object{{"type", "inference.result"}, {"response", a.text}})
	case "v8":
		return fmt.Appendf(nil, "b'%s'", inference(object{{"response", []string{a.text}}, {"query_id", m.queryID}}))
	}
	return inference(object{{"response", []string{a.text}}, {"query_id", m.queryID}, {"query_metadata", m.camera()}})
}

func inference(eventData object) []byte {
	return encode(object{{"type", "inference.result"}, {"event_data", eventData}})
}

func classes(a answer, m meta, scores object) []byte {
	return inference(object{{"response", []any{a.label, scores}}, {"query_id", m.queryID}, {"query_metadata", m.series()}})
}

func vectors(v any, m meta) []byte {
	return inference(object{
		{"response", v}, {"query_id", m.queryID},
		{"query_timestamp", unix(m.now)}, {"sensor_id", m.sensorID}, {"read_index", m.readIndex},
	})
}

func (m meta) camera() object {
	return object{{"sensor_timestamp", m.sensorTime}, {"frame_ids", m.frames}, {"sensor_id", m.sensorID}}
}

func (m meta) series() object {
	return object{
		{"query_timestamp", unix(m.now)}, {"sensor_id", m.sensorID},
		{"query_metadata", object{{"read_index", m.readIndex}, {"file_id", m.fileID}, {"window_size", m.window}, {"total_rows", m.totalRows}}},
	}
}

func (a answer) top() float64 {
	top := 0.0
	for _, s := range a.scores {
		top = max(top, s.value)
	}
	return top
}

func (a answer) fractions() object {
	var out object
	for _, s := range a.scores {
		out = append(out, member{s.label, s.value})
	}
	return out
}

func (a answer) percent() object {
	var out object
	for _, s := range a.scores {
		out = append(out, member{s.label, math.Round(s.value*1000) / 10})
	}
	return out
}

// votes gives each class its share of whole votes; what rounding leaves goes to the label.
func (a answer) votes() object {
	var out object
	left, label := votes, 0
	for i, s := range a.scores {
		n := int(s.value * votes)
		left -= n
		if s.label == a.label {
			label = i
		}
		out = append(out, member{s.label, n})
	}
	if len(out) > 0 {
		out[label].value = out[label].value.(int) + left
	}
	return out
}
