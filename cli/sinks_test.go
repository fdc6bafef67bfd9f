package cli

import (
	"io"
	"net/http"
	"os"
	"strings"
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
	b, err := o.start(t.Context(), store, func(text string) { address = strings.TrimPrefix(text, "metrics are at ") })
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

func TestSizes(t *testing.T) {
	for text, want := range map[string]sizeFlag{"0": 0, "1000": 1000, "64KiB": 64 << 10, "100 MiB": 100 << 20, "2GiB": 2 << 30, "7B": 7} {
		var s sizeFlag
		if err := s.Set(text); err != nil || s != want {
			t.Errorf("%s: %d, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "-1", "x", "1MB", "9999999999GiB"} {
		var s sizeFlag
		if err := s.Set(text); err == nil {
			t.Errorf("%s is %d", text, s)
		}
	}
}

// The configurations in the document are YAML, and name what is there.
func TestFleetsDocument(t *testing.T) {
	text, err := os.ReadFile("../docs/fleets.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```yaml\n")
	if len(parts) < 4 {
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
