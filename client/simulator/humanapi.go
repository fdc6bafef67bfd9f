package simulator

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// humanPath is where AgentHuman's API is, on the same server as the Lens API.
const humanPath = "/v1"

// HumanEndpoint is AgentHuman's base URL on the server whose Lens API has the given base URL, as
// [Simulator.Listen] returns it.
func HumanEndpoint(baseURL string) string { return strings.TrimSuffix(baseURL, basePath) + humanPath }

// serveHuman answers below /v1.
func (s *Simulator) serveHuman(w http.ResponseWriter, r *http.Request) {
	h := s.human
	key := r.Header.Get("x-api-key")
	switch {
	case s.broken(w, r, groupHuman, ""):
		return
	case key == "":
		writeJSON(w, http.StatusUnauthorized, object{{"error", "API key required"}})
		return
	case subtle.ConstantTimeCompare([]byte(key), []byte(s.cfg.Human.Key)) != 1:
		writeHumanKey(w)
		return
	case !h.admit(w, time.Now()):
		return
	}
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, humanPath), "/"), "/")
	if len(parts) >= 2 && parts[0] == "sessions" && s.broken(w, r, groupHuman, parts[1]) {
		return
	}
	s.serveLater(w, r, groupHuman, func(w http.ResponseWriter, r *http.Request) { h.route(w, r, parts) })
}

// route answers by method and path.
func (h *human) route(w http.ResponseWriter, r *http.Request, parts []string) {
	switch what := r.Method + " " + parts[0]; {
	case len(parts) == 1 && what == "GET usage":
		writeJSON(w, http.StatusOK, object{{"success", true}, {"usage", h.usage(time.Now())}})
	case len(parts) == 1 && what == "GET avatars":
		writeJSON(w, http.StatusOK, humanAvatars)
	case len(parts) == 1 && what == "GET sessions":
		h.serveList(w, r.URL.Query().Get("status"))
	case len(parts) == 1 && what == "POST sessions":
		h.serveCreate(w, r)
	case len(parts) == 2 && what == "GET sessions":
		h.serveSession(w, parts[1])
	case len(parts) == 3 && what == "POST sessions" && parts[2] == "end":
		h.serveEnd(w, parts[1])
	default:
		writeHuman(w, http.StatusNotFound, "Not found", "")
	}
}

// admit counts a request, notifies the client where it stands, and refuses what is too much.
func (h *human) admit(w http.ResponseWriter, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if length := h.scaled(humanWindow); now.Sub(h.window) >= length {
		h.window, h.requests = now, 0
	}
	h.requests++
	h.total++
	left := h.cfg.Rate - h.requests
	reset := h.window.Add(h.scaled(humanWindow))
	writeHumanRate(w, h.cfg.Rate, max(0, left), reset)
	if left < 0 {
		writeHumanLimited(w)
		return false
	}
	return true
}

func writeHumanRate(w http.ResponseWriter, limit, remaining int, reset time.Time) {
	w.Header().Set("X-RateLimit-Limit", strconv.Itoa(limit))
	w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(int64(math.Ceil(float64(reset.UnixMilli())/1000)), 10))
}

func writeHumanLimited(w http.ResponseWriter) {
	writeJSON(w, http.StatusTooManyRequests, object{{"success", false}, {"error", "Too many requests. Please retry after 1 minute."}})
}

// writeHumanKey answers in the shape of authentication errors. The documents do not show the text
// for a wrong key.
func writeHumanKey(w http.ResponseWriter) {
	writeJSON(w, http.StatusUnauthorized, object{{"error", "Invalid API key"}})
}

// writeHuman answers in the shape of an endpoint's errors.
func writeHuman(w http.ResponseWriter, code int, message, suggestion string) {
	e := object{{"message", message}}
	if suggestion != "" {
		e = append(e, member{"suggestion", suggestion})
	}
	writeJSON(w, code, object{{"success", false}, {"error", e}})
}

