// Package localhttp keeps web pages away from the HTTP endpoints that lenswatch serves on this machine.
//
// A web page can make a browser send requests to loopback: by a form or a script of another site,
// or, once its own name was made to resolve to 127.0.0.1 (DNS rebinding), as if the endpoint were its
// own site. [Handler] refuses what only such a page sends. It does not distinguish the users of this machine
// apart: whoever can run a program here can connect, unless the endpoint asks for more.
package localhttp

import (
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"

	"lenswatch/client/guard"
)

// Refusal is why a request is not let through.
type Refusal struct {
	Status int // of HTTP
	Reason string
}

// Handler lets those requests through to next that [Check] lets through, and answers the others with the
// reason, as text. A panic of next is answered with status 500.
func Handler(next http.Handler, names ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refused := Check(r, names...); refused != nil {
			http.Error(w, refused.Reason, refused.Status)
			return
		}
		// The server's own net would print what the panic says, to the terminal.
		if c := guard.Do("HTTP endpoint", func() { next.ServeHTTP(w, r) }); c != nil {
			http.Error(w, c.Error(), http.StatusInternalServerError)
		}
	})
}

// Check refuses requests that a web page can have made: those for a host name that is neither this
// machine's loopback nor one of names, those that a browser says come from another site, and those
// with a body of a kind that a form can send. It returns nil for all others.
func Check(r *http.Request, names ...string) *Refusal {
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	switch {
	case !known(r.Host, names):
		return &Refusal{http.StatusForbidden, "This endpoint answers to IP addresses and to localhost, not to other host names: they may be a web page's."}
	case site != "" && site != "none" && site != "same-origin", origin != "" && origin != "http://"+r.Host:
		return &Refusal{http.StatusForbidden, "This endpoint does not answer requests that come from a web page of another site."}
	case r.Method != http.MethodGet && r.Method != http.MethodHead && fromForm(r):
		return &Refusal{http.StatusUnsupportedMediaType, "A request with a body needs the header Content-Type: application/json (curl --json does that); a web page's form cannot send it."}
	}
	return nil
}

// known reports whether a Host header names this machine as only itself does: a name that someone
// else can make resolve to it is none. IP addresses resolve to themselves.
func known(host string, names []string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	bare, _, _ := strings.Cut(name, "%") // an IPv6 zone
	return name == "localhost" || net.ParseIP(bare) != nil || name != "" && slices.Contains(names, name)
}

// fromForm reports whether a page of another site may send such a body without asking first
// (the "simple" requests of the Fetch standard).
func fromForm(r *http.Request) bool {
	declared := r.Header.Get("Content-Type")
	if declared == "" {
		return r.ContentLength != 0
	}
	kind, _, err := mime.ParseMediaType(declared)
	return err != nil || kind == "text/plain" || kind == "application/x-www-form-urlencoded" || strings.HasPrefix(kind, "multipart/")
}

// LoopbackHost reports whether a host, by its name or its IP address, is this machine.
func LoopbackHost(host string) bool {
	bare, _, _ := strings.Cut(host, "%") // an IPv6 zone
	ip := net.ParseIP(bare)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// Loopback reports whether an address is reached from this machine alone.
func Loopback(a net.Addr) bool {
	switch a := a.(type) {
	case *net.TCPAddr:
		return a.IP.IsLoopback()
	case *net.UnixAddr:
		return true
	}
	return false
}
