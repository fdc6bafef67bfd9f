package otlp

import (
	"context"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	colmetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/metrics"
)

var at = time.Unix(1_700_000_000, 0)

// collector receives OTLP by the official protocol.
type collector struct {
	url string

	mu       sync.Mutex
	records  []*logs.LogRecord
	requests int
	resource []*common.KeyValue
	headers  metadata.MD
	figures  map[string]float64
	units    map[string]string
	answer   func() (*collogs.ExportLogsServiceResponse, error)
}

type logsServer struct {
	collogs.UnimplementedLogsServiceServer
	c *collector
}

func (s logsServer) Export(ctx context.Context, req *collogs.ExportLogsServiceRequest) (*collogs.ExportLogsServiceResponse, error) {
	c := s.c
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	c.headers, _ = metadata.FromIncomingContext(ctx)
	if c.answer != nil {
		return c.answer()
	}
	for _, r := range req.ResourceLogs {
		c.resource = r.Resource.Attributes
		for _, s := range r.ScopeLogs {
			c.records = append(c.records, s.LogRecords...)
		}
	}
	return &collogs.ExportLogsServiceResponse{}, nil
}

type metricsServer struct {
	colmetrics.UnimplementedMetricsServiceServer
	c *collector
}

func (s metricsServer) Export(_ context.Context, req *colmetrics.ExportMetricsServiceRequest) (*colmetrics.ExportMetricsServiceResponse, error) {
	c := s.c
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range req.ResourceMetrics {
		for _, s := range r.ScopeMetrics {
			for _, m := range s.Metrics {
				points := m.GetGauge().GetDataPoints()
				if sum := m.GetSum(); sum != nil {
					points = sum.DataPoints
				}
				for _, p := range points {
					c.figures[m.Name+" "+text(p.Attributes, attrSession)] = p.GetAsDouble() + float64(p.GetAsInt())
				}
				c.units[m.Name] = m.Unit
			}
		}
	}
	return &colmetrics.ExportMetricsServiceResponse{}, nil
}

// receive starts a collector.
func receive(t *testing.T) *collector {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{url: "http://" + l.Addr().String(), figures: map[string]float64{}, units: map[string]string{}}
	s := grpc.NewServer()
	collogs.RegisterLogsServiceServer(s, logsServer{c: c})
	colmetrics.RegisterMetricsServiceServer(s, metricsServer{c: c})
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { s.Stop(); <-done })
	return c
}