// writeHumanUsage answers in the shape of usage enforcement.
func writeHumanUsage(w http.ResponseWriter, code, message string, details object) {
	writeJSON(w, http.StatusForbidden, object{{"success", false}, {"error", object{{"code", code}, {"message", message}, {"details", details}}}})
}

// fault answers as a fault has it, in AgentHuman's own shapes.
func (h *human) fault(w http.ResponseWriter, name string, p param) {
	switch name {
	case FaultRateLimit:
		h.mu.Lock()
		rate := h.cfg.Rate
		h.mu.Unlock()
		writeHumanRate(w, rate, 0, time.Now().Add(time.Duration(p.n)*time.Second))
		writeHumanLimited(w)
	case FaultServerError:
		writeHuman(w, http.StatusInternalServerError, "Internal server error", "")
	case FaultUnauthorized:
		writeHumanKey(w)
	case FaultNotFound:
		writeHuman(w, http.StatusNotFound, "Session not found", "")
	}
}

func humanStamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// word is a status as the service spells it.
func (h *human) word(status string) string {
	if status == "started" && h.cfg.Active {
		return "active"
	}
	return status
}

// record is what get and list report. h.mu is held.
func (h *human) record(s *humanSession, now time.Time) object {
	o := object{
		{"session_id", s.id}, {"status", h.word(s.status)}, {"started_at", humanStamp(s.started)},
		{"ended_at", humanStamp(s.ended)}, {"expiration", humanStamp(s.expires)},
	}
	switch s.status {
	case "started":
		o = append(o, member{"duration", int(now.Sub(s.started) / time.Second)})
	case "ended":
		o = append(o, member{"duration", int(s.ended.Sub(s.started) / time.Second)})
	default:
		o = append(o, member{"duration", nil})
	}
	return append(o, member{"metadata", s.metadata})
}

// serveList lists sessions, newest first. A status that is none means all.
func (h *human) serveList(w http.ResponseWriter, status string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.settle(now)
	list := []object{}
	for _, s := range slices.Backward(h.sessions) {
		if (status == "started" || status == "ended") && s.status != status {
			continue
		}
		o := append(h.record(s, now), member{"aspect_ratio", s.aspect})
		if s.status == "ended" {
			o = append(o, member{"billing", object{{"minutes", s.minutes}, {"source", "plan"}}})
		}
		list = append(list, o)
	}
	writeJSON(w, http.StatusOK, object{{"success", true}, {"sessions", list}})
}

func (h *human) serveSession(w http.ResponseWriter, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.settle(now)
	if s := h.find(id); s != nil {
		writeJSON(w, http.StatusOK, object{{"success", true}, {"session", h.record(s, now)}})
		return
	}
	writeHuman(w, http.StatusNotFound, "Session not found", "")
}

// serveEnd ends a session. Its answer is partial, as the documents show it.
func (h *human) serveEnd(w http.ResponseWriter, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.settle(now)
	s := h.find(id)
	switch {
	case s == nil:
		writeHuman(w, http.StatusNotFound, "Session not found", "")
		return
	case s.status == "created":
		writeHuman(w, http.StatusBadRequest, "Only started sessions can be ended", "")
		return
	case s.status == "started":
		h.end(s, now)
	}
	writeJSON(w, http.StatusOK, object{{"success", true}, {"session", object{
		{"session_id", s.id}, {"status", "ended"}, {"started_at", humanStamp(s.started)}, {"ended_at", humanStamp(s.ended)},
	}}})
}

func (h *human) serveCreate(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout)) // see readJSON
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var in map[string]any
	if err != nil || decode(body, &in) != nil || in == nil {
		writeHuman(w, http.StatusBadRequest, "Request body must be a JSON object", "")
		return
	}
	metadata, isObject := in["metadata"].(map[string]any)
	if _, reported := in["metadata"]; reported && !isObject {
		writeHuman(w, http.StatusBadRequest, "metadata must be an object", "Send metadata as key-value pairs")
		return
	}
	avatar, _ := in["avatar"].(string)
	aspect, _ := in["aspect_ratio"].(string)
	aspect = cmp.Or(aspect, "4:3")
	switch {
	case avatar == "":
		writeHuman(w, http.StatusBadRequest, "Avatar ID is required", "Include avatar_id in the request body")
		return
	case !slices.Contains([]string{"4:3", "3:4", "1:1"}, aspect):
		writeHuman(w, http.StatusBadRequest, "Invalid aspect_ratio", "Use 4:3, 3:4 or 1:1")
		return
	case !humanRoom(in["room"]):
		writeHuman(w, http.StatusBadRequest, "room is required", "Include platform (daily or livekit), url and token of your room")
		return
	case avatar == HumanForeignAvatar:
		writeHuman(w, http.StatusForbidden, "Access denied to this avatar", "")
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answerCreate(w, time.Now(), aspect, metadata)
}

