package simulator

import (
	"cmp"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"lenswatch/client/localhttp"
)

const controlPath = "/_sim"

// control serves the control endpoint to programs of this machine alone, and not to web pages: it asks
// for no key.
func (s *Simulator) control(w http.ResponseWriter, r *http.Request) {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil { // else it is a connection in memory
		if !localhttp.LoopbackHost(host) {
			writeErrors(w, http.StatusForbidden, "forbidden", "The control endpoint answers this machine only.")
			return
		}
		if refused := localhttp.Check(r); refused != nil {
			writeErrors(w, refused.Status, "forbidden", refused.Reason)
			return
		}
	}
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, controlPath), "/"), "/")
	switch what := r.Method + " " + parts[0]; {
	case parts[0] == "human":
		s.controlHuman(w, r, parts[1:])
	case len(parts) == 1 && what == "GET ":
		writeJSON(w, http.StatusOK, controlHelp())
	case len(parts) == 1 && what == "GET state":
		writeJSON(w, http.StatusOK, s.state())
	case len(parts) == 1 && what == "GET faults":
		writeJSON(w, http.StatusOK, s.faultRecords())
	case len(parts) == 1 && what == "POST faults":
		s.controlInject(w, r)
	case len(parts) == 1 && what == "DELETE faults":
		s.Heal(r.URL.Query().Get("name"), r.URL.Query().Get("session"))
		writeJSON(w, http.StatusOK, s.faultRecords())
	case len(parts) == 1 && what == "POST sessions":
		s.controlCreate(w, r)
	case len(parts) == 2 && what == "DELETE sessions":
		s.controlDestroy(w, parts[1])
	case len(parts) == 3 && what == "POST sessions" && parts[2] == "emit":
		s.controlEmit(w, r, parts[1])
	case slices.Contains([]string{"", "state", "faults", "sessions"}, parts[0]) && len(parts) <= 3:
		writeErrors(w, http.StatusMethodNotAllowed, "method_not_allowed", r.Method+" is not allowed here; see GET "+controlPath+"/.")
	default:
		writeErrors(w, http.StatusNotFound, "not_found", "There is no "+r.URL.Path+"; see GET "+controlPath+"/.")
	}
}

// controlHelp lists what there is.
func controlHelp() object {
	faults := []object{}
	for _, f := range Faults() {
		faults = append(faults, object{{"name", f.Name}, {"arg", f.Arg}, {"doc", f.Doc}})
	}
	return object{
		{"endpoints", append([]string{
			"GET /_sim/state",
			"GET /_sim/faults",
			`POST /_sim/faults {"fault": "NAME[=ARG]", "session": "lsn-... or empty for all"}`,
			"DELETE /_sim/faults?name=NAME&session=ID (either may be left out)",
			`POST /_sim/sessions {"lens_id": "lns-..."}`,
			"DELETE /_sim/sessions/{session_id}",
			"POST /_sim/sessions/{session_id}/emit (the body is the data of one event; ?wire=1: it is put on the wire as it is)",
		}, humanControls...)},
		{"groups", groupNames},
		{"faults", faults},
	}
}

func (s *Simulator) faultRecords() []object {
	out := []object{}
	for _, f := range s.faults.all() {
		out = append(out, object{{"name", f.Name}, {"arg", f.Arg}, {"session", f.Session}})
	}
	return out
}

func (s *Simulator) controlInject(w http.ResponseWriter, r *http.Request) {
	body, text, ok := readWith(w, r, "fault")
	if !ok {
		return
	}
	f, err := ParseFault(text)
	f.Session, _ = body["session"].(string)
	if err == nil {
		err = s.Inject(f)
	}
	if err != nil {
		writeErrors(w, http.StatusBadRequest, "invalid_fault", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, s.faultRecords())
}

func (s *Simulator) controlCreate(w http.ResponseWriter, r *http.Request) {
	body, ok := readJSON(w, r)
	if !ok {
		return
	}
	lensID, _ := body["lens_id"].(string)
	sess, err := s.create(cmp.Or(lensID, LensActivityMonitor))
	switch {
	case errors.Is(err, ErrUnknown):
		writeErrors(w, http.StatusNotFound, "lens_not_found", err.Error())
	case err != nil:
		writeErrors(w, http.StatusConflict, "capacity_reached", err.Error())
	default:
		writeJSON(w, http.StatusOK, sess.metadata(r))
	}
}

func (s *Simulator) controlDestroy(w http.ResponseWriter, id string) {
	if err := s.Destroy(id); err != nil {
		writeUnknownSession(w, id)
		return
	}
	writeJSON(w, http.StatusOK, object{{"session_id", id}})
}

func (s *Simulator) controlEmit(w http.ResponseWriter, r *http.Request, id string) {
	sess := s.find(id)
	if sess == nil {
		writeUnknownSession(w, id)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil || len(body) == 0 {
		writeErrors(w, http.StatusBadRequest, "missing_parameter", "The body is the event, of at most 16 MiB.")
		return
	}
	sess.emit(body, r.URL.Query().Get("wire") == "1")
	writeJSON(w, http.StatusOK, object{{"session_id", id}, {"num_bytes", len(body)}})
}

// emit puts an event on the session's stream, wherever its own output goes.
func (s *session) emit(payload []byte, wire bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events.add(item{n: 1, payload: payload, wire: wire})
	s.announce()
}

// state is everything that can be counted.
func (s *Simulator) state() object {
	sessions := []object{}
	for _, sess := range s.list() {
		sessions = append(sessions, sess.state())
	}
	return object{{"quota", s.cfg.Quota}, {"sessions", sessions}, {"faults", s.faultRecords()}}
}

func (s *session) state() object {
	s.mu.Lock()
	defer s.mu.Unlock()
	readers := []object{}
	for _, r := range s.readers {
		readers = append(readers, object{
			{"reader_id", r.id}, {"opened_timestamp", unix(r.opened)}, {"position", int64(r.pos)},
			{"num_messages", r.messages.Load()}, {"num_bytes", r.bytes.Load()}, {"num_lost", r.overruns.Load()},
		})
	}
	return object{
		{"session_id", s.id}, {"lens_id", s.lensID}, {"lens_name", s.lensName}, {"session_status", s.status.bare()},
		{"registration_timestamp", unix(s.registered)}, {"last_activity_timestamp", unix(s.lastActivity)},
		{"num_active_connections", s.count.connections}, {"num_updates", s.count.updates}, {"num_inputs", s.count.inputs},
		{"num_outputs", s.count.outputs}, {"num_events", s.count.events},
		{"next_event", int64(s.events.next)}, {"oldest_event", int64(s.events.oldest())}, {"ring_bytes", s.events.bytes},
		{"num_lost", s.lost}, {"mailbox_events", int64(s.mailbox.ring.next - s.mailbox.ring.oldest())},
		{"readers", readers},
	}
}
