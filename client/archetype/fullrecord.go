package archetype

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/units"
)

var _ client.Recorder = (*Service)(nil)

// nothing stands for a value that is null or empty.
const nothing = "–"

// recordField says how a member of a session's record is shown.
type recordField struct {
	group, name string
	format      func(jsontext.Value) string
}

// recordFields are the members that the documents of create, destroy and the consumer name, in the order in which they are
// shown. The API key that create echoes has no place.
var recordFields = []recordField{
	{"session", "session_id", plainValue},
	{"session", "session_status", plainValue},
	{"session", "lens_id", plainValue},
	{"session", "lens_name", plainValue},
	{"session", "org_id", plainValue},
	{"session", "session_endpoint", plainValue},
	{"streams", "input_data_stream_id", plainValue},
	{"streams", "output_data_stream_id", plainValue},
	{"streams", "num_active_connections", countValue},
	{"counters", "num_inputs", countValue},
	{"counters", "num_outputs", countValue},
	{"counters", "num_events", countValue},
	{"counters", "num_updates", countValue},
	{"times", "registration_timestamp", timeValue},
	{"times", "session_start_timestamp", timeValue},
	{"times", "last_event_timestamp", timeValue},
	{"times", "last_update_timestamp", timeValue},
	{"times", "session_destroyed_timestamp", timeValue},
	{"times", "session_duration_sec", secondsValue},
	{"times", "session_ttl_sec", secondsValue},
	{"runner", "session_runner", plainValue},
	{"runner", "node_tag", plainValue},
	{"lens", "lens_config", plainValue},
}

// maxValue bounds the text of one member, in bytes.
const maxValue = 4 << 10

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
	return fullRecord(members)
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
	query := everything()
	query.Set("session_id", id)
	body, err := s.do(ctx, call{Op: "list sessions", Method: "GET", Path: "/lens/sessions/metadata", Query: query, Repeat: true, Timeout: readTimeout})
	if err != nil {
		return nil, err
	}
	var list []jsontext.Value
	if err := json.Unmarshal(body, &list, rest.Lenient); err != nil {
		return nil, err
	}
	for _, item := range list {
		if members, ok := recordMembers(item); ok && plainValue(members["session_id"]) == id {
			return members, nil
		}
	}
	return nil, client.ErrNotFound
}

// fullRecord puts the members into the order of recordFields; members without a place follow under "other".
func fullRecord(members map[string]jsontext.Value) (client.Record, error) {
	raw, err := json.Marshal(members, json.Deterministic(true), rest.Lenient)
	if err != nil {
		return client.Record{}, err
	}
	r := client.Record{Raw: raw}
	for _, f := range recordFields {
		if value, ok := members[f.name]; ok {
			r.Fields = append(r.Fields, client.RecordField{Group: f.group, Name: f.name, Value: f.format(value)})
			delete(members, f.name)
		}
	}
	var names []string
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		r.Fields = append(r.Fields, client.RecordField{Group: "other", Name: client.Line1(name), Value: plainValue(members[name])})
	}
	return r, nil
}

// plainValue is a text as it is, and anything else as JSON.
func plainValue(v jsontext.Value) string {
	text := string(v)
	switch rest.First(v) {
	case '"':
		var t rest.Text
		if json.Unmarshal(v, &t, rest.Lenient) == nil {
			text = string(t)
		}
	case 'n':
		text = ""
	}
	if text == "" {
		return nothing
	}
	if len(text) > maxValue {
		text = text[:maxValue] + "…"
	}
	return client.Line1(text)
}

func countValue(v jsontext.Value) string {
	text := plainValue(v)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return units.Count(n)
	}
	return text
}

// timeValue is a moment in UTC.
func timeValue(v jsontext.Value) string {
	var s rest.Stamp
	if json.Unmarshal(v, &s, rest.Lenient) != nil || s.IsZero() {
		return plainValue(v)
	}
	return s.UTC().Format("2006-01-02 15:04:05.000 UTC")
}

func secondsValue(v jsontext.Value) string {
	text := plainValue(v)
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return units.Duration(time.Duration(n * float64(time.Second)))
}