// humanRoom reports whether a room can be joined.
func humanRoom(v any) bool {
	room, _ := v.(map[string]any)
	platform, _ := room["platform"].(string)
	url, _ := room["url"].(string)
	return (platform == "daily" || platform == "livekit") && url != ""
}

func (h *human) answerCreate(w http.ResponseWriter, now time.Time, aspect string, metadata map[string]any) {
	s, err := h.add(now, aspect, metadata, false)
	switch {
	case errors.Is(err, errHumanMinutes):
		writeHumanUsage(w, "INSUFFICIENT_MINUTES", "You have no minutes left in your plan", object{{"total_remaining", h.left()}})
	case err != nil:
		writeHumanUsage(w, "CONCURRENCY_LIMIT_EXCEEDED", "You have reached the concurrent sessions of your plan", h.concurrency())
	default:
		writeJSON(w, http.StatusCreated, object{
			{"success", true},
			{"session", object{
				{"session_id", s.id}, {"status", h.word(s.status)}, {"session_token", s.token}, {"started_at", humanStamp(s.started)},
				{"ended_at", nil}, {"expiration", humanStamp(s.expires)}, {"metadata", s.metadata},
			}},
			{"usage", object{{"concurrency", h.concurrency()}, {"minutes", object{{"total_remaining", h.left()}}}}},
			{"message", "Session created successfully"},
		})
	}
}

func (h *human) concurrency() object {
	n := h.live()
	return object{{"current", n}, {"max", h.cfg.Sessions}, {"available", max(0, h.cfg.Sessions-n)}}
}

// humanAvatars is the answer that lists avatars.
var humanAvatars = object{
	{"success", true},
	{"public_avatars", []object{
		{{"avatar_id", "PUBLIC/Avatars/sara-office"}, {"tags", []string{"office"}}},
		{{"avatar_id", "PUBLIC/Avatars/noah-studio"}, {"tags", []string{"studio"}}},
	}},
	{"my_avatars", []object{{{"avatar_id", "avat_01J8QZ4M7N3R5T6V8W9X0Y1Z2A"}, {"tags", []string{}}}}},
}

// usage is the account's numbers. Here, and here alone, a started session is called active.
func (h *human) usage(now time.Time) object {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(now)
	const layout = "2006-01-02T15:04:05.000Z"
	month := time.Date(now.UTC().Year(), now.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	active := []object{}
	for _, s := range h.sessions {
		if s.status == "started" {
			active = append(active, object{
				{"session_id", s.id}, {"status", "active"}, {"started_at", s.started.UTC().Format(layout)},
				{"duration", int(now.Sub(s.started) / time.Second)},
			})
		}
	}
	return object{
		{"period", object{{"start", month.Format(layout)}, {"end", month.AddDate(0, 1, 0).Format(layout)}}},
		{"included_minutes", object{{"total", h.cfg.Minutes}, {"used", h.used}, {"remaining", h.left()}}},
		{"purchased_minutes", object{{"total", 0}, {"remaining", 0}}},
		{"total_remaining", h.left()},
		{"active_sessions", active},
		{"active_minutes", h.active(now)},
		{"concurrency", h.concurrency()},
		{"plan", object{
			{"key", "explorer"}, {"name", "Explorer"}, {"max_session_duration", h.cfg.MaxDuration.Minutes()}, {"will_renew", true},
		}},
	}
}
