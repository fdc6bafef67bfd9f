package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The streams that can be set. The reader of RTSP and the SSE writer have two names each.
var (
	inputTypes = []string{
		"video_file_reader", "rtsp_video_reader", "rtsp_video_streamer", "csv_file_reader", "jsonl_file_reader", "sensor_streamer", "kafka_reader",
	}
	outputTypes = []string{"server_sent_events_writer", "server_side_events_writer", "kafka_writer", "mailbox_writer"}
)

// parameters are what session.modify takes: numbers and texts of the model, besides input_n_shot,
// csv_configs and normalize_input.
var (
	numberParameters = []string{"max_new_tokens", "temporal_focus", "camera_buffer_size", "camera_buffer_step_size", "memory_prompt_buffer_size"}
	textParameters   = []string{"focus", "instruction"}
)

// modify changes parameters of the model. An n-shot training then reports each class on the
// session's stream.
func (c call) modify() object {
	if wrong := wrongParameters(c.data); len(wrong) > 0 {
		return verdict(wrong...)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.touch(time.Now())
	c.s.count.updates++
	parameters, _ := c.s.config["model_parameters"].(map[string]any)
	parameters = maps.Clone(parameters)
	if parameters == nil {
		parameters = make(map[string]any)
	}
	for k, v := range c.data {
		parameters[k] = v
	}
	c.s.config["model_parameters"] = parameters
	shots, _ := c.data["input_n_shot"].(map[string]any)
	for i, class := range slices.Sorted(maps.Keys(shots)) {
		taught := c.s.after(time.Duration(i+1)*shotDelay, func() {
			c.s.say(time.Now(), message{payload: encode(object{
				{"type", "session.modify.result"},
				{"event_data", object{{"query_metadata", object{{"class_name", class}, {"query_timestamp", unix(time.Now())}}}}},
			})})
		})
		if !taught {
			return verdict("Too many classes at once: " + class + " was not taken.")
		}
	}
	return verdict()
}

// wrongParameters says what is wrong with a session.modify.
func wrongParameters(data map[string]any) []string {
	var wrong []string
	for _, k := range slices.Sorted(maps.Keys(data)) {
		switch v := data[k].(type) {
		case json.Number:
			if n, err := v.Float64(); slices.Contains(textParameters, k) || err != nil || n < 1 {
				wrong = append(wrong, fmt.Sprintf("%s cannot be %v.", k, v))
			}
		case string:
			if slices.Contains(numberParameters, k) {
				wrong = append(wrong, fmt.Sprintf("%s has to be a number.", k))
			}
		}
	}
	return wrong
}

// input takes one input of any type. Its result arrives a little later; a lens that does nothing
// echoes it at once.
func (c call) input() object {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if !c.s.inputFlows() {
		return verdict() // the service says so too
	}
	now := time.Now()
	if c.s.engine.script.kind.rates.tick == 0 {
		c.s.received(now)
		c.s.echo(now, c.data)
		return verdict()
	}
	taken := c.s.after(answerDelay, func() {
		if c.s.status == statusRunning && !c.s.frozen() {
			c.s.warm = true
			c.s.result(time.Now())
		}
	})
	if !taken {
		return verdict("The input buffer is full.")
	}
	c.s.received(now)
	return verdict()
}

// received counts one input. s.mu is held.
func (s *session) received(now time.Time) {
	s.count.inputs++
	s.touch(now)
}

// echo gives back what was sent. s.mu is held.
func (s *session) echo(now time.Time, data map[string]any) {
	if s.status != statusRunning || s.frozen() || s.channel() == channelNone {
		return
	}
	text, ok := data["contents"].(string)
	if !ok {
		text = string(encode(data))
	}
	s.warm = true
	s.count.outputs++
	s.lastUpdate = now
	script := s.engine.script
	s.publish(result(script.nextVariant(), answer{text: text, label: text}, script.meta(now)))
	script.turns++
}

// setInput and setOutput change where a session reads and writes.
func (c call) setInput() object { return c.set("input_streams", inputTypes, &c.s.inputID) }

func (c call) setOutput() object { return c.set("output_streams", outputTypes, &c.s.outputID) }

func (c call) set(list string, known []string, id *any) object {
	typ, _ := c.data["stream_type"].(string)
	if !slices.Contains(known, typ) {
		return verdict(fmt.Sprintf("Unknown stream_type %q; known are %v.", typ, known))
	}
	config, _ := c.data["stream_config"].(map[string]any)
	left, wrong := c.fileSteps(typ, config)
	if wrong != "" {
		return verdict(wrong)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.touch(time.Now())
	c.s.count.updates++
	c.s.config[list] = []any{map[string]any{"stream_type": typ, "stream_config": config}}
	*id = fmt.Sprintf("%s-%s", typ, c.s.id)
	if list == "input_streams" {
		c.s.fileLeft = left
		c.s.wakeEngine()
	}
	return verdict()
}

// configuredFile is how many steps the file gives that the lens itself names, if it was uploaded; negative if not: the
// files of the built-in lenses have no end.
func (s *session) configuredFile() int {
	inputs, _ := s.config["input_streams"].([]any)
	for _, in := range inputs {
		stream, _ := in.(map[string]any)
		typ, _ := stream["stream_type"].(string)
		config, _ := stream["stream_config"].(map[string]any)
		id, _ := config["file_id"].(string)
		f := s.sim.files.find(id)
		if loop, _ := config["loop_recording"].(bool); f == nil || loop || !strings.HasSuffix(typ, "_file_reader") {
			continue
		}
		return f.rows()
	}
	return -1
}

// fileSteps is how many steps of the lens the file gives that a stream reads: negative if it reads none, or reads
// it again and again. It says what is wrong with the file.
func (c call) fileSteps(typ string, config map[string]any) (steps int, wrong string) {
	if !strings.HasSuffix(typ, "_file_reader") {
		return -1, ""
	}
	id, _ := config["file_id"].(string)
	f := c.s.sim.files.find(id)
	if f == nil {
		return 0, fmt.Sprintf("Failed to load file %q: there is no such file.", id)
	}
	if loop, _ := config["loop_recording"].(bool); loop {
		return -1, ""
	}
	return f.rows(), ""
}
