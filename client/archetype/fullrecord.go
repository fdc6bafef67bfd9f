package archetype

import (
	"bytes"
	"context"
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

var _ client.Recorder = (*Service)(nil)

// recordFields are the members that the documents of create, destroy and the consumer name, in the order in which they are
// shown. The API key that create echoes has no place.
var recordFields = []rest.RecordField{
	field("session", "session_id", rest.ShowPlain),
	field("session", "session_status", rest.ShowPlain),
	field("session", "lens_id", rest.ShowPlain),
	field("session", "lens_name", rest.ShowPlain),
	field("session", "org_id", rest.ShowPlain),
	field("session", "session_endpoint", rest.ShowPlain),
	field("streams", "input_data_stream_id", rest.ShowPlain),
	field("streams", "output_data_stream_id", rest.ShowPlain),
	field("streams", "num_active_connections", rest.ShowCount),
	field("counters", "num_inputs", rest.ShowCount),
	field("counters", "num_outputs", rest.ShowCount),
	field("counters", "num_events", rest.ShowCount),
	field("counters", "num_updates", rest.ShowCount),
	field("times", "registration_timestamp", rest.ShowTime),
	field("times", "session_start_timestamp", rest.ShowTime),
	field("times", "last_event_timestamp", rest.ShowTime),
	field("times", "last_update_timestamp", rest.ShowTime),
	field("times", "session_destroyed_timestamp", rest.ShowTime),
	field("times", "session_duration_sec", rest.ShowSeconds),
	field("times", "session_ttl_sec", rest.ShowSeconds),
	field("runner", "session_runner", rest.ShowPlain),
	field("runner", "node_tag", rest.ShowPlain),
	field("lens", "lens_config", rest.ShowPlain),
}

func field(group, name string, show func(jsontext.Value) string) rest.RecordField {
	return rest.RecordField{Group: group, Name: name, Show: show}
}

// Record asks the session for its record (session.status), and the list for what only that has, such as the duration.
func (s *Service) Record(ctx context.Context, id string) (client.Record, error) {
	const op = "show session"
	body, err := s.rpc(ctx, op, id, event{Type: "session.status"}, true)
	if err != nil {
		return client.Record{}, err
	}
	members, ok := recordMembers(body)
	if !ok {
		return client.Record{}, misunderstood(op, body, s.key)
	}
	if list, err := s.listRecord(ctx, id); err == nil {
		for name, value := range list {
			if _, known := members[name]; !known {
				members[name] = value
			}
		}
	}
	raw, err := json.Marshal(members, json.Deterministic(true), rest.Lenient)
	if err != nil {
		return client.Record{}, err
	}
	return client.Record{Raw: raw, Fields: rest.RecordFields(members, recordFields)}, nil
}

// cameraURLs are the addresses of cameras in a record. Their queries may be passwords too: user names and passwords are
// masked in whatever the service says.
var cameraURLs = regexp.MustCompile(`rtsps?:\\?/\\?/[^"\s]*`)

// recordMembers are the members of a record, which some answers hold within event_data.
func recordMembers(body []byte) (map[string]jsontext.Value, bool) {
	body = cameraURLs.ReplaceAllFunc(body, func(url []byte) []byte {
		return []byte(rest.MaskURL(string(bytes.ReplaceAll(url, []byte(`\/`), []byte("/")))))
	})
	var members map[string]jsontext.Value
	if rest.First(body) != '{' || json.Unmarshal(body, &members, rest.Lenient) != nil {
		return nil, false
	}
	if inner := members["event_data"]; members["session_status"] == nil && rest.First(inner) == '{' {
		return recordMembers(inner)
	}
	delete(members, "type") // of the reply
	delete(members, "api_key")
	return members, members["session_id"] != nil || members["session_status"] != nil || members["status"] != nil
}

// listRecord is the session's entry in the session list.
func (s *Service) listRecord(ctx context.Context, id string) (map[string]jsontext.Value, error) {
	body, err := s.do(ctx, metadataCall("list sessions", "/lens/sessions/metadata", "session_id", id))
	if err != nil {
		return nil, err
	}
	var list []jsontext.Value
	if err := json.Unmarshal(body, &list, rest.Lenient); err != nil {
		return nil, err
	}
	for _, item := range list {
		if members, ok := recordMembers(item); ok && rest.ShowPlain(members["session_id"]) == id {
			return members, nil
		}
	}
	return nil, client.ErrNotFound
}
