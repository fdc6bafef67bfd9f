package recording

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

// eventFields is an event as AppendEvent writes it.
type eventFields struct {
	Time        Stamp          `json:"time"`
	Service     string         `json:"service"`
	Session     string         `json:"session"`
	Kind        string         `json:"kind"`
	Level       string         `json:"level"`
	Wire        string         `json:"wire"`
	ID          string         `json:"id"`
	ServiceTime Stamp          `json:"service_time"`
	Text        string         `json:"text"`
	Result      *resultFields  `json:"result"`
	Beat        *beatFields    `json:"beat"`
	Notice      *noticeFields  `json:"notice"`
	Raw         jsontext.Value `json:"raw"`
	RawText     *string        `json:"raw_text"`
	RawBase64   []byte         `json:"raw_base64"`
}

type resultFields struct {
	Unit       string        `json:"unit"`
	Label      string        `json:"label"`
	Scores     []scoreFields `json:"scores"`
	Shape      []int         `json:"shape"`
	Norm       real          `json:"norm"`
	QueryID    string        `json:"query_id"`
	SensorID   string        `json:"sensor_id"`
	SensorTime string        `json:"sensor_time"`
	ReadIndex  *int64        `json:"read_index"`
}

type scoreFields struct {
	Label string `json:"label"`
	Value real   `json:"value"`
}

type beatFields struct {
	Status         string  `json:"status"`
	Messages       int64   `json:"messages"`
	Bytes          int64   `json:"bytes"`
	MessageTimeout Seconds `json:"message_timeout"`
}

type noticeFields struct {
	Code          string  `json:"code"`
	Attempt       int     `json:"attempt"`
	Next          Stamp   `json:"next"`
	Remedy        string  `json:"remedy"`
	HTTPStatus    int     `json:"http_status"`
	Phase         string  `json:"phase"`
	Count         int64   `json:"count"`
	Duration      Seconds `json:"duration"`
	ReaderID      string  `json:"reader_id"`
	Channel       string  `json:"channel"`
	Timing        Timing  `json:"timing"`
	SessionStatus string  `json:"session_status"`
}

// lax are the options for reading: a payload that is embedded may name a member twice.
var lax = jsontext.AllowDuplicateNames(true)

// ParseEvent reads what [AppendEvent] wrote. Fields that it does not know are ignored, a word that
// it does not know is the first of its kind. Texts are cleaned again: what is read may come from
// anyone.
func ParseEvent(b []byte) (client.Event, error) {
	var f eventFields
	if err := json.Unmarshal(b, &f, lax); err != nil {
		return client.Event{}, fmt.Errorf("this is no event: %w", err)
	}
	return f.event(), nil
}

func (f *eventFields) event() client.Event {
	ev := client.Event{
		Service: line(f.Service), Session: line(f.Session), Kind: valueOf[client.Kind](f.Kind), Level: valueOf[client.Level](f.Level),
		Wire: line(f.Wire), ID: line(f.ID), Time: f.ServiceTime.Time, Received: f.Time.Time, Text: client.Clean(f.Text), Raw: f.RawBase64,
	}
	switch {
	case f.Raw != nil:
		ev.Raw = f.Raw
	case f.RawText != nil:
		ev.Raw = []byte(*f.RawText)
	}
	if f.Result != nil {
		ev.Result = f.Result.result()
	}
	if b := f.Beat; b != nil {
		ev.Beat = &client.Beat{
			Status: valueOf[client.Status](b.Status), Messages: b.Messages, Bytes: b.Bytes,
			MessageTimeout: time.Duration(b.MessageTimeout),
		}
	}
	if n := f.Notice; n != nil {
		ev.Notice = &client.Notice{
			Code: client.NoticeCode(line(n.Code)), Attempt: n.Attempt, Next: n.Next.Time, Remedy: valueOf[client.Remedy](n.Remedy),
			Status: n.HTTPStatus, Phase: valueOf[client.Phase](n.Phase), Count: n.Count, Duration: time.Duration(n.Duration),
			ReaderID: line(n.ReaderID), Channel: valueOf[client.Channel](n.Channel), Timing: n.Timing.Timing(),
			Session: valueOf[client.Status](n.SessionStatus),
		}
	}
	return ev
}

func (f *resultFields) result() *client.Result {
	r := &client.Result{
		Unit: valueOf[client.Unit](f.Unit), Label: line(f.Label), Shape: f.Shape, Norm: float64(f.Norm),
		QueryID: line(f.QueryID), SensorID: line(f.SensorID), SensorTime: line(f.SensorTime), ReadIndex: -1,
	}
	if f.Scores != nil {
		r.Scores = make([]client.Score, len(f.Scores))
		for i, s := range f.Scores {
			r.Scores[i] = client.Score{Label: line(s.Label), Value: float64(s.Value)}
		}
	}
	if f.ReadIndex != nil {
		r.ReadIndex = *f.ReadIndex
	}
	return r
}

// valueOf finds the value that has a name, or the zero value.
func valueOf[E interface {
	~uint8
	String() string
}](name string) E {
	const most = 32 // more than any enumeration of package client has
	for e := range E(most) {
		if e.String() == name {
			return e
		}
	}
	return 0
}

// UnmarshalJSONFrom reads a string; null is the zero time.
func (s *Stamp) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	text, err := scalar(d, '"')
	if err != nil || text == "" {
		return err
	}
	s.Time, err = time.Parse(time.RFC3339Nano, text)
	return err
}

// UnmarshalJSONFrom reads a number; null is 0.
func (s *Seconds) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	text, err := scalar(d, '0')
	if err != nil || text == "" {
		return err
	}
	if strings.ContainsAny(text, "eE") { // as a tool that went over the file may have written it
		f, err := strconv.ParseFloat(text, 64)
		*s = Seconds(f * float64(time.Second))
		return err
	}
	of, err := time.ParseDuration(text + "s")
	*s = Seconds(of)
	return err
}

// real is a number that may be none: null.
type real float64

// UnmarshalJSONFrom reads a number; null is NaN.
func (r *real) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	text, err := scalar(d, '0')
	if err != nil {
		return err
	}
	f := math.NaN()
	if text != "" {
		f, err = strconv.ParseFloat(text, 64)
	}
	*r = real(f)
	return err
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
	return "", fmt.Errorf("a %v where a %v belongs", tok.Kind(), want)
}
