package cli

import (
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"time"
)

// servePprof serves profiles of this process on an address of this machine until stop is called.
// An empty address serves nothing. A heap profile can hold what was received, so no other machine
// is let in.
func servePprof(addr string) (stop func(), err error) {
	if addr == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, listenError("--pprof", addr, err)
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		l.Close()
		return nil, usagef("--pprof %s: profiles are served to this machine only; use 127.0.0.1:6060 and, from afar, an ssh tunnel", addr)
	}
	server := &http.Server{Handler: pprofMux(), ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			l.Close() // profiles are lost, what is watched is not
		}
	}()
	return func() {
		server.Close()
		<-done
	}, nil
}

// pprofMux has the handlers of net/http/pprof, which by itself only offers them to every server of
// the process.
func pprofMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
