package cli

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lenswatch/client/guard"
	"lenswatch/client/localhttp"
)

const pprofUsage = "serve CPU and heap profiles at this `address`: \"auto\" or a socket path (only you), or a loopback address with a password, such as 127.0.0.1:6060"

// servePprof serves profiles of this process until stop is called, and says how to get one. A heap
// profile can hold what was received, so nobody else is let in: neither another machine nor another
// user of this one, nor a web page. An empty address serves nothing.
func servePprof(env Env, addr string) (stop func(), err error) {
	if addr == "" {
		return func() {}, nil
	}
	listen := pprofTCP
	if addr == "auto" || strings.ContainsRune(addr, os.PathSeparator) || strings.Contains(addr, "/") {
		listen = pprofSocket
	}
	l, handler, how, err := listen(env, addr)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}
	done := make(chan struct{})
	guard.Go("pprof", env.crashes.add, func() {
		defer close(done)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			l.Close() // profiles are lost, what is watched is not
		}
	})
	env.say("profiles: " + how)
	return func() {
		server.Close()
		<-done
	}, nil
}

// pprofSocket listens on a Unix socket that only this user can connect to.
func pprofSocket(env Env, path string) (net.Listener, http.Handler, string, error) {
	if path == "auto" {
		dir, err := runtimeFolder(env)
		if err == nil {
			err = os.MkdirAll(dir, 0o700)
		}
		if err != nil {
			return nil, nil, "", usagef("--pprof auto: no directory for the socket: %w; pass a path", err)
		}
		path = filepath.Join(dir, fmt.Sprintf("pprof-%d.sock", os.Getpid()))
		_ = os.Remove(path) // left by a process of the same number that was killed
	}
	l, err := listenPrivately(path)
	if err != nil {
		return nil, nil, "", listenError("--pprof", path, err)
	}
	return l, pprofMux(), fmt.Sprintf("curl --unix-socket %s http://localhost/debug/pprof/heap >heap; go tool pprof heap", path), nil
}

// pprofTCP listens on loopback. The other users of this machine can connect there, so each request
// needs the password that is said on standard error.
func pprofTCP(_ Env, addr string) (net.Listener, http.Handler, string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, nil, "", listenError("--pprof", addr, err)
	}
	if !localhttp.Loopback(l.Addr()) {
		l.Close()
		return nil, nil, "", usagef("--pprof %s: profiles are served to this machine only; use 127.0.0.1:6060 and, from afar, an ssh tunnel", addr)
	}
	password := rand.Text()
	handler := localhttp.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, given, _ := r.BasicAuth(); subtle.ConstantTimeCompare([]byte(given), []byte(password)) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="lenswatch profiles"`)
			http.Error(w, "The password is the one that lenswatch wrote to its standard error.", http.StatusUnauthorized)
			return
		}
		pprofMux().ServeHTTP(w, r)
	}))
	return l, handler, fmt.Sprintf("go tool pprof http://pprof:%s@%s/debug/pprof/heap", password, l.Addr()), nil
}

// runtimeFolder is where sockets go: $XDG_RUNTIME_DIR/lenswatch, or else the state folder.
func runtimeFolder(env Env) (string, error) {
	if dir := env.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "lenswatch"), nil
	}
	return stateFolder(env)
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
