package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// endpoint is the URL of the session's WebSocket, at the host that the client asked.
func (s *session) endpoint(r *http.Request) string {
	scheme := "ws://"
	if r.TLS != nil {
		scheme = "wss://"
	}
	return scheme + r.Host + socketPath + s.id
}

// record is the full session record of create and session.status. It echoes the caller's key, as
// the service does.
func (s *session) record(r *http.Request, status string) object {
	s.mu.Lock()
	defer s.mu.Unlock()
	var destroyed any
	if !s.ended.IsZero() {
		destroyed = unix(s.ended)
	}
	config := s.config
	if s.sim.faults.has(FaultNoOutput, s.id) {
		config = withoutOutputs(config)
	}
	return object{
		{"org_id", orgID},
		{"api_key", s.sim.cfg.Key},
		{"session_id", s.id},
		{"lens_id", s.lensID},
		{"lens_name", s.lensName},
		{"input_data_stream_id", s.inputID},
		{"output_data_stream_id", s.outputID},
		{"registration_timestamp", unix(s.registered)},
		{"last_event_timestamp", unix(s.lastEvent)},
		{"last_update_timestamp", unix(s.lastUpdate)},
		{"session_start_timestamp", unix(s.started)},
		{"session_destroyed_timestamp", destroyed},
		{"num_active_connections", s.count.connections},
		{"num_updates", s.count.updates},
		{"num_inputs", s.count.inputs},
		{"num_outputs", s.count.outputs},
		{"num_events", s.count.events},
		{"lens_config", deepCopy(config)},
		{"session_status", status},
		{"session_runner", s.runner},
		{"session_endpoint", s.endpoint(r)},
		{"node_tag", "default"},
		{"session_ttl_sec", int(sessionTTL / time.Second)},
	}
}

// metadata is the record of the session list. The documents show its first six members; that it
// has the counters follows from the consumer's document, which says to look there for
// num_outputs.
func (s *session) metadata(r *http.Request) object {
	s.mu.Lock()
	defer s.mu.Unlock()
	return object{
		{"session_id", s.id},
		{"lens_id", s.lensID},
		{"last_update_timestamp", unix(s.lastUpdate)},
		{"session_status", s.status.bare()},
		{"session_endpoint", s.endpoint(r)},
		{"session_duration_sec", seconds(s.duration(time.Now()))},
		{"num_active_connections", s.count.connections},
		{"num_updates", s.count.updates},
		{"num_inputs", s.count.inputs},
		{"num_outputs", s.count.outputs},
		{"num_events", s.count.events},
	}
}

// farewell is the record that destroy answers with.
func (s *session) farewell(r *http.Request) object {
	s.mu.Lock()
	defer s.mu.Unlock()
	return object{
		{"session_id", s.id},
		{"lens_id", s.lensID},
		{"last_update_timestamp", unix(s.lastUpdate)},
		{"session_status", s.status.bare()},
		{"session_runner", s.runner},
		{"session_endpoint", s.endpoint(r)},
		{"session_duration_sec", seconds(s.duration(time.Now()))},
	}
}

// withoutOutputs is a copy of a lens configuration that writes nowhere.
func withoutOutputs(config map[string]any) map[string]any {
	config = maps.Clone(config)
	delete(config, "output_streams")
	pipeline, _ := config["model_pipeline"].([]any)
	config["model_pipeline"] = slices.DeleteFunc(slices.Clone(pipeline), func(p any) bool {
		m, _ := p.(map[string]any)
		name, _ := m["processor_name"].(string)
		return strings.HasSuffix(name, "_writer")
	})
	return config
}
