package recording

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// lax are the options for reading: a payload that is embedded may name a member twice.
var lax = jsontext.AllowDuplicateNames(true)

// writing has the types of package client as docs/recording.md describes them: moments in UTC, durations in seconds, both exact
// to the nanosecond, and words for enumerations.
var writing = json.JoinOptions(jsontext.AllowInvalidUTF8(true), json.WithMarshalers(json.JoinMarshalers(
	json.MarshalToFunc(writeTime), json.MarshalToFunc(writeDuration), json.MarshalToFunc(writeSession), json.MarshalToFunc(writeError),
	json.MarshalToFunc(writeWord[client.Status]), json.MarshalToFunc(writeWord[client.Channel]),
	json.MarshalToFunc(writeWord[client.Remedy]), json.MarshalToFunc(writeWord[client.Phase]),
)))

// reading reads what was written so. Texts are made safe to show: a file may come from anyone. A word that is not known is
// the first of its kind.
var reading = json.JoinOptions(lax, json.WithUnmarshalers(json.JoinUnmarshalers(
	json.UnmarshalFromFunc(readTime), json.UnmarshalFromFunc(readDuration), json.UnmarshalFromFunc(readSession), json.UnmarshalFromFunc(readError),
	json.UnmarshalFromFunc(readWord[client.Status]), json.UnmarshalFromFunc(readWord[client.Channel]),
	json.UnmarshalFromFunc(readWord[client.Remedy]), json.UnmarshalFromFunc(readWord[client.Phase]),
	json.UnmarshalFromFunc(readLine[string]), json.UnmarshalFromFunc(readLine[client.NoticeCode]), json.UnmarshalFromFunc(readLine[client.Ending]),
	json.UnmarshalFromFunc(readQuestion),
)))

// JSON is a value of package client, or of this one, as a recording has it.
func JSON(v any) ([]byte, error) { return json.Marshal(v, writing) }

// enum is an enumeration of package client.
type enum interface {
	~uint8
	String() string
}

// valueOf finds the value that has a name, or the zero value.
func valueOf[E enum](name string) E {
	const most = 32 // more than any enumeration of package client has
	for e := range E(most) {
		if e.String() == name {
			return e
		}
	}
	return 0
}

func writeWord[E enum](e *jsontext.Encoder, v E) error {
	return e.WriteToken(jsontext.String(v.String()))
}

func readWord[E enum](d *jsontext.Decoder, v *E) error {
	text, err := scalar(d, '"')
	*v = valueOf[E](text)
	return err
}

func readLine[S ~string](d *jsontext.Decoder, v *S) error {
	text, err := scalar(d, '"')
	*v = S(client.Line1(text))
	return err
}

// writeTime writes RFC 3339 in UTC with nine digits of nanoseconds; null for a moment that is not reported.
func writeTime(e *jsontext.Encoder, t time.Time) error {
	if !stampable(t) {
		return e.WriteToken(jsontext.Null)
	}
	return e.WriteValue(appendTime(nil, t))
}

// readTime reads a string; null is the zero time.
func readTime(d *jsontext.Decoder, t *time.Time) error {
	text, err := scalar(d, '"')
	if err == nil && text != "" {
		*t, err = time.Parse(time.RFC3339Nano, text)
	}
	return err
}

func writeDuration(e *jsontext.Encoder, v time.Duration) error {
	return e.WriteValue(appendSeconds(nil, v))
}

// readDuration reads a number of seconds; null is 0.
func readDuration(d *jsontext.Decoder, v *time.Duration) error {
	text, err := scalar(d, '0')
	if err == nil && text != "" {
		*v, err = parseSeconds(text)
	}
	return err
}

// parseSeconds reads a number of seconds, exact to the nanosecond.
func parseSeconds(text string) (time.Duration, error) {
	if strings.ContainsAny(text, "eE") { // as a tool that went over the file may have written it
		f, err := strconv.ParseFloat(text, 64)
		return time.Duration(f * float64(time.Second)), err
	}
	return time.ParseDuration(text + "s")
}

