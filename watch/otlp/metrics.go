package otlp

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"lenswatch/watch/metrics"
)

// register makes the instruments of the metrics, which are read from the board.
func (e *Exporter) register(snapshots *metrics.Snapshots) error {
	meter := e.metrics.Meter(scope)
	var all []metric.Observable
	figures := make([]func(metric.Observer, float64, metric.ObserveOption), 0, len(metrics.Table()))
	for _, f := range metrics.Table() {
		name := "lenswatch.session." + f.Name
		var (
			instrument metric.Float64Observable
			err        error
		)
		if f.Counter {
			instrument, err = meter.Float64ObservableCounter(name, metric.WithUnit(f.Unit), metric.WithDescription(f.Help))
		} else {
			instrument, err = meter.Float64ObservableGauge(name, metric.WithUnit(f.Unit), metric.WithDescription(f.Help))
		}
		if err != nil {
			return err
		}
		all = append(all, instrument)
		figures = append(figures, func(o metric.Observer, v float64, opt metric.ObserveOption) { o.ObserveFloat64(instrument, v, opt) })
	}
	status, err := meter.Int64ObservableGauge("lenswatch.session.status", metric.WithUnit("1"),
		metric.WithDescription("State and verdict of a session; always 1."))
	if err != nil {
		return err
	}
	lost, err := meter.Int64ObservableCounter("lenswatch.otlp.lost", metric.WithUnit("{event}"),
		metric.WithDescription("Events dropped on the way to the collector."))
	if err != nil {
		return err
	}
	all = append(all, status, lost)
	_, err = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for _, s := range snapshots.Snapshot().Samples {
			who := []attribute.KeyValue{attribute.String(attrSession, s.Session), attribute.String(attrService, s.Service), attribute.String(attrLens, s.Lens)}
			set := metric.WithAttributeSet(attribute.NewSet(who...))
			for i, v := range s.Values {
				if !v.Absent {
					figures[i](o, v.Is, set)
				}
			}
			o.ObserveInt64(status, 1, metric.WithAttributes(append(who,
				attribute.String(attrState, s.State), attribute.String(attrVerdict, s.Verdict), attribute.String(attrSeverity, s.Severity))...))
		}
		o.ObserveInt64(lost, e.Lost().Events())
		return nil
	}, all...)
	return err
}
