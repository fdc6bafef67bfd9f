package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"lenswatch/client/guard"
	"lenswatch/client/localhttp"
)

// labels are those of every series of a session.
var labels = []string{"service", "session", "lens"}

// collector exports snapshots to Prometheus.
type collector struct {
	snapshots *Snapshots
	metrics   []*prometheus.Desc // as in Table
	kinds     []prometheus.ValueType
	status    *prometheus.Desc
	sessions  *prometheus.Desc
	omitted   *prometheus.Desc
}

func newCollector(snapshots *Snapshots) *collector {
	c := &collector{
		snapshots: snapshots,
		status: prometheus.NewDesc("lenswatch_session_status_info", "State and verdict of a session; always 1.",
			append(append([]string(nil), labels...), "state", "verdict", "severity"), nil),
		sessions: prometheus.NewDesc("lenswatch_sessions", "Watched sessions.", nil, nil),
		omitted:  prometheus.NewDesc("lenswatch_sessions_omitted", fmt.Sprintf("Watched sessions beyond the limit of %d, which are not exported.", MaxSessions), nil, nil),
	}
	for _, f := range Table() {
		kind := prometheus.GaugeValue
		if f.Counter {
			kind = prometheus.CounterValue
		}
		c.metrics = append(c.metrics, prometheus.NewDesc(PrometheusName(f), f.Help, labels, nil))
		c.kinds = append(c.kinds, kind)
	}
	return c
}

// PrometheusName is a value's name by the rules of Prometheus: with its unit, and "total" for counters.
func PrometheusName(f Metric) string {
	name := "lenswatch_session_" + strings.ReplaceAll(f.Name, ".", "_")
	switch {
	case f.Unit == "s":
		name += "_seconds"
	case f.Unit == "By":
		name += "_bytes"
	case strings.HasSuffix(f.Unit, "/s"):
		name += "_per_second"
	}
	if f.Counter {
		name += "_total"
	}
	return name
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range append([]*prometheus.Desc{c.status, c.sessions, c.omitted}, c.metrics...) {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	snap := c.snapshots.Snapshot()
	emit := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		m, err := prometheus.NewConstMetric(d, kind, v, labels...)
		if err != nil {
			m = prometheus.NewInvalidMetric(d, err)
		}
		out <- m
	}
	emit(c.sessions, prometheus.GaugeValue, float64(len(snap.Samples)+snap.Omitted))
	emit(c.omitted, prometheus.GaugeValue, float64(snap.Omitted))
	for _, s := range snap.Samples {
		emit(c.status, prometheus.GaugeValue, 1, s.Service, s.Session, s.Lens, s.State, s.Verdict, s.Severity)
		for i, v := range s.Values {
			if !v.Absent {
				emit(c.metrics[i], c.kinds[i], v.Is, s.Service, s.Session, s.Lens)
			}
		}
	}
}

// Handler answers with the metrics of the snapshots in the formats of Prometheus.
func Handler(snapshots *Snapshots) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(snapshots))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, EnableOpenMetrics: true})
}

// Server serves /metrics.
type Server struct {
	Addr   string // where it listens: host and port
	Remote bool   // other machines can connect
	server *http.Server
	done   chan struct{}
	err    error // why it ended by itself
}

// Serve listens on an address: a port alone, or with an empty host, is of this machine only; port 0
// takes a free one. Web pages cannot read it: a request has to name the host by an address, as
// localhost, by the name that is listened on or by that of this machine (see package localhttp).
func Serve(addr string, snapshots *Snapshots) (*Server, error) {
	if !strings.Contains(addr, ":") {
		addr = ":" + addr
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", Handler(snapshots))
	names := []string{strings.ToLower(host)}
	if name, err := os.Hostname(); err == nil {
		names = append(names, strings.ToLower(name))
	}
	s := &Server{
		Addr: l.Addr().String(), Remote: !localhttp.Loopback(l.Addr()), done: make(chan struct{}),
		server: &http.Server{Handler: localhttp.Handler(mux, names...), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10},
	}
	guard.Go("metrics", nil, func() {
		defer close(s.done)
		if err := guard.Run("metrics", func() error { return s.server.Serve(l) }); !errors.Is(err, http.ErrServerClosed) {
			s.err = err
		}
	})
	return s, nil
}

// Close stops serving. A request under way has a second to end. It returns why serving ended
// before, if it did.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.server.Shutdown(ctx) != nil {
		_ = s.server.Close() // whoever is still reading has had the time
	}
	<-s.done
	return s.err
}
