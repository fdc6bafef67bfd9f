package otlp

import (
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"lenswatch/client"
)

// maxPayload is the largest payload that is sent with an event, in bytes. Of a larger one, and of one
// that is no text, only the size is reported.
const maxPayload = 64 << 10

// The attributes of an event. session.id is of the semantic conventions; the others are lenswatch's own.
const (
	attrSession  = "session.id"
	attrService  = "lenswatch.service"
	attrKind     = "lenswatch.kind"
	attrEventID  = "lenswatch.event.id"
	attrLabel    = "lenswatch.result.label"
	attrQuery    = "lenswatch.result.query_id"
	attrSensor   = "lenswatch.result.sensor_id"
	attrNotice   = "lenswatch.notice.code"
	attrPayload  = "lenswatch.payload"
	attrSize     = "lenswatch.payload.size"
	attrLens     = "lenswatch.lens.name"
	attrState    = "lenswatch.session.state"
	attrVerdict  = "lenswatch.session.verdict"
	attrSeverity = "lenswatch.session.severity"
)

// record is an event as a log record: its time is the service's, where it reported one, and the time
// observed is that of receipt.
func record(ev *client.Event) (r log.Record) {
	r.SetObservedTimestamp(ev.Received)
	r.SetTimestamp(ev.Received)
	if !ev.Time.IsZero() {
		r.SetTimestamp(ev.Time)
	}
	r.SetSeverity(severity(ev.Level))
	r.SetSeverityText(ev.Level.String())
	r.SetEventName(ev.Wire)
	r.SetBody(attribute.StringValue(ev.Text))
	r.AddAttributes(attribute.String(attrSession, ev.Session), attribute.String(attrService, ev.Service), attribute.String(attrKind, ev.Kind.String()))
	reported := func(name, value string) {
		if value != "" {
			r.AddAttributes(attribute.String(name, value))
		}
	}
	reported(attrEventID, ev.ID)
	if ev.Result != nil {
		reported(attrLabel, ev.Result.Label)
		reported(attrQuery, ev.Result.QueryID)
		reported(attrSensor, ev.Result.SensorID)
	}
	if ev.Notice != nil {
		reported(attrNotice, string(ev.Notice.Code))
	}
	if n := len(ev.Raw); n > 0 {
		r.AddAttributes(attribute.Int(attrSize, n))
		if n <= maxPayload && utf8.Valid(ev.Raw) {
			r.AddAttributes(attribute.String(attrPayload, string(ev.Raw)))
		}
	}
	return r
}

func severity(l client.Level) log.Severity {
	switch l {
	case client.LevelDebug:
		return log.SeverityDebug
	case client.LevelWarn:
		return log.SeverityWarn
	case client.LevelError:
		return log.SeverityError
	}
	return log.SeverityInfo
}

// anyRecord is a record as it is made, and as the SDK has it.
type anyRecord interface {
	Body() attribute.Value
	WalkAttributes(func(attribute.KeyValue) bool)
}

// textBytes is the length of the texts of a record.
func textBytes(r anyRecord) (n int) {
	n = len(r.Body().AsString())
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		if kv.Value.Type() == attribute.STRING {
			n += len(kv.Value.AsString())
		}
		return true
	})
	return n
}
