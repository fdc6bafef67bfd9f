package simulator

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"strconv"
)

// badGatewayPage is what a proxy says in place of the API.
const badGatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx</center>
</body>
</html>
`

// portalPage is what a captive portal says in place of the API.
const portalPage = "<html><head><title>Welcome</title></head><body>Please log in to use this network.</body></html>\n"

// serveLater lets serve do what a request asks for. The faults of a group have its answer arrive late, or not
// at all.
func (s *Simulator) serveLater(w http.ResponseWriter, r *http.Request, group string, serve func(http.ResponseWriter, *http.Request)) {
	hit := func(name string) (param, bool) {
		p, ok := s.faults.get(name, "")
		return p, ok && cmp.Or(p.group, group) == group && group != groupConsumer && group != groupSocket
	}
	_, lost := hit(FaultLostAnswer)
	slow, late := hit(FaultSlowAnswer)
	if !lost && !late {
		serve(w, r)
		return
	}
	stored := &storedAnswer{header: w.Header(), status: http.StatusOK}
	serve(stored, r)
	if late {
		pause(r.Context(), slow.d)
	}
	if lost {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
		return
	}
	w.WriteHeader(stored.status)
	_, _ = w.Write(stored.body.Bytes()) // a client that has gone needs no answer
}

// storedAnswer is an answer that is not sent yet.
type storedAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *storedAnswer) Header() http.Header         { return k.header }
func (k *storedAnswer) WriteHeader(status int)      { k.status = status }
func (k *storedAnswer) Write(p []byte) (int, error) { return k.body.Write(p) }

// broken answers a request as the HTTP faults have it, and reports whether there was one. It is
// asked twice: before the session is known, when only faults of all sessions count, and after.
func (s *Simulator) broken(w http.ResponseWriter, r *http.Request, group, session string) bool {
	hit := func(name string) (param, bool) {
		p, ok := s.faults.get(name, session)
		return p, ok && cmp.Or(p.group, group) == group
	}
	if _, ok := hit(FaultHang); ok {
		<-r.Context().Done()
		return true
	}
	if _, ok := hit(FaultReset); ok {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
		return true
	}
	if _, ok := hit(FaultFalsePage); ok {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, portalPage) // a client that has gone needs no answer
		return true
	}
	if _, ok := hit(FaultBadGateway); ok {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, badGatewayPage) // a client that has gone needs no answer
		return true
	}
	for _, name := range []string{FaultRateLimit, FaultServerError, FaultUnauthorized, FaultNotFound} {
		p, ok := hit(name)
		switch {
		case !ok:
			continue
		case group == groupHuman:
			s.human.fault(w, name, p)
		default:
			writeFault(w, r, name, p, session)
		}
		return true
	}
	return false
}

// writeFault answers as a fault has it, in the Lens API's own shapes.
func writeFault(w http.ResponseWriter, r *http.Request, name string, p param, session string) {
	switch name {
	case FaultRateLimit:
		w.Header().Set("Retry-After", strconv.Itoa(p.n))
		writeErrors(w, http.StatusTooManyRequests, "rate_limit_exceeded", "Too many requests.")
	case FaultServerError:
		writeErrors(w, http.StatusInternalServerError, "internal_logic_error", "Something went wrong.")
	case FaultUnauthorized:
		writeDetail(w)
	case FaultNotFound:
		if session != "" {
			writeUnknownSession(w, session)
		} else {
			writeErrors(w, http.StatusNotFound, "not_found", "There is no "+r.URL.Path+".")
		}
	}
}
