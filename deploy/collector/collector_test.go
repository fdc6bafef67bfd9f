// Package collector has no code: its test runs an OpenTelemetry Collector, made of its own modules, with the configuration
// of deploy/otelcol, and sends to it with lenswatch. It is a module of its own, outside the workspace: a collector is
// larger than lenswatch many times over, and takes minutes to compile.
//
//	GOWORK=off go -C deploy/collector test .
package collector

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

// downFor is how long the collector is away.
const downFor = time.Minute

// collector is one that runs in this process, with the configuration that is shipped.
type collector struct {
	receiver, metrics string // addresses
	file              string // what its file exporter writes
	config            string
}

// shipped is the configuration that is shipped, at other addresses and with another file.
func shipped(t *testing.T) *collector {
	t.Helper()
	text, err := os.ReadFile("../otelcol/config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := &collector{receiver: free(t), metrics: free(t), file: filepath.Join(dir, "events.json"), config: filepath.Join(dir, "config.yaml")}
	for from, to := range map[string]string{"127.0.0.1:4318": c.receiver, "127.0.0.1:8889": c.metrics, "/var/log/lenswatch/events.json": c.file} {
		if !bytes.Contains(text, []byte(from)) {
			t.Fatalf("the configuration has no %s", from)
		}
		text = bytes.ReplaceAll(text, []byte(from), []byte(to))
	}
	text = append(text, "\n  telemetry: {metrics: {level: none}, logs: {level: error}}\n"...) // its own port is in use elsewhere
	if err := os.WriteFile(c.config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

// free is an address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func factories() (f otelcol.Factories, err error) {
	f.Telemetry = otelconftelemetry.NewFactory()
	if f.Receivers, err = otelcol.MakeFactoryMap[receiver.Factory](otlpreceiver.NewFactory()); err != nil {
		return f, err
	}
	if f.Processors, err = otelcol.MakeFactoryMap[processor.Factory](batchprocessor.NewFactory(), memorylimiterprocessor.NewFactory()); err != nil {
		return f, err
	}
	f.Exporters, err = otelcol.MakeFactoryMap[exporter.Factory](fileexporter.NewFactory(), prometheusexporter.NewFactory())
	return f, err
}

// run runs the collector until the returned function is called.
func (c *collector) run(t *testing.T) (stop func()) {
	t.Helper()
	col, err := otelcol.NewCollector(otelcol.CollectorSettings{
		BuildInfo: component.NewDefaultBuildInfo(), Factories: factories, DisableGracefulShutdown: true,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs: []string{"file:" + c.config}, ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory()},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- col.Run(context.Background()) }()
	for deadline := time.Now().Add(time.Minute); col.GetState() != otelcol.StateRunning; time.Sleep(50 * time.Millisecond) {
		select {
		case err := <-ended:
			t.Fatalf("the collector does not start: %v", err)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("the collector does not start")
		}
	}
	return func() {
		col.Shutdown()
		if err := <-ended; err != nil {
			t.Errorf("the collector: %v", err)
		}
	}
}

// lenswatch builds the program once.
func lenswatch(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "lenswatch")
	cmd := exec.Command("go", "build", "-o", bin, ".")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// simulate starts a simulated service and returns the environment for a client.
func simulate(t *testing.T, bin string, args ...string) []string {
	t.Helper()
	cmd := exec.Command(bin, append([]string{"simulate"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	home := t.TempDir()
	env := append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	r := bufio.NewReader(out)
	for range 2 { // the address and the key of the Lens API
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, strings.TrimPrefix(strings.TrimSpace(line), "export "))
	}
	return env
}

func create(t *testing.T, bin string, env []string, n int) {
	t.Helper()
	for range n {
		cmd := exec.Command(bin, "sessions", "create", "Activity Monitor")
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}

// A tail writes what it receives to a file, and exports it.
type tail struct {
	cmd       *exec.Cmd
	out, errs string // files
}

func startTail(t *testing.T, bin string, env []string, receiver string) *tail {
	t.Helper()
	dir := t.TempDir()
	x := &tail{exec.Command(bin, "tail", "--all", "-o", "json", "--otlp", "http://"+receiver), filepath.Join(dir, "out"), filepath.Join(dir, "err")}
	x.cmd.Env = env
	for path, to := range map[string]*io.Writer{x.out: &x.cmd.Stdout, x.errs: &x.cmd.Stderr} {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		*to = f
	}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.cmd.Process.Kill() })
	return x
}

// end ends it as a person does.
func (x *tail) end(t *testing.T) string {
	t.Helper()
	if err := x.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = x.cmd.Wait() // it was interrupted
	errs, err := os.ReadFile(x.errs)
	if err != nil {
		t.Fatal(err)
	}
	return string(errs)
}

// received counts, by session and SSE id, the events that a tail printed.
func received(t *testing.T, path string) map[string]int {
	t.Helper()
	got := map[string]int{}
	eachLine(t, path, func(line []byte) {
		var ev struct{ Session, ID, Kind string }
		if err := json.Unmarshal(line, &ev); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if ev.ID != "" && ev.Kind == "result" {
			got[ev.Session+" "+ev.ID]++
		}
	})
	return got
}

// exported counts, by session and SSE id, the events that the collector wrote, and the verdicts.
func exported(t *testing.T, path string) (got map[string]int, verdicts int) {
	t.Helper()
	type attribute struct {
		Key   string
		Value struct{ StringValue string }
	}
	got = map[string]int{}
	eachLine(t, path, func(line []byte) {
		var batch struct {
			ResourceLogs []struct {
				ScopeLogs []struct {
					LogRecords []struct {
						EventName  string
						Attributes []attribute
					}
				}
			}
		}
		if err := json.Unmarshal(line, &batch); err != nil {
			t.Fatalf("%.200s: %v", line, err)
		}
		for _, r := range batch.ResourceLogs {
			for _, s := range r.ScopeLogs {
				for _, record := range s.LogRecords {
					has := map[string]string{}
					for _, a := range record.Attributes {
						has[a.Key] = a.Value.StringValue
					}
					switch {
					case record.EventName == "lenswatch.session.verdict":
						verdicts++
					case has["lenswatch.kind"] == "result":
						got[has["session.id"]+" "+has["lenswatch.event.id"]]++
					}
				}
			}
		}
	})
	return got, verdicts
}

func eachLine(t *testing.T, path string, do func([]byte)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		do(s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// complete compares what arrived with what was received.
func complete(t *testing.T, want, got map[string]int, atLeast int) {
	t.Helper()
	missing, twice := 0, 0
	for id := range want {
		switch {
		case got[id] == 0:
			missing++
		case got[id] > 1:
			twice++
		}
	}
	t.Logf("%d results, %d missing, %d twice", len(want), missing, twice)
	if len(want) < atLeast || missing > 0 {
		t.Errorf("%d of %d results did not arrive (at least %d were expected)", missing, len(want), atLeast)
	}
}

// The collector is away for a minute, in the middle of it all: nothing is missing afterwards, verdicts and metrics neither.
func TestNothingIsMissingAfterTheCollectorWasDown(t *testing.T) {
	bin, c := lenswatch(t), shipped(t)
	env := simulate(t, bin, "--listen", "127.0.0.1:0", "--rate", "50")
	create(t, bin, env, 2)
	stop := c.run(t)
	x := startTail(t, bin, env, c.receiver)
	time.Sleep(10 * time.Second)
	stop()
	time.Sleep(downFor)
	stop = c.run(t)
	time.Sleep(35 * time.Second) // longer than the longest wait before another try
	series := scrape(t, c.metrics)
	errs := x.end(t)
	stop()
	want := received(t, x.out)
	got, verdicts := exported(t, c.file)
	complete(t, want, got, 100*60)
	if verdicts == 0 {
		t.Error("no verdict arrived")
	}
	if strings.Contains(errs, "dropped so far") && !regexp.MustCompile(`\b0 events and \d+ metric exports dropped`).MatchString(errs) {
		t.Errorf("events were dropped:\n%s", errs)
	}
	for _, want := range []string{"retrying; events waiting", "responds again"} {
		if !strings.Contains(errs, want) {
			t.Errorf("standard error has no %q:\n%s", want, errs)
		}
	}
	for _, want := range []string{ // the names of lenswatch's own /metrics
		"lenswatch_session_results_total{", "lenswatch_session_received_bytes_total{", "lenswatch_session_result_rate_per_second{",
		"lenswatch_session_result_age_seconds{", "lenswatch_session_stalled{", "lenswatch_sessions_open{", "lenswatch_session_status{",
		`lenswatch_lens_name="Activity Monitor"`, `session_id="lsn-`, `lenswatch_service="archetype"`,
	} {
		if !strings.Contains(series, want) {
			t.Errorf("the collector serves no %s", want)
		}
	}
	if t.Failed() {
		t.Logf("it serves:\n%s", series)
	}
}

// At 5,000 events a second nothing is missing either.
func TestNothingIsMissingAtFiveThousandASecond(t *testing.T) {
	bin, c := lenswatch(t), shipped(t)
	env := simulate(t, bin, "--listen", "127.0.0.1:0", "--rate", "1250")
	create(t, bin, env, 4)
	defer c.run(t)()
	x := startTail(t, bin, env, c.receiver)
	const lasts = 15 * time.Second
	time.Sleep(lasts)
	errs := x.end(t)
	if strings.Contains(errs, "dropped") {
		t.Errorf("%s", errs)
	}
	time.Sleep(2 * time.Second) // the collector batches, and its file exporter flushes once a second
	got, _ := exported(t, c.file)
	want := received(t, x.out)
	complete(t, want, got, int(lasts.Seconds()-5)*5000/2) // half the pace on a busy machine; what is received has to arrive
	t.Logf("%.0f results a second, none missing", pace(t, x.out))
}

// pace is how many results a second arrived while all its sessions were connected: without its first two seconds,
// in which it connects, and its last, in which it ends.
func pace(t *testing.T, path string) float64 {
	t.Helper()
	var at []time.Time
	eachLine(t, path, func(line []byte) {
		var ev struct {
			Kind string
			Time time.Time // by the service
		}
		if err := json.Unmarshal(line, &ev); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if ev.Kind == "result" {
			at = append(at, ev.Time)
		}
	})
	if len(at) == 0 {
		return 0
	}
	from, to := at[0].Add(2*time.Second), at[len(at)-1].Add(-time.Second)
	n := 0
	for _, when := range at {
		if !when.Before(from) && when.Before(to) {
			n++
		}
	}
	return float64(n) / to.Sub(from).Seconds()
}

// scrape reads the metrics that the collector serves.
func scrape(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(fmt.Sprintf("http://%s/metrics", address))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
