package otlp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"google.golang.org/grpc"

	"lenswatch/client"
	"lenswatch/watch/metrics"
)

// What may wait for the collector: so many events, and so many bytes of them.
const (
	QueueSize  = 16 << 10
	QueueBytes = 16 << 20
)

// scope names what sends.
const scope = "lenswatch"

// Options configures an [Exporter].
type Options struct {
	// Endpoint is the collector's address: https://host:4317, or http://host:4317 for one without TLS.
	Endpoint string
	// Version is that of lenswatch, for the resource.
	Version string
	// Snapshots has the metrics.
	Snapshots *metrics.Snapshots
	// Interval is the time between two exports of the metrics. Default 10 s.
	Interval time.Duration
	// ExportTimeout is how long a batch is tried to be delivered, with retries. Default 30 s, the SDK's.
	ExportTimeout time.Duration
}

// Lost is what did not reach the collector so far.
type Lost struct {
	Full    int64 // events that found the queue full
	Failed  int64 // events that could not be delivered
	Refused int64 // events that the collector rejected
	Metrics int64 // exports of the metrics that could not be delivered
	Last    error // the newest reason; nil if there was none
}

// Events is how many events did not reach the collector.
func (l Lost) Events() int64 { return l.Full + l.Failed + l.Refused }

// Exporter sends to one collector. Use [New], then [Exporter.Close].
type Exporter struct {
	logs    *sdklog.LoggerProvider
	metrics *sdkmetric.MeterProvider
	logger  log.Logger

	mu      sync.Mutex
	waiting int   // events that the SDK has and has not delivered
	bytes   int64 // of those
	lost    Lost
	closed  bool
}

// CheckEndpoint reports whether a text can be a collector's address. Its errors do not quote it: it may
// hold a password.
func CheckEndpoint(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("a collector address has the form https://host:4317, or http://host:4317 without TLS")
	case u.User != nil:
		return errors.New("a collector address must not contain a user name or password; use OTEL_EXPORTER_OTLP_HEADERS")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return errors.New("a collector address must not contain a path: OTLP is exported over gRPC, usually on port 4317")
	}
	return nil
}

// New makes an Exporter. It connects when there is something to send.
func New(ctx context.Context, o Options) (*Exporter, error) {
	if err := CheckEndpoint(o.Endpoint); err != nil {
		return nil, err
	}
	if o.Interval <= 0 {
		o.Interval = 10 * time.Second
	}
	if o.ExportTimeout <= 0 {
		o.ExportTimeout = 30 * time.Second
	}
	e := &Exporter{}
	about, err := resource.New(ctx,
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithAttributes(
			attribute.String("service.name", "lenswatch"), attribute.String("service.version", o.Version)),
		resource.WithFromEnv()) // OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME go over ours
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, fmt.Errorf("resource: %w", err)
	}
	logs, err := otlploggrpc.New(ctx, otlploggrpc.WithEndpointURL(o.Endpoint), otlploggrpc.WithTimeout(o.ExportTimeout),
		otlploggrpc.WithDialOption(grpc.WithChainUnaryInterceptor(e.refusals)))
	if err != nil {
		return nil, err
	}
	metrics, err := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpointURL(o.Endpoint), otlpmetricgrpc.WithTimeout(o.ExportTimeout))
	if err != nil {
		return nil, errors.Join(err, logs.Shutdown(ctx))
	}
	e.logs = sdklog.NewLoggerProvider(sdklog.WithResource(about), sdklog.WithProcessor(
		sdklog.NewBatchProcessor(&countedLogs{Exporter: logs, e: e},
			sdklog.WithMaxQueueSize(QueueSize), sdklog.WithExportTimeout(o.ExportTimeout))))
	e.logger = e.logs.Logger(scope, log.WithInstrumentationVersion(o.Version))
	e.metrics = sdkmetric.NewMeterProvider(sdkmetric.WithResource(about), sdkmetric.WithReader(
		sdkmetric.NewPeriodicReader(&countedMetrics{Exporter: metrics, e: e}, sdkmetric.WithInterval(o.Interval), sdkmetric.WithTimeout(o.ExportTimeout))))
	if err := e.register(o.Snapshots); err != nil {
		return nil, errors.Join(err, e.Close(ctx))
	}
	return e, nil
}

// Send hands an event to the SDK. It does not wait: an event that finds the queue full is lost, and
// counted.
func (e *Exporter) Send(ctx context.Context, ev *client.Event) {
	r := record(ev)
	size := int64(recordBytes + textBytes(&r))
	e.mu.Lock()
	// The SDK would drop the oldest without a word.
	if e.waiting >= QueueSize || e.bytes+size > QueueBytes || e.closed {
		e.lost.Full++
		e.mu.Unlock()
		return
	}
	e.waiting++
	e.bytes += size
	e.mu.Unlock()
	e.logger.Emit(ctx, r)
}

// Lost reports what did not reach the collector so far. Events that wait are not lost yet.
func (e *Exporter) Lost() Lost {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost
}

// Close sends what waits, until ctx is done. What could not be sent by then is counted as failed.
func (e *Exporter) Close(ctx context.Context) error {
	err := errors.Join(e.logs.Shutdown(ctx), e.metrics.Shutdown(ctx))
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lost.Failed += int64(e.waiting)
	e.closed = true
	return err
}
