package otlp

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	collogs "go.opentelemetry.io/proto/slim/otlp/collector/logs/v1"
	logs "go.opentelemetry.io/proto/slim/otlp/logs/v1"
	otlpmetrics "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	"go.uber.org/goleak"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/health"
	"lenswatch/watch/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var at = time.Unix(1_700_000_000, 0)

func export(t *testing.T, o Options) *Exporter {
	t.Helper()
	if o.Snapshots == nil {
		o.Snapshots = &metrics.Snapshots{}
	}
	o.Version = "v1"
	e, err := New(o)
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

func TestEventsArrive(t *testing.T) {
	t.Setenv(envHeaders, "authorization=Bearer%20collector-token, x-tenant=a")
	t.Setenv(envResource, "deployment.environment.name=test,service.version=v9")
	c := receive(t)
	ev := event("hello")
	e := export(t, Options{Endpoint: c.url + "/"})
	e.Send(ev)
	big := *ev
	big.Raw = make([]byte, maxPayload+1)
	big.Kind, big.Notice, big.Text = client.KindNotice, &client.Notice{Code: client.NoticeGap}, "bad \xff text"
	e.Send(&big)
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
		r.SeverityNumber != logs.SeverityNumber_SEVERITY_NUMBER_WARN || r.SeverityText != "WARN" || r.EventName != "inference.result" {
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
	if r = c.records[1]; text(r.Attributes, attrPayload) != "" || text(r.Attributes, attrNotice) != "gap" || r.Body.GetStringValue() != "bad \uFFFD text" {
		t.Errorf("%v", r)
	}
	for name, want := range map[string]string{"service.name": "lenswatch", "service.version": "v9", "deployment.environment.name": "test"} {
		if got := text(c.resource, name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if c.header.Get("Authorization") != "Bearer collector-token" || c.header.Get("X-Tenant") != "a" {
		t.Errorf("headers %v", c.header)
	}
}

func TestMetricsArrive(t *testing.T) {
	c, snapshots := receive(t), &metrics.Snapshots{}
	store := watch.NewStore(nil, watch.NoHistory)
	store.Apply(watch.Batch{Delivered: at, Opened: []watch.StreamOpened{{Service: "archetype", Session: "lsn-1", Connection: new(client.Connection)}}, Events: []client.Event{*event("hello")}})
	snapshots.Update(at.Add(5*time.Second), store)
	e := export(t, Options{Endpoint: c.url, Snapshots: snapshots})
	if err := finish(t, e, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"results lsn-1": 1, "result.age lsn-1": 4, "status lsn-1": 1, "stalled lsn-1": 0} {
		if got, ok := c.values["lenswatch.session."+name]; !ok || got != want {
			t.Errorf("%s is %v, %v", name, got, ok)
		}
	}
	for name, unit := range map[string]string{"result.age": "s", "received": "By", "status": "{status}", "stalled": "{stalled}"} {
		if m := c.metrics["lenswatch.session."+name]; m.GetUnit() != unit || m.GetDescription() == "" {
			t.Errorf("%s: %v", name, m)
		}
	}
	sum := c.metrics["lenswatch.session.results"].GetSum()
	if !sum.GetIsMonotonic() || sum.GetAggregationTemporality() != otlpmetrics.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE ||
		sum.DataPoints[0].StartTimeUnixNano == 0 || sum.DataPoints[0].TimeUnixNano < sum.DataPoints[0].StartTimeUnixNano {
		t.Errorf("%v", sum)
	}
	status := c.metrics["lenswatch.session.status"].GetGauge().DataPoints[0].Attributes
	if text(status, attrState) == "" || text(status, attrVerdict) == "" || text(status, attrSeverity) == "" {
		t.Errorf("%v", status)
	}
}

func TestVerdictsAreEvents(t *testing.T) {
	c := receive(t)
	e := export(t, Options{Endpoint: c.url})
	v := Verdict{Service: "archetype", Session: "lsn-1", Lens: "activity", At: at, State: health.Silent}
	for _, severity := range []health.Severity{health.OK, health.Warning, health.Alarm} {
		v.Verdict = health.Verdict{Severity: severity, Sentence: "No data."}
		e.SendVerdict(v)
	}
	if err := finish(t, e, 10*time.Second); err != nil || len(c.records) != 3 {
		t.Fatal(err, len(c.records))
	}
	for i, want := range []string{"INFO", "WARN", "ERROR"} {
		r := c.records[i]
		if r.EventName != verdictEvent || r.SeverityText != want || r.Body.GetStringValue() != "No data." || text(r.Attributes, attrSession) != "lsn-1" ||
			text(r.Attributes, attrState) != "silent" || text(r.Attributes, attrVerdict) == "" || text(r.Attributes, attrLens) != "activity" {
			t.Errorf("%v", r)
		}
	}
}

// What the collector rejects is counted, not repeated.
func TestRefusedEventsAreCounted(t *testing.T) {
	c := receive(t)
	c.answer = func(w http.ResponseWriter) bool {
		send(w, &collogs.ExportLogsServiceResponse{PartialSuccess: &collogs.ExportLogsPartialSuccess{RejectedLogRecords: 2, ErrorMessage: "too old"}})
		return true
	}
	e := export(t, Options{Endpoint: c.url})
	for range 3 {
		e.Send(event("x"))
	}
	if err := finish(t, e, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if l := e.Lost(); l.Refused != 2 || l.Events() != 2 || !strings.Contains(l.Last.Error(), "too old") {
		t.Errorf("%+v", l)
	}
}

// A refusal that will not pass is not retried; all its events are counted. A redirect is one: headers with
// credentials are sent to one address only.
func TestFailedEventsAreCounted(t *testing.T) {
	other := receive(t)
	for name, answer := range map[string]func(http.ResponseWriter){
		"403": func(w http.ResponseWriter) { http.Error(w, "no such tenant", http.StatusForbidden) },
		"307": func(w http.ResponseWriter) {
			w.Header().Set("Location", other.url)
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
	} {
		c := receive(t)
		c.answer = func(w http.ResponseWriter) bool { answer(w); return true }
		e := export(t, Options{Endpoint: c.url})
		for range 3 {
			e.Send(event("x"))
		}
		if err := finish(t, e, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		if l := e.Lost(); l.Failed != 3 || l.Events() != 3 || !strings.Contains(l.Last.Error(), name) || c.requests != 1 {
			t.Errorf("%+v after %d requests", l, c.requests)
		}
	}
	if len(other.paths) > 0 {
		t.Errorf("%v of the other address", other.paths)
	}
}

// A collector that is overloaded, or away for a while, gets everything afterwards, in order.
func TestEventsOutlastACollectorThatIsAway(t *testing.T) {
	c := receive(t)
	c.answer = func(w http.ResponseWriter) bool {
		if c.requests > 1 {
			return false
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	e := export(t, Options{Endpoint: c.url})
	const n = 10_000
	for i := range n {
		ev := event("x")
		ev.Received = at.Add(time.Duration(i))
		e.Send(ev)
	}
	if err := finish(t, e, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if l := e.Lost(); l.Events() != 0 || len(c.records) != n {
		t.Errorf("%d arrived, %+v", len(c.records), l)
	}
	for i, r := range c.records {
		if r.ObservedTimeUnixNano != uint64(at.UnixNano())+uint64(i) {
			t.Fatalf("event %d is %v", i, r)
		}
	}
}

// Events for a collector that is not there wait, up to the queue's size; what is more is counted, and at
// the end so is what waits. A certificate that is not trusted is as good as no collector.
func TestNothingIsLostSilently(t *testing.T) {
	web := httptest.NewUnstartedServer(nil)
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	defer web.Close()
	for name, endpoint := range map[string]string{"nobody": "http://127.0.0.1:1", "not trusted": web.URL} {
		t.Run(name, func(t *testing.T) {
			e := export(t, Options{Endpoint: endpoint})
			const n = QueueSize + 2000
			for range n {
				e.Send(event("x"))
			}
			_ = finish(t, e, 500*time.Millisecond)
			if l := e.Lost(); l.Events() != n || l.Full != 2000 || l.Last == nil {
				t.Errorf("%+v, want %d", l, n)
			}
			if waiting, reason := e.Failing(); reason == nil || waiting != 0 {
				t.Errorf("%v, %d wait", reason, waiting)
			}
		})
	}
}

// A collector of gRPC is named as such.
func TestGRPCIsExplained(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00") // SETTINGS of HTTP/2
			_ = conn.Close()
		}
	}))
	defer s.Close()
	e := export(t, Options{Endpoint: s.URL})
	e.Send(event("x"))
	_ = finish(t, e, 300*time.Millisecond)
	if l := e.Lost(); l.Failed != 1 || l.Last == nil || !strings.Contains(l.Last.Error(), "gRPC") || strings.Contains(l.Last.Error(), s.URL) {
		t.Errorf("%+v", l)
	}
}

// A request stays below the size that collectors accept, whatever the events are.
func TestLargeEventsAreSentApart(t *testing.T) {
	c := receive(t)
	e := export(t, Options{Endpoint: c.url})
	ev := event(strings.Repeat("x", 16<<10))
	ev.Raw = []byte(strings.Repeat("y", maxPayload))
	const n = 180 // 15 MB
	for range n {
		e.Send(ev)
	}
	if err := finish(t, e, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if len(c.records) != n || e.Lost().Events() != 0 || c.largest > requestBytes+requestBytes/10 {
		t.Errorf("%d of %d records in requests of at most %d bytes, %+v", len(c.records), n, c.largest, e.Lost())
	}
}

// A collector that takes requests and does not answer holds a bounded number of bytes, whatever the size of events.
func TestHangingCollectorHoldsItsBound(t *testing.T) {
	c, hang := receive(t), make(chan struct{})
	c.answer = func(http.ResponseWriter) bool { <-hang; return false }
	e := export(t, Options{Endpoint: c.url, Timeout: time.Minute})
	ev := event(strings.Repeat("x", 16<<10))
	ev.Raw = []byte(strings.Repeat("y", maxPayload))
	const n = 2000 // 160 MB
	for range n {
		e.Send(ev)
	}
	e.mu.Lock()
	waiting, bytes, lost := len(e.records), e.bytes, e.lost.Full
	e.mu.Unlock()
	if bytes > QueueBytes || waiting*(16<<10+maxPayload) > QueueBytes || int64(waiting)+lost != n {
		t.Errorf("%d events of %d bytes wait, %d are reported as lost of %d", waiting, bytes, lost, n)
	}
	close(hang)
	if err := finish(t, e, 30*time.Second); err != nil {
		t.Error(err)
	}
	if got := int64(len(c.records)); got != n-lost {
		t.Errorf("%d arrived", got)
	}
}

func TestCheckEndpoint(t *testing.T) {
	for _, good := range []string{"http://127.0.0.1:4318", "https://collector.example:4318/", "https://vendor.example/otlp"} {
		if err := CheckEndpoint(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"": "form", "collector:4318": "form", "grpc://a:1": "form", "http://": "form", "::": "form", "http://:4318": "form",
		"https://user:hunter2@a": envHeaders, "http://a?b": "query", "http://a:4318/v1/logs": "/v1/logs", "http://127.0.0.1:4317": "4318",
	} {
		if err := CheckEndpoint(bad); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Variables that cannot be used are named, without their value.
func TestEnvironmentIsChecked(t *testing.T) {
	for name, value := range map[string]string{envHeaders: "not a=hunter2", envRoots: "/nonexistent/hunter2", envKey: "/nonexistent"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if _, err := New(Options{Endpoint: "http://127.0.0.1:1"}); err == nil || !strings.Contains(err.Error(), name) || name == envHeaders && strings.Contains(err.Error(), "hunter2") {
				t.Error(err)
			}
		})
	}
}
