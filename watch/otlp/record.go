package otlp

import (
	"time"
	"unicode/utf8"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// maxPayload is the largest payload that is sent with an event, in bytes. Of a larger one, and of one
// that is no text, only the size is reported.
const maxPayload = 64 << 10

// The attributes of an event. session.id is of the semantic conventions; the others are lenswatch's own.
const (
	attrSession    = "session.id"
	attrService    = "lenswatch.service"
	attrKind       = "lenswatch.kind"
	attrEventID    = "lenswatch.event.id"
	attrLabel      = "lenswatch.result.label"
	attrQuery      = "lenswatch.result.query_id"
	attrSensor     = "lenswatch.result.sensor_id"
	attrNotice     = "lenswatch.notice.code"
	attrPayload    = "lenswatch.payload"
	attrSize       = "lenswatch.payload.size"
	attrLens       = "lenswatch.lens.name"
	attrState      = "lenswatch.session.state"
	attrVerdict    = "lenswatch.session.verdict"
	attrSeverity   = "lenswatch.session.severity"
	attrConfidence = "lenswatch.session.confidence"
)

// verdictEvent is the name of the event that a session has another verdict.
const verdictEvent = "lenswatch.session.verdict"

// Severity numbers of OpenTelemetry's logs.
const (
	severityDebug = 5
	severityInfo  = 9
	severityWarn  = 13
	severityError = 17
)

// recordAttributes is the field of a LogRecord.
const recordAttributes = 6

// A logRecord is what a LogRecord has besides attributes.
type logRecord struct {
	at, observed time.Time
	severity     uint64
	name, body   string
}

func (r logRecord) encode() (m message) {
	m.time(1, r.at)
	m.varint(2, r.severity)
	m.text(3, severityText(r.severity))
	if r.body != "" {
		var body message
		body.text(1, r.body)
		m.message(5, body)
	}
	m.time(11, r.observed)
	m.text(12, r.name)
	return m
}

// eventRecord is an event as a log record: its time is the service's, where it reported one, and the time
// observed is that of receipt.
func eventRecord(ev *client.Event) message {
	at := ev.Time
	if at.IsZero() {
		at = ev.Received
	}
	m := logRecord{
		at: at, observed: ev.Received, severity: severity(ev.Level), name: ev.Wire, body: ev.Text,
	}.encode()
	m.attribute(recordAttributes, attrSession, ev.Session)
	m.attribute(recordAttributes, attrService, ev.Service)
	m.attribute(recordAttributes, attrKind, ev.Kind.String())
	m.attribute(recordAttributes, attrEventID, ev.ID)
	if ev.Result != nil {
		m.attribute(recordAttributes, attrLabel, ev.Result.Label)
		m.attribute(recordAttributes, attrQuery, ev.Result.QueryID)
		m.attribute(recordAttributes, attrSensor, ev.Result.SensorID)
	}
	if ev.Notice != nil {
		m.attribute(recordAttributes, attrNotice, string(ev.Notice.Code))
	}
	if n := len(ev.Raw); n > 0 {
		m.number(recordAttributes, attrSize, n)
		if n <= maxPayload && utf8.Valid(ev.Raw) {
			m.attribute(recordAttributes, attrPayload, string(ev.Raw))
		}
	}
	return m
}

func severity(l client.Level) uint64 {
	switch l {
	case client.LevelDebug:
		return severityDebug
	case client.LevelWarn:
		return severityWarn
	case client.LevelError:
		return severityError
	}
	return severityInfo
}

// severityText is the short name of a severity number.
func severityText(n uint64) string {
	return map[uint64]string{severityDebug: "DEBUG", severityInfo: "INFO", severityWarn: "WARN", severityError: "ERROR"}[n]
}

// A Verdict is what a session is diagnosed with from a moment on.
type Verdict struct {
	Service, Session, Lens string
	At                     time.Time
	State                  health.StateCode
	Verdict                health.Verdict
}

// record is the verdict as an event of OpenTelemetry's: a log record with a name.
func (v *Verdict) record() message {
	r := logRecord{at: v.At, observed: v.At, severity: severityInfo, name: verdictEvent, body: v.Verdict.Sentence}
	switch {
	case v.Verdict.Severity > health.Warning:
		r.severity = severityError
	case v.Verdict.Severity == health.Warning:
		r.severity = severityWarn
	}
	m := r.encode()
	for _, kv := range [][2]string{
		{attrSession, v.Session},
		{attrService, v.Service},
		{attrLens, v.Lens},
		{attrState, v.State.String()},
		{attrVerdict, v.Verdict.Code.String()},
		{attrSeverity, v.Verdict.Severity.String()},
		{attrConfidence, v.Verdict.Confidence.String()},
	} {
		m.attribute(recordAttributes, kv[0], kv[1])
	}
	return m
}
