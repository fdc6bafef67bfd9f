package otlp

import (
	"context"
	"fmt"

	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	collogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	"google.golang.org/grpc"
)

// requestBytes is about how large one request may become. Collectors take 4 MiB by default.
const requestBytes = 2 << 20

// recordBytes is about what a record takes besides its text: attributes, and their names.
const recordBytes = 512

// countedLogs counts what is sent and what fails. Errors end here: the SDK would write them to the log
// of the process, in addition to what tail writes.
type countedLogs struct {
	sdklog.Exporter
	e *Exporter
}

// Export sends records in requests of a size that collectors take.
func (c *countedLogs) Export(ctx context.Context, records []sdklog.Record) error {
	for len(records) > 0 {
		n, size := 0, 0
		for n < len(records) {
			next := recordBytes + textBytes(&records[n])
			if n > 0 && size+next > requestBytes {
				break
			}
			size += next
			n++
		}
		c.e.sent(n, int64(size), c.Exporter.Export(ctx, records[:n]))
		records = records[n:]
	}
	return nil
}

// sent notes what became of n events. After Close they are counted already.
func (e *Exporter) sent(n int, size int64, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	e.waiting -= n
	if e.bytes -= size; e.waiting == 0 {
		e.bytes = 0 // the SDK may have shortened what it was given
	}
	if err != nil {
		e.lost.Failed += int64(n)
		e.lost.Last = err
	}
}

// refusals counts what the collector took the request for and rejected.
func (e *Exporter) refusals(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	err := invoke(ctx, method, req, reply, cc, opts...)
	r, ok := reply.(*collogs.ExportLogsServiceResponse)
	if err != nil || !ok || r.PartialSuccess == nil {
		return err
	}
	if n := r.PartialSuccess.RejectedLogRecords; n > 0 {
		e.mu.Lock()
		e.lost.Refused += n
		e.lost.Last = fmt.Errorf("the collector rejected events: %s", r.PartialSuccess.ErrorMessage)
		e.mu.Unlock()
	}
	r.PartialSuccess = nil // else the exporter would call the whole request failed
	return nil
}

// countedMetrics counts exports that fail.
type countedMetrics struct {
	sdkmetric.Exporter
	e *Exporter
}

func (c *countedMetrics) Export(ctx context.Context, m *metricdata.ResourceMetrics) error {
	if err := c.Exporter.Export(ctx, m); err != nil {
		c.e.mu.Lock()
		c.e.lost.Metrics++
		c.e.lost.Last = err
		c.e.mu.Unlock()
	}
	return nil
}
