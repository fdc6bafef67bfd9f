package metrics

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"lenswatch/client"
	"lenswatch/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var at = time.Unix(1_700_000_000, 0)

// watched makes a store with sessions that have one result each.
func watched(n int) *watch.Store {
	store := watch.NewStore(nil, watch.NoHistory)
	b := watch.Batch{Delivered: at}
	for i := range n {
		id := fmt.Sprintf("lsn-%d", i)
		b.Opened = append(b.Opened, watch.StreamOpened{Service: "a", Session: id, Connection: new(client.Connection)})
		b.Events = append(b.Events,
			client.Event{Service: "a", Session: id, Kind: client.KindNotice, Received: at, Notice: &client.Notice{Code: client.NoticeConnected}},
			client.Event{Service: "a", Session: id, Kind: client.KindResult, Received: at})
	}
	store.Apply(b)
	store.AddSample(watch.Sample{Session: client.Session{Service: "a", ID: "lsn-0", LensName: "quote \" and \n feed"}}, at)
	return store
}

// scrape reads a page as Prometheus does.
func scrape(t *testing.T, addr string) map[string]*dto.MetricFamily {
	t.Helper()
	resp, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
	return families
}

func serve(t *testing.T, snapshots *Snapshots) *Server {
	t.Helper()
	s, err := Serve("0", snapshots)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestPrometheusReadsIt(t *testing.T) {
	snapshots, store := &Snapshots{}, watched(2)
	s := serve(t, snapshots)
	if !strings.HasPrefix(s.Addr, "127.0.0.1:") {
		t.Errorf("a port alone listens on %s", s.Addr)
	}
	snapshots.Update(at.Add(4*time.Second), store)
	got := scrape(t, s.Addr)
	for name, want := range map[string]float64{
		"lenswatch_session_results_total": 1, "lenswatch_session_events_total": 1,
		"lenswatch_session_result_age_seconds": 4, "lenswatch_session_stalled": 0,
		"lenswatch_session_status_info": 1, "lenswatch_session_received_bytes_total": 0,
	} {
		f := got[name]
		if f == nil || len(f.Metric) != 2 || f.GetHelp() == "" {
			t.Errorf("%s: %v", name, f)
			continue
		}
		m := f.Metric[0]
		if v := m.GetGauge().GetValue() + m.GetCounter().GetValue(); v != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
		if strings.HasSuffix(name, "_total") != (f.GetType() == dto.MetricType_COUNTER) {
			t.Errorf("%s is a %v", name, f.GetType())
		}
	}
	if lens := label(got["lenswatch_session_results_total"].Metric[0], "lens"); lens != "quote \" and \n feed" {
		t.Errorf("lens %q", lens)
	}
	if got["lenswatch_session_interval_typical_seconds"] != nil {
		t.Error("a value that is not known is exported")
	}

	// A session whose stream is over disappears.
	store.Apply(watch.Batch{Delivered: at, Ended: []watch.StreamEnded{{Session: "lsn-0", At: at}}})
	snapshots.Update(at.Add(5*time.Second), store)
	f := scrape(t, s.Addr)["lenswatch_session_results_total"]
	if len(f.Metric) != 1 || label(f.Metric[0], "session") != "lsn-1" {
		t.Errorf("%v", f)
	}
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.Label {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

// Open sessions are those that a service lists, and a limit that is known counts down.
func TestOpenSessionsAndLimits(t *testing.T) {
	store := watch.NewStore([]watch.ServiceInfo{{Name: "a"}, {Name: "b"}}, watch.NoHistory)
	session := func(id string, status client.Status) client.Session {
		return client.Session{Service: "a", ID: id, Status: status, StatusText: status.String(), Started: at, Expires: at.Add(time.Hour)}
	}
	store.Apply(watch.Batch{
		Delivered: at,
		Opened:    []watch.StreamOpened{{Service: "a", Session: "lsn-0", Connection: new(client.Connection)}},
		Lists: []watch.Listing{{Service: "a", At: at, Sessions: []client.Session{
			session("lsn-0", client.StatusRunning), session("lsn-1", client.StatusRunning), session("lsn-2", client.StatusDestroyed),
		}}},
	})
	snapshots := &Snapshots{}
	snapshots.Update(at.Add(time.Minute), store)
	got := scrape(t, serve(t, snapshots).Addr)
	open := got["lenswatch_sessions_open"].GetMetric()
	if len(open) != 1 || label(open[0], "service") != "a" || open[0].GetGauge().GetValue() != 2 {
		t.Errorf("%v", open)
	}
	if left := got["lenswatch_session_limit_remaining_seconds"].GetMetric(); len(left) != 1 || left[0].GetGauge().GetValue() != (59*time.Minute).Seconds() {
		t.Errorf("%v", left)
	}
}

func TestSessionsAreBounded(t *testing.T) {
	snapshots := &Snapshots{}
	snapshots.Update(at, watched(MaxSessions+7))
	got := scrape(t, serve(t, snapshots).Addr)
	if n := len(got["lenswatch_session_results_total"].Metric); n != MaxSessions {
		t.Errorf("%d sessions", n)
	}
	if v := got["lenswatch_sessions_omitted"].Metric[0].GetGauge().GetValue(); v != 7 {
		t.Errorf("%v omitted", v)
	}
	if v := got["lenswatch_sessions"].Metric[0].GetGauge().GetValue(); v != MaxSessions+7 {
		t.Errorf("%v watched", v)
	}
}

func TestEmptySnapshotsAndBadAddress(t *testing.T) {
	if got := scrape(t, serve(t, &Snapshots{}).Addr); got["lenswatch_sessions"] == nil {
		t.Errorf("%v", got)
	}
	for _, addr := range []string{"1:2:3", ":http:", "127.0.0.1:99999"} {
		if s, err := Serve(addr, &Snapshots{}); err == nil {
			t.Errorf("%s: %v", addr, s.Close())
		}
	}
}

// A web page cannot read the metrics: neither by a name of its own that was made to resolve to this
// machine, nor from another site.
func TestPagesCannotReadIt(t *testing.T) {
	s := serve(t, &Snapshots{})
	for name, change := range map[string]func(*http.Request){
		"a rebound name": func(r *http.Request) { r.Host = "evil.example" },
		"another site":   func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"an image":       func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
	} {
		req, err := http.NewRequest(http.MethodGet, "http://"+s.Addr+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		change(req)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: HTTP %d", name, resp.StatusCode)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestRemoteIsKnown(t *testing.T) {
	for addr, want := range map[string]bool{"0": false, "127.0.0.1:0": false, "localhost:0": false, "0.0.0.0:0": true} {
		s, err := Serve(addr, &Snapshots{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Remote != want {
			t.Errorf("%s: %v", addr, s.Remote)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
