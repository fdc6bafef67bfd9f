package recording

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

var eventReaders = sync.Pool{New: func() any { return new(eventReader) }}

// ParseEvent reads what [AppendEvent] wrote. Fields that it does not know are ignored, a word that
// it does not know is the first of its kind. Texts are cleaned again: what is read may come from
// anyone.
func ParseEvent(b []byte) (client.Event, error) {
	r := eventReaders.Get().(*eventReader)
	defer eventReaders.Put(r)
	ev, _, err := r.read(b)
	return ev, err
}

// eventReader reads events, one after the other, each in one pass over its tokens. The zero value is
// ready.
type eventReader struct {
	src bytes.Buffer
	dec jsontext.Decoder
	ev  client.Event // being read
	t   int64        // of the line
	err error        // the first; nothing is read after it

	service, session, wire string // of the newest event: the next one mostly has the same
}

// read reads an event, and the t of the line that it is. It keeps nothing of b.
func (r *eventReader) read(b []byte) (client.Event, time.Duration, error) {
	r.src = *bytes.NewBuffer(b)
	r.dec.Reset(&r.src, lax)
	r.ev, r.t, r.err = client.Event{}, 0, nil
	if !r.object((*eventReader).member) && r.err == nil {
		r.err = errors.New("it is null")
	}
	if r.err == nil && len(bytes.TrimLeft(b[r.dec.InputOffset():], " \t\r\n")) > 0 {
		r.err = errors.New("trailing data")
	}
	ev, err := r.ev, r.err
	r.src, r.ev, r.err = bytes.Buffer{}, client.Event{}, nil
	if err != nil {
		return client.Event{}, 0, fmt.Errorf("not an event: %w", err)
	}
	return ev, time.Duration(r.t), nil
}

// member reads a member of an event.
func (r *eventReader) member(name []byte) {
	ev := &r.ev
	switch string(name) {
	case "t":
		r.t = r.integer()
	case "time":
		ev.Received = r.stamp()
	case "service":
		ev.Service = r.again(&r.service)
	case "session":
		ev.Session = r.again(&r.session)
	case "kind":
		ev.Kind = word[client.Kind](r)
	case "level":
		ev.Level = word[client.Level](r)
	case "wire":
		ev.Wire = r.again(&r.wire)
	case "id":
		ev.ID = r.line()
	case "service_time":
		ev.Time = r.stamp()
	case "backlog":
		ev.Backlog = string(r.value()) == "true"
	case "text":
		ev.Text = client.Clean(string(r.text()))
	case "result":
		ev.Result = &client.Result{ReadIndex: -1}
		if !r.object((*eventReader).resultMember) {
			ev.Result = nil
		}
	case "beat":
		ev.Heartbeat = &client.Heartbeat{}
		if !r.object((*eventReader).heartbeatMember) {
			ev.Heartbeat = nil
		}
	case "fault":
		ev.Fault = pointer[client.Fault](r)
	case "notice":
		ev.Notice = pointer[client.Notice](r)
	case "raw":
		ev.Raw = bytes.Clone(r.value())
	case "raw_text":
		ev.Raw = bytes.Clone(r.text())
	case "raw_base64":
		var err error
		ev.Raw, err = base64.StdEncoding.AppendDecode([]byte{}, r.text())
		r.note(err)
	default:
		r.value()
	}
}

func (r *eventReader) resultMember(name []byte) {
	res := r.ev.Result
	switch string(name) {
	case "unit":
		res.Unit = word[client.Unit](r)
	case "label":
		res.Label = r.line()
	case "scores":
		res.Scores = list(r, func() (s client.Score) {
			r.object(func(r *eventReader, name []byte) {
				switch string(name) {
				case "label":
					s.Label = r.line()
				case "value":
					s.Value = r.float()
				default:
					r.value()
				}
			})
			return s
		})
	case "shape":
		res.Shape = list(r, func() int { return int(r.integer()) })
	case "norm":
		res.Norm = r.float()
	case "query_id":
		res.QueryID = r.line()
	case "sensor_id":
		res.SensorID = r.line()
	case "sensor_time":
		res.SensorTime = r.line()
	case "read_index":
		res.ReadIndex = r.integerOr(-1)
	default:
		r.value()
	}
}

func (r *eventReader) heartbeatMember(name []byte) {
	b := r.ev.Heartbeat
	switch string(name) {
	case "status":
		b.Status = word[client.Status](r)
	case "status_text":
		b.StatusText = r.line()
	case "messages":
		b.Messages, b.HasMessages = r.integer(), true
	case "bytes":
		b.Bytes, b.HasBytes = r.integer(), true
	case "message_timeout":
		b.MessageTimeout, b.HasTimeout = r.seconds(), true
	default:
		r.value()
	}
}
