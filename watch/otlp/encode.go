package otlp

import (
	"math"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// A message is a protobuf message that is being encoded. Fields that have their default are left out, as the
// encoding wants it. The numbers of the fields are those of github.com/open-telemetry/opentelemetry-proto, v1.
type message []byte

func (m *message) text(field protowire.Number, s string) {
	if s != "" {
		*m = protowire.AppendTag(*m, field, protowire.BytesType)
		*m = protowire.AppendString(*m, strings.ToValidUTF8(s, "\uFFFD"))
	}
}

func (m *message) varint(field protowire.Number, v uint64) {
	if v != 0 {
		*m = protowire.AppendTag(*m, field, protowire.VarintType)
		*m = protowire.AppendVarint(*m, v)
	}
}

func (m *message) fixed64(field protowire.Number, v uint64) {
	*m = protowire.AppendTag(*m, field, protowire.Fixed64Type)
	*m = protowire.AppendFixed64(*m, v)
}

func (m *message) double(field protowire.Number, v float64) { m.fixed64(field, math.Float64bits(v)) }

func (m *message) time(field protowire.Number, t time.Time) {
	if !t.IsZero() {
		m.fixed64(field, uint64(t.UnixNano()))
	}
}

// message adds a message that is encoded already.
func (m *message) message(field protowire.Number, part message) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	*m = protowire.AppendBytes(*m, part)
}

// attribute adds a KeyValue with a text. An empty one is left out.
func (m *message) attribute(field protowire.Number, key, value string) {
	if value == "" {
		return
	}
	var v message
	v.text(1, value)
	m.keyValue(field, key, v)
}

// number adds a KeyValue with an integer.
func (m *message) number(field protowire.Number, key string, n int) {
	v := message(protowire.AppendTag(nil, 3, protowire.VarintType))
	m.keyValue(field, key, protowire.AppendVarint(v, uint64(n)))
}

func (m *message) keyValue(field protowire.Number, key string, value message) {
	var kv message
	kv.text(1, key)
	kv.message(2, value)
	m.message(field, kv)
}

// request wraps records or metrics into a request: those of one resource and one scope. ResourceLogs and
// ResourceMetrics have the same fields, and so have ScopeLogs and ScopeMetrics.
func (e *Exporter) request(parts ...message) message {
	var of, scoped, all message
	of.text(1, "lenswatch")
	of.text(2, e.o.Version)
	scoped.message(1, of)
	for _, p := range parts {
		scoped.message(2, p)
	}
	all.message(1, e.resource)
	all.message(2, scoped)
	var req message
	req.message(1, all)
	return req
}

// rejected reads the partial success of a response: how many records were rejected, and why.
func rejected(response []byte) (n int64, why string) {
	eachField(response, func(field protowire.Number, partial []byte, _ uint64) {
		if field == 1 {
			eachField(partial, func(field protowire.Number, text []byte, v uint64) {
				switch field {
				case 1:
					n = int64(v)
				case 2:
					why = string(text)
				}
			})
		}
	})
	return n, why
}

// eachField reads a message until its end, or the first byte that is none.
func eachField(m []byte, f func(field protowire.Number, bytes []byte, varint uint64)) {
	for len(m) > 0 {
		field, kind, n := protowire.ConsumeTag(m)
		if n < 0 {
			return
		}
		m = m[n:]
		size := protowire.ConsumeFieldValue(field, kind, m)
		if size < 0 {
			return
		}
		switch kind {
		case protowire.BytesType:
			b, _ := protowire.ConsumeBytes(m)
			f(field, b, 0)
		case protowire.VarintType:
			v, _ := protowire.ConsumeVarint(m)
			f(field, nil, v)
		}
		m = m[size:]
	}
}
