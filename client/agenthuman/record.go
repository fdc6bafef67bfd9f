package agenthuman

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

// sample is one record of a session as the service reported it.
type sample struct {
	session client.Session
	raw     []byte // the record, without its secrets
}

// decodeSession reads one record. All members are optional; one without an id is none.
func decodeSession(v []byte) (sample, bool) {
	var r struct {
		ID         rest.Text   `json:"session_id"`
		Status     rest.Text   `json:"status"`
		Created    rest.Stamp  `json:"created_at"` // of an earlier generation
		Started    rest.Stamp  `json:"started_at"`
		Ended      rest.Stamp  `json:"ended_at"`
		Expiration rest.Stamp  `json:"expiration"`
		Duration   rest.Number `json:"duration"`
	}
	if rest.First(v) != '{' || json.Unmarshal(v, &r, rest.Lenient) != nil || r.ID == "" {
		return sample{}, false
	}
	s := client.Session{
		Service: name, ID: r.ID.Line(), LensID: lensID, LensName: lensName, Channel: client.ChannelPoll,
		Status: client.ParseStatus(string(r.Status)), StatusText: r.Status.Line(),
		Registered: r.Created.Time, Started: r.Started.Time, Ended: r.Ended.Time, Expires: r.Expiration.Time,
		Duration: sse.Seconds(float64(r.Duration)), Fetched: time.Now(),
	}
	if s.StatusText == "" && !s.Ended.IsZero() {
		s.Status, s.StatusText = client.StatusDestroyed, "ended"
	}
	return sample{s, scrub(v)}, true
}

// decodeOne reads an answer that holds one session.
func decodeOne(body []byte) (sample, bool) {
	var a struct {
		Session jsontext.Value `json:"session"`
	}
	if rest.First(body) != '{' || json.Unmarshal(body, &a, rest.Lenient) != nil {
		return sample{}, false
	}
	return decodeSession(a.Session)
}

// decodeList reads an answer that holds a list of sessions. left is how many of its records could not be read.
func decodeList(body []byte) (out []sample, left int, ok bool) {
	var a struct {
		Sessions jsontext.Value `json:"sessions"`
	}
	var list []jsontext.Value
	if rest.First(body) != '{' || json.Unmarshal(body, &a, rest.Lenient) != nil ||
		rest.First(a.Sessions) != '[' || json.Unmarshal(a.Sessions, &list, rest.Lenient) != nil {
		return nil, 0, false
	}
	for _, v := range list {
		if t, ok := decodeSession(v); ok {
			out = append(out, t)
		}
	}
	return out, len(list) - len(out), true
}

// secretMembers are parts of the names of members that are never stored. A room is dropped as a whole:
// its token may stand in its URL.
var secretMembers = []string{"token", "secret", "password", "api_key", "apikey", "authorization", "credential", "jwt", "room"}

func isSecret(member string) bool {
	member = strings.ToLower(member)
	return slices.ContainsFunc(secretMembers, func(s string) bool { return strings.Contains(member, s) })
}

// scrub is a JSON text without its secret members, at whatever depth. It is nil for what is no JSON.
func scrub(v []byte) []byte {
	var out bytes.Buffer
	lenient := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	dec, enc := jsontext.NewDecoder(bytes.NewReader(v), lenient...), jsontext.NewEncoder(&out, lenient...)
	for {
		in, n := dec.StackIndex(dec.StackDepth())
		token, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			return bytes.TrimSpace(out.Bytes())
		}
		if err != nil {
			return nil
		}
		if in == '{' && n%2 == 0 && token.Kind() == '"' && isSecret(token.String()) {
			if dec.SkipValue() != nil {
				return nil
			}
			continue
		}
		if enc.WriteToken(token) != nil {
			return nil
		}
	}
}

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
