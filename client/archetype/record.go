package archetype

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unique"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

// sessionRecord is a session as create, destroy, the metadata and session.status report it, each in
// part. It has no field for the api_key that the full record echoes, and so drops it.
type sessionRecord struct {
	ID         text   `json:"session_id"`
	LensID     text   `json:"lens_id"`
	LensName   text   `json:"lens_name"`
	Status     text   `json:"session_status"`
	OldStatus  text   `json:"status"` // an older session.status
	Registered stamp  `json:"registration_timestamp"`
	Started    stamp  `json:"session_start_timestamp"`
	Destroyed  stamp  `json:"session_destroyed_timestamp"`
	LastEvent  stamp  `json:"last_event_timestamp"`
	LastUpdate stamp  `json:"last_update_timestamp"`
	Duration   number `json:"session_duration_sec"`
	Uptime     number `json:"uptime_seconds"` // an older session.status
	TTL        number `json:"session_ttl_sec"`
	Endpoint   text   `json:"session_endpoint"`
	Runner     text   `json:"session_runner"`
	Node       text   `json:"node_tag"`
	Output     text   `json:"output_data_stream_id"`

	Input jsontext.Value `json:"input_data_stream_id"` // null is not the same as none at all

	Connections *number        `json:"num_active_connections"`
	Updates     *number        `json:"num_updates"`
	Inputs      *number        `json:"num_inputs"`
	Outputs     *number        `json:"num_outputs"`
	Events      *number        `json:"num_events"`
	LensConfig  jsontext.Value `json:"lens_config"`

	// EventData holds the record where session.status answers like other events.
	EventData jsontext.Value `json:"event_data"`
}

// decodeSession reads one record. It reports false for what holds neither an id nor a status.
func decodeSession(v []byte) (client.Session, bool) {
	s, inner, ok := readSession(v)
	if !ok && rest.First(inner) == '{' {
		s, _, ok = readSession(inner)
	}
	return s, ok
}

// readSession reads a record, or returns the one that may be inside it.
func readSession(v []byte) (s client.Session, inner jsontext.Value, ok bool) {
	var r sessionRecord
	if rest.First(v) != '{' || len(v) > maxRecord || json.Unmarshal(v, &r, rest.Lenient) != nil {
		return s, nil, false
	}
	if r.ID == "" && r.Status == "" && r.OldStatus == "" {
		return s, r.EventData, false
	}
	return r.session(), nil, true
}

func (r sessionRecord) session() client.Session {
	status := cmp.Or(r.Status, r.OldStatus)
	s := client.Session{
		Service:    name,
		ID:         r.ID.Line(),
		LensID:     shared(r.LensID),
		LensName:   shared(r.LensName),
		Status:     client.ParseStatus(string(status)),
		StatusText: shared(status),
		Registered: r.Registered.Time,
		Started:    r.Started.Time,
		Ended:      r.Destroyed.Time,
		LastEvent:  r.LastEvent.Time,
		LastUpdate: r.LastUpdate.Time,
		Duration:   max(sse.Seconds(float64(r.Duration)), sse.Seconds(float64(r.Uptime))),
		TTL:        sse.Seconds(float64(r.TTL)),
		Endpoint:   r.Endpoint.Line(),
		Runner:     shared(r.Runner),
		Node:       shared(r.Node),
		Fetched:    time.Now(),

		OutputStream: r.Output.Line(), NoInputStream: r.Input.Kind() == 'n',
	}
	var input text
	if len(r.Input) > 0 && json.Unmarshal(r.Input, &input, rest.Lenient) == nil {
		s.InputStream = input.Line()
	}
	if config, ok := decodeConfig(r.LensConfig); ok {
		s.Channel, s.InputType = config.channel(), config.inputType()
	}
	count := func(to *int64, from *number) (absent bool) {
		if from == nil {
			return true
		}
		*to, s.HasCounters = from.Count(), true
		return false
	}
	c := &s.Counters
	noConnections, noInputs, noOutputs := count(&c.Connections, r.Connections), count(&c.Inputs, r.Inputs), count(&c.Outputs, r.Outputs)
	count(&c.Updates, r.Updates)
	count(&c.Events, r.Events)
	if s.HasCounters {
		c.NoConnections, c.NoInputs, c.NoOutputs = noConnections, noInputs, noOutputs
	}
	return s
}

