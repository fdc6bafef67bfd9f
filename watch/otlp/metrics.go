package otlp

import (
	"time"

	"lenswatch/watch/metrics"
)

// Fields of metrics, and values of theirs.
const (
	metricGauge, metricSum     = 5, 7
	sumTemporality, cumulative = 2, 2
	sumMonotonic               = 3
	pointStart, pointTime      = 2, 3
	pointDouble                = 4
	pointAttributes            = 7
)

// instrument is one metric while its points are added.
type instrument struct {
	name, unit, help string
	counter          bool
	points           message
}

// metrics are those of the newest snapshot, each encoded.
func (e *Exporter) metrics(now time.Time) []message {
	snap := e.o.Snapshots.Snapshot()
	status := &instrument{name: "lenswatch.session.status", unit: "{status}", help: "State and verdict of a session; always 1."}
	lost := &instrument{name: "lenswatch.otlp.lost", unit: "{event}", help: "Events dropped on the way to the collector.", counter: true}
	open := &instrument{name: "lenswatch.sessions.open", unit: "{session}", help: metrics.OpenHelp}
	all := []*instrument{status, lost, open}
	const own = 3
	for _, f := range e.table {
		all = append(all, &instrument{name: "lenswatch.session." + f.Name, unit: f.Unit, help: f.Help, counter: f.Counter})
	}
	for _, s := range snap.Samples {
		var who message
		who.attribute(pointAttributes, attrSession, s.Session)
		who.attribute(pointAttributes, attrService, s.Service)
		who.attribute(pointAttributes, attrLens, s.Lens)
		for i, v := range s.Values {
			if !v.Absent {
				e.point(all[own+i], now, v.Is, who)
			}
		}
		who.attribute(pointAttributes, attrState, s.State)
		who.attribute(pointAttributes, attrVerdict, s.Verdict)
		who.attribute(pointAttributes, attrSeverity, s.Severity)
		e.point(status, now, 1, who)
	}
	for _, o := range snap.Open {
		var who message
		who.attribute(pointAttributes, attrService, o.Service)
		e.point(open, now, float64(o.Sessions), who)
	}
	e.point(lost, now, float64(e.Lost().Events()), nil)
	var out []message
	for _, in := range all {
		if len(in.points) > 0 {
			out = append(out, in.encode())
		}
	}
	return out
}

// point adds a value. The attributes are encoded fields of it.
func (e *Exporter) point(in *instrument, now time.Time, v float64, attributes message) {
	var p message
	if in.counter {
		p.time(pointStart, e.started)
	}
	p.time(pointTime, now)
	p.double(pointDouble, v)
	in.points.message(1, append(p, attributes...))
}

func (in *instrument) encode() (m message) {
	m.text(1, in.name)
	m.text(2, in.help)
	m.text(3, in.unit)
	if !in.counter {
		m.message(metricGauge, in.points)
		return m
	}
	sum := in.points
	sum.varint(sumTemporality, cumulative)
	sum.varint(sumMonotonic, 1)
	m.message(metricSum, sum)
	return m
}
