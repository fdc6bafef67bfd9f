package simulator

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	basePath     = "/v0.5"
	consumerPath = basePath + "/lens/sessions/consumer/"
	socketPath   = basePath + "/lens/sessions/"

	// maxBody is the longest request that is read: an RPC may carry an image.
	maxBody = 16 << 20
	// bodyTimeout is how long a request's body may take on the real clock.
	bodyTimeout = 30 * time.Second
)

// route is how one path answers.
type route struct {
	method string
	group  string // of HTTP faults
	serve  func(http.ResponseWriter, *http.Request)
}

func (s *Simulator) makeRoutes() map[string]route {
	return map[string]route{
		basePath + "/lens/info":                    {http.MethodGet, groupLens, s.lensInfo},
		basePath + "/lens/metadata":                {http.MethodGet, groupLens, s.lensMetadata},
		basePath + "/lens/register":                {http.MethodPost, groupLens, s.registerLens},
		basePath + "/lens/clone":                   {http.MethodPost, groupLens, s.cloneLens},
		basePath + "/lens/modify":                  {http.MethodPost, groupLens, s.modifyLens},
		basePath + "/lens/delete":                  {http.MethodPost, groupLens, s.deleteLens},
		basePath + "/lens/sessions/info":           {http.MethodGet, groupSessions, s.sessionInfo},
		basePath + "/lens/sessions/metadata":       {http.MethodGet, groupSessions, s.sessionMetadata},
		basePath + "/lens/sessions/create":         {http.MethodPost, groupCreate, s.createSession},
		basePath + "/lens/sessions/destroy":        {http.MethodPost, groupDestroy, s.destroySession},
		basePath + "/lens/sessions/events/process": {http.MethodPost, groupProcess, s.processEvent},
		filesPath:               {http.MethodPost, groupFiles, s.upload(false)},
		filesPath + "/base64":   {http.MethodPost, groupFiles, s.upload(true)},
		filesPath + "/info":     {http.MethodGet, groupFiles, s.fileInfo},
		filesPath + "/metadata": {http.MethodGet, groupFiles, s.fileMetadata},
	}
}

// Handler answers the Lens API below /v0.5, AgentHuman below /v1, and the control endpoint below /_sim. Streams end with
// Close.
func (s *Simulator) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			writeErrors(w, http.StatusServiceUnavailable, "unavailable", "The simulator is closed.")
			return
		}
		defer s.wg.Done()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		// Close must not wait for a client that has stopped reading.
		defer context.AfterFunc(s.ctx, func() {
			cancel()
			// Not every ResponseWriter has deadlines; what cannot be hurried is waited for.
			_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0))
		})()
		s.dispatch(w, r.WithContext(ctx))
	})
}

func (s *Simulator) dispatch(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if path == controlPath || strings.HasPrefix(path, controlPath+"/") {
		s.control(w, r)
		return
	}
	if strings.HasPrefix(path, humanPath+"/") {
		s.serveHuman(w, r)
		return
	}
	rt, found := s.routes[path]
	if !found {
		rt, found = s.sessionRoute(path)
	}
	switch {
	case !found:
		writeErrors(w, http.StatusNotFound, "not_found", "There is no "+path+".")
	case r.Method != rt.method:
		w.Header().Set("Allow", rt.method)
		writeErrors(w, http.StatusMethodNotAllowed, "method_not_allowed", r.Method+" is not allowed here.")
	case s.broken(w, r, rt.group, ""):
	case !s.authorised(r):
		writeDetail(w)
	default:
		s.serveLater(w, r, rt.group, rt.serve)
	}
}

// sessionRoute is the route of a path that ends with the id of a session or a file.
func (s *Simulator) sessionRoute(path string) (route, bool) {
	if id, ok := strings.CutPrefix(path, consumerPath); ok && id != "" && !strings.Contains(id, "/") {
		return route{http.MethodGet, groupConsumer, func(w http.ResponseWriter, r *http.Request) { s.consume(w, r, id) }}, true
	}
	if id, ok := strings.CutPrefix(path, socketPath); ok && id != "" && !strings.Contains(id, "/") {
		return route{http.MethodGet, groupSocket, func(w http.ResponseWriter, r *http.Request) { s.socket(w, r, id) }}, true
	}
	return s.fileRoute(path)
}

// authorised looks for the key where the documents have it: in the Authorization header, or for
// browsers, which cannot set it on a WebSocket, among the offered subprotocols.
func (s *Simulator) authorised(r *http.Request) bool {
	if scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return s.isKey(strings.TrimSpace(key))
	}
	for _, p := range offered(r) {
		if s.isKey(p) || s.isKey(strings.TrimPrefix(p, "bearer.")) {
			return true
		}
	}
	return false
}

// isKey takes the same time whatever the difference.
func (s *Simulator) isKey(key string) bool {
	return subtle.ConstantTimeCompare([]byte(key), []byte(s.cfg.Key)) == 1
}

// readJSON reads a request's body, whatever its Content-Type: the SDK sends none. It answers by
// itself if the body is no JSON object.
func readJSON(w http.ResponseWriter, r *http.Request) (map[string]any, bool) {
	// A ResponseWriter without deadlines, as in tests, has no slow clients either.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		writeErrors(w, http.StatusRequestEntityTooLarge, "request_too_large", fmt.Sprintf("A request has at most %d bytes.", maxBody))
		return nil, false
	}
	var v map[string]any
	if err != nil || decode(body, &v) != nil || v == nil {
		writeErrors(w, http.StatusBadRequest, "invalid_json", "The body is not a JSON object.")
		return nil, false
	}
	return v, true
}

// readWith is readJSON for bodies that need a string member, which it returns too.
func readWith(w http.ResponseWriter, r *http.Request, key string) (body map[string]any, value string, ok bool) {
	if body, ok = readJSON(w, r); ok {
		value, ok = required(w, body, key)
	}
	return body, value, ok
}

// required takes a string member, and answers by itself if it is missing.
func required(w http.ResponseWriter, body map[string]any, key string) (string, bool) {
	v, _ := body[key].(string)
	if v == "" {
		writeErrors(w, http.StatusBadRequest, "missing_parameter", "The parameter "+key+" is required.")
	}
	return v, v != ""
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	b := append(encode(v), '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(code)
	_, _ = w.Write(b) // a client that has gone needs no answer
}

// writeErrors answers in the shape of the present documents.
func writeErrors(w http.ResponseWriter, code int, name, message string) {
	writeJSON(w, code, object{{"errors", []object{{
		{"code", name},
		{"message", message},
		{"suggestion", "See the API reference."},
		{"error_uid", fmt.Sprintf("err-%016x", uint64(time.Now().UnixNano()))},
	}}}})
}

// quotaMessage is the service's own wording.
const quotaMessage = "Failed to allocate lens runner - try stopping an older session!"

// writeQuota answers in the shape that lens create has been seen to answer with: plain strings.
func writeQuota(w http.ResponseWriter) {
	writeJSON(w, http.StatusBadRequest, object{{"errors", []string{quotaMessage}}})
}

// writeDetail answers in the legacy shape of authentication failures.
func writeDetail(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	writeJSON(w, http.StatusUnauthorized, object{{"detail", "Invalid API key"}})
}

func writeUnknownSession(w http.ResponseWriter, id string) {
	writeErrors(w, http.StatusNotFound, "session_not_found", unknownSession(id))
}

func unknownSession(id string) string { return "Unknown session id: " + id }
