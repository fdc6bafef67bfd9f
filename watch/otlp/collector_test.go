package otlp

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	collogs "go.opentelemetry.io/proto/slim/otlp/collector/logs/v1"
	colmetrics "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	logs "go.opentelemetry.io/proto/slim/otlp/logs/v1"
	otlpmetrics "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"
)

// collector receives OTLP, decoded by the official types.
type collector struct {
	url string

	mu       sync.Mutex
	records  []*logs.LogRecord
	requests int
	paths    []string
	largest  int // request, in bytes
	resource []*common.KeyValue
	header   http.Header
	values   map[string]float64
	metrics  map[string]*otlpmetrics.Metric
	answer   func(w http.ResponseWriter) bool // to a request for logs; true: it is answered
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-protobuf" {
		http.Error(w, "no OTLP", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paths = append(c.paths, r.URL.Path)
	var reply proto.Message
	if strings.HasSuffix(r.URL.Path, "/v1/logs") {
		c.requests++
		c.header, c.largest = r.Header, max(c.largest, len(body))
		if c.answer != nil && c.answer(w) {
			return
		}
		reply, err = &collogs.ExportLogsServiceResponse{}, c.takeLogs(body)
	} else {
		reply, err = &colmetrics.ExportMetricsServiceResponse{}, c.takeMetrics(body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	send(w, reply)
}

func send(w http.ResponseWriter, m proto.Message) {
	text, _ := proto.Marshal(m)
	_, _ = w.Write(text)
}

func (c *collector) takeLogs(body []byte) error {
	var req collogs.ExportLogsServiceRequest
	if err := proto.Unmarshal(body, &req); err != nil {
		return err
	}
	for _, r := range req.ResourceLogs {
		c.resource = r.Resource.Attributes
		for _, s := range r.ScopeLogs {
			c.records = append(c.records, s.LogRecords...)
		}
	}
	return nil
}

func (c *collector) takeMetrics(body []byte) error {
	var req colmetrics.ExportMetricsServiceRequest
	if err := proto.Unmarshal(body, &req); err != nil {
		return err
	}
	for _, r := range req.ResourceMetrics {
		for _, s := range r.ScopeMetrics {
			for _, m := range s.Metrics {
				c.metrics[m.Name] = m
				points := m.GetGauge().GetDataPoints()
				if sum := m.GetSum(); sum != nil {
					points = sum.DataPoints
				}
				for _, p := range points {
					c.values[m.Name+" "+text(p.Attributes, attrSession)] = p.GetAsDouble()
				}
			}
		}
	}
	return nil
}

// receive starts a collector.
func receive(t *testing.T) *collector {
	t.Helper()
	c := &collector{values: map[string]float64{}, metrics: map[string]*otlpmetrics.Metric{}}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	c.url = s.URL
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
