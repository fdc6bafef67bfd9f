package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	yaml "go.yaml.in/yaml/v2"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/metrics"
)

// The numbers of what is watched are served while it is watched.
func TestMetricsOfWhatIsFollowed(t *testing.T) {
	store := watch.NewStore(nil, watch.NoHistory)
	var address string
	o := sinkOptions{metrics: "0"}
	b, err := o.start(store, func(text string) { address = strings.TrimPrefix(text, "metrics are at ") })
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	now := time.Now()
	store.Apply(watch.Batch{Delivered: now, Opened: []watch.StreamOpened{{Service: "a", Session: "one", Connection: new(client.Connection)}}, Events: []client.Event{say(client.KindResult, "x")}})
	b.second(now, store)
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(page), `lenswatch_session_results_total{lens="",service="a",session="one"} 1`) {
		t.Errorf("%v\n%s", err, page)
	}
}

// A collector gets the verdict on a session once, until there is another.
func TestVerdictsAreExported(t *testing.T) {
	var mu sync.Mutex
	var got bytes.Buffer
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = got.ReadFrom(r.Body)
	}))
	defer s.Close()
	store := watch.NewStore(nil, watch.NoHistory)
	o := sinkOptions{otlp: s.URL}
	b, err := o.start(store, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	store.Apply(watch.Batch{Delivered: now, Opened: []watch.StreamOpened{{Service: "a", Session: "one", Connection: new(client.Connection)}}})
	for range 3 {
		b.second(now, store)
	}
	b.close()
	mu.Lock()
	defer mu.Unlock()
	// The name of the event is also that of an attribute, of which it has the value.
	if n := strings.Count(got.String(), "lenswatch.session.confidence"); n != 1 {
		t.Errorf("%d verdicts in %q", n, got.String())
	}
}

// That a collector cannot be reached is reported once, and that it can be again.
func TestUnreachableCollectorIsReported(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	failed := make(chan struct{}, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() && strings.HasSuffix(r.URL.Path, "/v1/logs") {
			w.WriteHeader(http.StatusServiceUnavailable)
			failed <- struct{}{}
		}
	}))
	defer s.Close()
	store := watch.NewStore(nil, watch.NoHistory)
	var said []string
	o := sinkOptions{otlp: s.URL}
	b, err := o.start(store, func(text string) { said = append(said, text) })
	if err != nil {
		t.Fatal(err)
	}
	b.batch(&watch.Batch{Events: []client.Event{say(client.KindResult, "x")}})
	<-failed
	<-failed // the response to the first was read
	b.second(time.Now(), store)
	b.second(time.Now().Add(time.Minute), store)
	down.Store(false)
	b.close()
	b.reportCollector()
	text := strings.Join(said, "\n")
	if strings.Count(text, "503 Service Unavailable; retrying; events waiting: 1") != 1 || !strings.Contains(text, "the collector responds again") {
		t.Errorf("%s", text)
	}
}

// The configurations in the document are YAML, and name what is there.
func TestFleetsDocument(t *testing.T) {
	text, err := os.ReadFile("../docs/fleets.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```yaml\n")
	if len(parts) < 2 {
		t.Fatalf("%d configurations", len(parts)-1)
	}
	for _, part := range parts[1:] {
		block, _, _ := strings.Cut(part, "```")
		var config map[string]any
		if err := yaml.UnmarshalStrict([]byte(block), &config); err != nil {
			t.Errorf("%v in:\n%s", err, block)
		}
		if config["receivers"] == nil && config["scrape_configs"] == nil {
			t.Errorf("neither a collector's nor a scrape configuration:\n%s", block)
		}
	}
	for _, f := range metrics.Table() {
		if row := "| `" + metrics.PrometheusName(f) + "` | " + f.Help + " |"; !strings.Contains(string(text), row) {
			t.Errorf("the document does not have: %s", row)
		}
	}
}
