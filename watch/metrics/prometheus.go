package metrics

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"lenswatch/client/guard"
	"lenswatch/client/localhttp"
)

// labelEscapes are those of label values.
var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// page writes a snapshot in Prometheus's text format, version 0.0.4. It is written by hand: the official library is
// 0.5 MB of the program, the protobuf that it links 1.6 MB, and the tests read the page with its parser.
func page(w *bufio.Writer, snap *Snapshot) {
	family := func(name, kind, help string) { fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind) }
	single := func(name, help string, v int) {
		family(name, "gauge", help)
		fmt.Fprintf(w, "%s %d\n", name, v)
	}
	single("lenswatch_sessions", "Watched sessions.", len(snap.Samples)+snap.Omitted)
	single("lenswatch_sessions_omitted", fmt.Sprintf("Watched sessions beyond the limit of %d, which are not exported.", MaxSessions), snap.Omitted)
	if len(snap.Open) > 0 {
		family("lenswatch_sessions_open", "gauge", OpenHelp)
		for _, o := range snap.Open {
			series(w, "lenswatch_sessions_open", []string{"service", o.Service}, float64(o.Sessions))
		}
	}
	if len(snap.Samples) == 0 {
		return
	}
	const status = "lenswatch_session_status_info"
	family(status, "gauge", "State and verdict of a session; always 1.")
	for _, s := range snap.Samples {
		series(w, status, append(s.labels(), "state", s.State, "verdict", s.Verdict, "severity", s.Severity), 1)
	}
	for i, f := range Table() {
		name, kind, begun := PrometheusName(f), "gauge", false
		if f.Counter {
			kind = "counter"
		}
		for _, s := range snap.Samples {
			if s.Values[i].Absent {
				continue
			}
			if !begun {
				family(name, kind, f.Help)
				begun = true
			}
			series(w, name, s.labels(), s.Values[i].Is)
		}
	}
}

// labels are those of every series of a session: name, value, name, value.
func (s *Sample) labels() []string {
	return []string{"lens", s.Lens, "service", s.Service, "session", s.Session}
}

// series writes one value with its labels.
func series(w *bufio.Writer, name string, labels []string, v float64) {
	w.WriteString(name)
	for i := 0; i < len(labels); i += 2 {
		w.WriteByte("{,"[min(i, 1)])
		w.WriteString(labels[i])
		w.WriteString(`="`)
		_, _ = labelEscapes.WriteString(w, strings.ToValidUTF8(labels[i+1], "\uFFFD"))
		w.WriteByte('"')
	}
	w.WriteString("} ")
	w.Write(strconv.AppendFloat(w.AvailableBuffer(), v, 'g', -1, 64))
	w.WriteByte('\n')
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

// maxScrapes is how many requests are answered at a time; more are asked to try again.
const maxScrapes = 4

// Handler answers with the metrics of the snapshots in Prometheus's text format, compressed if that is accepted.
func Handler(snapshots *Snapshots) http.Handler {
	slots := make(chan struct{}, maxScrapes)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		default:
			http.Error(w, "too many requests at a time", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		var to io.Writer = w
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			to = z
		}
		b := bufio.NewWriter(to)
		page(b, snapshots.Snapshot())
		_ = b.Flush() // whoever no longer reads does not need to know
	})
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