// scalar reads a string or number as text; null is the empty text.
func scalar(d *jsontext.Decoder, want jsontext.Kind) (string, error) {
	tok, err := d.ReadToken()
	if err != nil {
		return "", err
	}
	switch tok.Kind() {
	case want:
		return tok.String(), nil
	case 'n':
		return "", nil
	}
	return "", fmt.Errorf("got a %v, want a %v", tok.Kind(), want)
}

// Members are a session's, without the counters.
type Members client.Session

// session is a session as an object.
type session struct {
	Members
	Counters *counters `json:"counters,omitzero"`
}

// counters leaves out what the service did not report.
type counters struct {
	Connections *int64 `json:"connections,omitzero"`
	Updates     int64  `json:"updates"`
	Inputs      *int64 `json:"inputs,omitzero"`
	Outputs     *int64 `json:"outputs,omitzero"`
	Events      int64  `json:"events"`
}

func writeSession(e *jsontext.Encoder, s client.Session) error {
	out := session{Members: Members(s)}
	if c := &s.Counters; s.HasCounters {
		out.Counters = &counters{Updates: c.Updates, Events: c.Events}
		reported := func(to **int64, n *int64, absent bool) {
			if !absent {
				*to = n
			}
		}
		reported(&out.Counters.Connections, &c.Connections, c.NoConnections)
		reported(&out.Counters.Inputs, &c.Inputs, c.NoInputs)
		reported(&out.Counters.Outputs, &c.Outputs, c.NoOutputs)
	}
	return json.MarshalEncode(e, &out)
}

func readSession(d *jsontext.Decoder, s *client.Session) error {
	var in session
	if err := json.UnmarshalDecode(d, &in); err != nil {
		return err
	}
	*s = client.Session(in.Members)
	if f := in.Counters; f != nil {
		value := func(n *int64) (int64, bool) {
			if n == nil {
				return 0, true
			}
			return *n, false
		}
		c := client.Counters{Updates: f.Updates, Events: f.Events}
		c.Connections, c.NoConnections = value(f.Connections)
		c.Inputs, c.NoInputs = value(f.Inputs)
		c.Outputs, c.NoOutputs = value(f.Outputs)
		s.Counters, s.HasCounters = c, true
	}
	return nil
}

// readQuestion reads a question, whose texts may have several lines.
func readQuestion(d *jsontext.Decoder, q *client.Question) error {
	type plain client.Question
	err := json.UnmarshalDecode(d, (*plain)(q), json.WithUnmarshalers(nil))
	q.Instruction, q.Focus = client.Clean(q.Instruction), client.Clean(q.Focus)
	return err
}

// failure is an error with its remedy. Errors of a service have their members besides.
type failure struct {
	Text   string        `json:"text"`
	Remedy client.Remedy `json:"remedy"`
	Of     client.Error  `json:",embed"` // but for Kind, which is the remedy, and Err
}

func writeError(e *jsontext.Encoder, err error) error {
	f := failure{Text: client.Line1(err.Error()), Remedy: client.RemedyOf(err)}
	if of, ok := errors.AsType[*client.Error](err); ok {
		if f.Of = *of; of.Message == "" && of.Err != nil {
			f.Of.Message = client.Line1(of.Err.Error())
		}
	}
	return json.MarshalEncode(e, &f)
}

// readError reads an error with the text and the remedy of the one that was written; nil for null.
func readError(d *jsontext.Decoder, err *error) error {
	var f *failure
	if bad := json.UnmarshalDecode(d, &f); bad != nil || f == nil {
		*err = nil
		return bad
	}
	if f.Of.Op == "" || f.Remedy == client.RemedyNone {
		*err = recorded{f.Text, f.Remedy.Err()}
		return nil
	}
	f.Of.Kind = f.Remedy.Err()
	*err = &f.Of
	return nil
}

// recorded is an error of which the text and the sentinel are known.
type recorded struct {
	text string
	kind error
}

func (r recorded) Error() string { return r.text }
func (r recorded) Unwrap() error { return r.kind }
