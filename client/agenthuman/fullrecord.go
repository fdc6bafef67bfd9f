package agenthuman

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
	"lenswatch/client/units"
)

var _ client.Recorder = (*Service)(nil)

// recordGroups say where the members that the documents name are shown, in their order.
var recordGroups = []struct{ group, name string }{
	{"session", "session_id"}, {"session", "status"}, {"times", "started_at"}, {"times", "ended_at"}, {"times", "expiration"}, {"times", "duration"},
}

// Record asks for everything that the service reports of a session, without its secrets.
func (s *Service) Record(ctx context.Context, id string) (client.Record, error) {
	t, err := s.find(ctx, id, true)
	if err != nil {
		return client.Record{}, err
	}
	var members map[string]jsontext.Value
	if json.Unmarshal(t.raw, &members, rest.Lenient) != nil {
		return client.Record{}, misunderstood(opFind)
	}
	r := client.Record{Raw: t.raw}
	for _, f := range recordGroups {
		if v, ok := members[f.name]; ok {
			r.Fields = append(r.Fields, client.RecordField{Group: f.group, Name: f.name, Value: recordValue(f.name, v)})
			delete(members, f.name)
		}
	}
	var names []string
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		r.Fields = append(r.Fields, client.RecordField{Group: "other", Name: client.Line1(name), Value: recordValue(name, members[name])})
	}
	return r, nil
}

// maxRecordValue bounds the text of one member, in bytes.
const maxRecordValue = 4 << 10

// recordValue is a member for a person: one line, clean; a dash for what is null or empty.
func recordValue(name string, v jsontext.Value) string {
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
	var seconds rest.Number
	if name == "duration" && json.Unmarshal(v, &seconds, rest.Lenient) == nil && text != "" {
		return units.Duration(sse.Seconds(float64(seconds)).Round(time.Millisecond))
	}
	if text = strings.TrimSpace(client.Line1(text)); text == "" {
		return "–"
	}
	return strings.ToValidUTF8(text[:min(len(text), maxRecordValue)], "")
}