func text(attrs []*common.KeyValue, name string) string {
	for _, a := range attrs {
		if a.Key == name {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

func export(t *testing.T, o Options) *Exporter {
	t.Helper()
	if o.Snapshots == nil {
		o.Snapshots = &metrics.Snapshots{}
	}
	o.Version = "v1"
	e, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// finish closes an exporter within a time.
func finish(t *testing.T, e *Exporter, d time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	return e.Close(ctx)
}

func event(text string) *client.Event {
	return &client.Event{
		Service: "archetype", Session: "lsn-1", Kind: client.KindResult, Level: client.LevelWarn, Wire: "inference.result", ID: "7",
		Time: at, Received: at.Add(time.Second), Text: text, Raw: []byte(`{"type": "inference.result"}`),
		Result: &client.Result{Label: "walking", QueryID: "q", SensorID: "s"},
	}
}

func TestEventsAndMetricsArrive(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20collector-token")
	c, snapshots := receive(t), &metrics.Snapshots{}
	store := watch.NewStore(nil, watch.NoHistory)
	ev := event("hello")
	store.Apply(watch.Batch{Delivered: at, Opened: []watch.StreamOpened{{Service: "archetype", Session: "lsn-1", Connection: new(client.Connection)}}, Events: []client.Event{*ev}})
	snapshots.Update(at.Add(5*time.Second), store)
	e := export(t, Options{Endpoint: c.url, Snapshots: snapshots})
	e.Send(t.Context(), ev)
	big := *ev
	big.Raw = make([]byte, maxPayload+1)
	big.Kind, big.Notice = client.KindNotice, &client.Notice{Code: client.NoticeGap}
	e.Send(t.Context(), &big)
	if err := finish(t, e, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if l := e.Lost(); l != (Lost{}) {
		t.Errorf("lost %+v", l)
	}
	if len(c.records) != 2 {
		t.Fatalf("%d records", len(c.records))
	}
	r := c.records[0]
	if r.Body.GetStringValue() != "hello" || r.TimeUnixNano != uint64(at.UnixNano()) || r.ObservedTimeUnixNano != uint64(at.Add(time.Second).UnixNano()) ||
		r.SeverityNumber != logs.SeverityNumber_SEVERITY_NUMBER_WARN || r.EventName != "inference.result" {
		t.Errorf("%v", r)
	}
	for name, want := range map[string]string{
		attrSession: "lsn-1", attrService: "archetype", attrKind: "result", attrEventID: "7", attrLabel: "walking",
		attrQuery: "q", attrSensor: "s", attrPayload: `{"type": "inference.result"}`,
	} {
		if got := text(r.Attributes, name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if a := c.records[1].Attributes; text(a, attrPayload) != "" || text(a, attrNotice) != "gap" {
		t.Errorf("%v", a)
	}
	if text(c.resource, "service.name") != "lenswatch" || text(c.resource, "service.version") != "v1" {
		t.Errorf("%v", c.resource)
	}
	if got := c.headers.Get("authorization"); len(got) != 1 || got[0] != "Bearer collector-token" {
		t.Errorf("headers %v", got)
	}
	for name, want := range map[string]float64{"results lsn-1": 1, "result.age lsn-1": 4, "status lsn-1": 1, "stalled lsn-1": 0} {
		if got, ok := c.figures["lenswatch.session."+name]; !ok || got != want {
			t.Errorf("%s is %v, %v", name, got, ok)
		}
	}
	if c.units["lenswatch.session.result.age"] != "s" || c.units["lenswatch.session.received"] != "By" {
		t.Errorf("%v", c.units)
	}
}

// What the collector rejects is counted, not repeated.
func TestRefusedEventsAreCounted(t *testing.T) {
	c := receive(t)
	c.answer = func() (*collogs.ExportLogsServiceResponse, error) {
		return &collogs.ExportLogsServiceResponse{PartialSuccess: &collogs.ExportLogsPartialSuccess{RejectedLogRecords: 2, ErrorMessage: "too old"}}, nil
	}
	e := export(t, Options{Endpoint: c.url})
	for range 3 {
		e.Send(t.Context(), event("x"))
	}
	if err := finish(t, e, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if l := e.Lost(); l.Refused != 2 || l.Events() != 2 || !strings.Contains(l.Last.Error(), "too old") {
		t.Errorf("%+v", l)
	}
}

// An error that will not pass is not retried; all its events are counted.
func TestFailedEventsAreCounted(t *testing.T) {
	c := receive(t)
	c.answer = func() (*collogs.ExportLogsServiceResponse, error) {
		return nil, status.Error(codes.PermissionDenied, "no")
	}
	e := export(t, Options{Endpoint: c.url})
	for range 3 {
		e.Send(t.Context(), event("x"))
	}
	if err := finish(t, e, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if l := e.Lost(); l.Failed != 3 || l.Events() != 3 || l.Last == nil || c.requests != 1 {
		t.Errorf("%+v after %d requests", l, c.requests)
	}
}

// Events for a collector that is not there wait, up to the queue's size; what is more is counted, and at
// the end so is what waits. A certificate that is not trusted is as good as no collector.
func TestNothingIsLostSilently(t *testing.T) {
	web := httptest.NewUnstartedServer(nil)
	web.EnableHTTP2 = true // so that the certificate is all that is wrong
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	defer web.Close()
	for name, endpoint := range map[string]string{"nobody": "http://127.0.0.1:1", "not trusted": web.URL} {
		t.Run(name, func(t *testing.T) {
			e := export(t, Options{Endpoint: endpoint, ExportTimeout: time.Minute})
			const n = QueueSize + 2000
			for range n {
				e.Send(t.Context(), event("x"))
			}
			_ = finish(t, e, 500*time.Millisecond)
			if l := e.Lost(); l.Events() != n || l.Full != 2000 {
				t.Errorf("%+v, want %d", l, n)
			}
		})
	}
}

// A request stays below the size that collectors take, whatever the events are.
func TestLargeEventsAreSentApart(t *testing.T) {
	c := receive(t)
	e := export(t, Options{Endpoint: c.url})
	ev := event(strings.Repeat("x", 16<<10))
	ev.Raw = []byte(strings.Repeat("y", maxPayload))
	const n = 200 // 16 MB; gRPC's own limit of a request is 4 MiB
	for range n {
		e.Send(t.Context(), ev)
	}
	if err := finish(t, e, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if len(c.records) != n || e.Lost().Events() != 0 {
		t.Errorf("%d of %d records, %+v", len(c.records), n, e.Lost())
	}
}

// A collector that takes requests and does not answer holds a bounded number of bytes, whatever the size of events.
func TestHangingCollectorHoldsItsBound(t *testing.T) {
	c, hang := receive(t), make(chan struct{})
	c.answer = func() (*collogs.ExportLogsServiceResponse, error) {
		<-hang
		return &collogs.ExportLogsServiceResponse{}, nil
	}
	e := export(t, Options{Endpoint: c.url, ExportTimeout: time.Minute})
	ev := event(strings.Repeat("x", 16<<10))
	ev.Raw = []byte(strings.Repeat("y", maxPayload))
	const n = 2000 // 160 MB
	for range n {
		e.Send(t.Context(), ev)
	}
	e.mu.Lock()
	waiting, bytes, lost := e.waiting, e.bytes, e.lost.Full
	e.mu.Unlock()
	if bytes > QueueBytes || int64(waiting)*(16<<10+maxPayload) > QueueBytes || int64(waiting)+lost != n {
		t.Errorf("%d events of %d bytes wait, %d are reported as lost of %d", waiting, bytes, lost, n)
	}
	close(hang)
	if err := finish(t, e, 10*time.Second); err != nil {
		t.Error(err)
	}
}

func TestCheckEndpoint(t *testing.T) {
	for _, good := range []string{"http://127.0.0.1:4317", "https://collector.example:4317/"} {
		if err := CheckEndpoint(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "collector:4317", "grpc://a:1", "https://user:hunter2@a", "http://a:4318/v1/logs", "http://", "http://a?b", "::"} {
		if err := CheckEndpoint(bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
