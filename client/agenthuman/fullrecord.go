package agenthuman

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

var _ client.Recorder = (*Service)(nil)

// recordFields are the members that the documents name, in the order in which they are shown.
var recordFields = []rest.RecordField{
	field("session", "session_id", rest.ShowPlain), field("session", "status", rest.ShowPlain), field("times", "started_at", rest.ShowPlain),
	field("times", "ended_at", rest.ShowPlain), field("times", "expiration", rest.ShowPlain), field("times", "duration", rest.ShowSeconds),
}

func field(group, name string, show func(jsontext.Value) string) rest.RecordField {
	return rest.RecordField{Group: group, Name: name, Show: show}
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
	return client.Record{Raw: t.raw, Fields: rest.RecordFields(members, recordFields)}, nil
}