// shared is a text that many records have, in one piece of memory.
func shared(t text) string { return unique.Make(t.Line()).Value() }

// lensConfig is the part of a lens's configuration that says what runs and where output goes.
type lensConfig struct {
	Pipeline []struct {
		Name text `json:"processor_name"`
	} `json:"model_pipeline"`
	Parameters struct {
		Name    text `json:"model_name"`
		Version text `json:"model_version"`
	} `json:"model_parameters"`
	Inputs  []stream `json:"input_streams"`
	Outputs []stream `json:"output_streams"`
}

type stream struct {
	Type   text `json:"stream_type"`
	Config struct {
		Loop jsontext.Value `json:"loop_recording"`
	} `json:"stream_config"`
}

// name is the type of an input. That of a file that begins anew at its end says so.
func (s stream) name() string {
	if s.Config.Loop.Kind() == 't' {
		return s.Type.Line() + client.Looped
	}
	return s.Type.Line()
}

// inputType is the first input that has no end, else the first one.
func (c lensConfig) inputType() (first string) {
	for _, i := range c.Inputs {
		name := i.name()
		if first = cmp.Or(first, name); !client.EndsByItself(name) {
			return name
		}
	}
	return first
}

// decodeConfig reads a configuration. It reports false if there is none, or one that says nothing
// of a pipeline: a lens may be registered with a name alone.
func decodeConfig(v jsontext.Value) (lensConfig, bool) {
	var c lensConfig
	if rest.First(v) != '{' || json.Unmarshal(v, &c, rest.Lenient) != nil {
		return lensConfig{}, false
	}
	return c, len(c.Pipeline)+len(c.Inputs)+len(c.Outputs) > 0
}

// writers report the channel of an output by a part of its name. The documents call the writer of
// the SSE consumer server_sent_events_writer, older code server_side_events_writer. They do not
// name the mailbox's writer ("mailbox-style output processors").
var writers = []struct {
	part    string
	channel client.Channel
}{
	{"server_sent_events", client.ChannelSSE},
	{"server_side_events", client.ChannelSSE},
	{"mailbox", client.ChannelMailbox},
	{"websocket", client.ChannelMailbox},
	{"session_read", client.ChannelMailbox},
}

// channel derives where output goes. The documents put the writer into the pipeline, the SDK into
// the output streams: both are looked through.
func (c lensConfig) channel() client.Channel {
	names := make([]string, 0, len(c.Pipeline)+len(c.Outputs))
	for _, p := range c.Pipeline {
		names = append(names, string(p.Name))
	}
	for _, o := range c.Outputs {
		names = append(names, string(o.Type))
	}
	for _, w := range writers {
		if slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, w.part) }) {
			return w.channel
		}
	}
	return client.ChannelNone
}

// decodeLens reads one record of the lens metadata.
func decodeLens(v []byte) (client.Lens, bool) {
	var r struct {
		ID     text           `json:"lens_id"`
		Name   text           `json:"lens_name"`
		Status text           `json:"lens_status"`
		Config jsontext.Value `json:"lens_config"`
	}
	if rest.First(v) != '{' || len(v) > maxRecord || json.Unmarshal(v, &r, rest.Lenient) != nil || r.ID == "" {
		return client.Lens{}, false
	}
	lens := client.Lens{Service: name, ID: r.ID.Line(), Name: r.Name.Line(), Status: r.Status.Line()}
	config, ok := decodeConfig(r.Config)
	if !ok {
		return lens, true
	}
	lens.Channel = config.channel()
	lens.Model = client.Line1(strings.TrimSpace(string(config.Parameters.Name + " " + config.Parameters.Version)))
	for _, p := range config.Pipeline {
		lens.Processors = append(lens.Processors, p.Name.Line())
	}
	for _, i := range config.Inputs {
		lens.Inputs = append(lens.Inputs, i.name())
	}
	for _, o := range config.Outputs {
		lens.Outputs = append(lens.Outputs, o.Type.Line())
	}
	return lens, true
}

// misunderstood is the error for an answer that is not what the API promises.
func misunderstood(op string, body []byte, key Secret) *client.Error {
	message := "an empty response"
	if len(body) > 0 {
		body = key.MaskPayload(body)
		message = string(body[:min(len(body), 256)])
	}
	return &client.Error{Op: op, Kind: client.ErrProtocol, Message: rest.Shorten(client.Line1(message))}
}
