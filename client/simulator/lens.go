package simulator

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The lenses that are there from the start. The first two and the last have the ids of the service's own.
const (
	LensActivityMonitor = "lns-fd669361822b07e2-bc608aa3fdf8b4f9" // sentences, 1 every 2 s
	LensMachineState    = "lns-1d519091822706e2-bc108andqxf8b4os" // a label with scores, 2 every 3 s
	LensEmbedding       = "lns-1d519091822706e2-5e0c77ab12d94f36" // 4x768 floats, 1 every 4 s
	LensNoop            = "lns-fd669361822b07e2-237ab3ffd79199b0" // nothing by itself; echoes what it is sent
	LensMailbox         = "lns-sensor-logs-3b7de1a04c52f968"      // output by session.read only, 1 every 3 s
	LensNoOutput        = "lns-loading-bay-91c2d7e05fa8"          // has no output stream until one is set
	LensBare            = "lns-1d519091822706e2-7f21c09e44d1ab30" // has neither input nor output until they are set
	LensTest            = "lns-test-lens-3de60a5c"                // echoes what it is sent, once it has an output
	LensImageQA         = "lns-fd669361822b07e2-237ab3ffd79199c9" // answers model.query about an image
)

//go:embed lenses.json
var builtinLenses []byte

// lens is one record of the lens metadata.
type lens struct {
	ID         string         `json:"lens_id"`
	Name       string         `json:"lens_name"`
	Status     string         `json:"lens_status"`
	Modifiable bool           `json:"lens_modifiable"`
	Config     map[string]any `json:"lens_config"`
}

func loadLenses() ([]*lens, error) {
	var list []*lens
	if err := decode(builtinLenses, &list); err != nil {
		return nil, fmt.Errorf("simulator: lenses.json: %w", err)
	}
	return list, nil
}

func (l *lens) record() object {
	return object{
		{"lens_id", l.ID},
		{"lens_name", l.Name},
		{"lens_status", l.Status},
		{"lens_modifiable", l.Modifiable},
		{"lens_config", l.Config},
	}
}

// channel is the way that a session's output takes.
type channel int

const (
	channelNone channel = iota
	channelSSE
	channelMailbox
)

// channelOf finds the writer in a lens configuration. The documents put it into the pipeline, the
// SDK into the output streams, and there are two spellings. The mailbox's writer is not named
// anywhere ("mailbox-style output processors"): mailbox_writer is this simulator's own word.
func channelOf(config map[string]any) channel {
	found := channelNone
	for _, name := range append(names(config, "output_streams", "stream_type"), names(config, "model_pipeline", "processor_name")...) {
		switch {
		case isSSEWriter(name):
			return channelSSE
		case strings.Contains(name, "mailbox"):
			found = channelMailbox
		}
	}
	return found
}

func isSSEWriter(name string) bool {
	return name == "server_sent_events_writer" || name == "server_side_events_writer"
}

// names lists one string member of each object in config[list].
func names(config map[string]any, list, key string) []string {
	items, _ := config[list].([]any)
	var out []string
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			if name, ok := m[key].(string); ok {
				out = append(out, name)
			}
		}
	}
	return out
}

// deepCopy copies a decoded JSON value.
func deepCopy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = deepCopy(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = deepCopy(item)
		}
		return out
	}
	return v
}

// rates is how a lens takes inputs and gives results by itself.
type rates struct {
	tick    time.Duration // between two steps; 0: it does nothing by itself
	inputs  int           // received each step
	results int           // steps for one result
}

// kind is what the pipeline of a lens makes it say.
type kind struct {
	processor string
	rates     rates
	variant   string // of inference.result, unless forced
	windows   bool   // inputs are windows of a time series, not camera frames
}

// kinds are the processors that the reference names. What is not among them does nothing, as
// lens_noop_processor.
var kinds = []kind{
	{"lens_camera_processor", rates{tick: 400 * time.Millisecond, inputs: 1, results: 5}, "v2", false},
	{"lens_timeseries_state_processor", rates{tick: 1500 * time.Millisecond, inputs: 1, results: 1}, "v3", true},
	{"lens_timeseries_embedding_processor", rates{tick: time.Second, inputs: 1, results: 4}, "v4", true},
	{"lens_sensor_logs_processor", rates{tick: 300 * time.Millisecond, inputs: 1, results: 10}, "v2a", true},
}

func kindOf(config map[string]any) kind {
	pipeline := names(config, "model_pipeline", "processor_name")
	if len(pipeline) == 0 { // as examples/quickstart.py registers it: the input decides
		for _, stream := range names(config, "input_streams", "stream_type") {
			if strings.Contains(stream, "video") {
				pipeline = []string{"lens_camera_processor"}
			}
		}
	}
	for _, k := range kinds {
		if slices.Contains(pipeline, k.processor) {
			return k
		}
	}
	return kind{processor: "lens_noop_processor", variant: "v2"}
}
