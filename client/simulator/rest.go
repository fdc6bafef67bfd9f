package simulator

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// orgID is the organisation of every session, as in the documents' samples.
const orgID = "your-org"

// lensInfo and sessionInfo answer with counts. The documents do not say what these endpoints report;
// the members are this simulator's own.
func (s *Simulator) lensInfo(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, object{
		{"org_id", orgID}, {"num_lenses", len(s.lensList())}, {"last_update_timestamp", unix(time.Now())},
	})
}

func (s *Simulator) sessionInfo(w http.ResponseWriter, r *http.Request) {
	list := s.list()
	if id := r.URL.Query().Get("session_id"); id != "" {
		list = slices.DeleteFunc(list, func(sess *session) bool { return sess.id != id })
	}
	active := 0
	for _, sess := range list {
		if sess.currentStatus().live() {
			active++
		}
	}
	s.mu.Lock()
	made := s.created
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, object{
		{"org_id", orgID}, {"num_active_sessions", active}, {"num_sessions", len(list)}, {"num_sessions_created", made},
		{"last_update_timestamp", unix(time.Now())},
	})
}

func (s *Simulator) lensList() []*lens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lenses)
}

func (s *Simulator) lensMetadata(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("lens_id")
	records := []object{}
	for _, l := range s.lensList() {
		if id == "" || l.ID == id {
			records = append(records, s.lensRecord(l))
		}
	}
	writeShard(w, r, records)
}

// lensRecord is a lens's record, without its outputs if a fault took them from all lenses.
func (s *Simulator) lensRecord(l *lens) object {
	if s.faults.has(FaultNoOutput, "") {
		bare := *l
		bare.Config = withoutOutputs(l.Config)
		l = &bare
	}
	return l.record()
}

func (s *Simulator) sessionMetadata(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("session_id")
	if id != "" && s.broken(w, r, groupSessions, id) {
		return
	}
	records := []object{}
	for _, sess := range s.list() {
		if id == "" || sess.id == id {
			records = append(records, sess.metadata(r))
		}
	}
	writeShard(w, r, records)
}

// writeShard answers with one shard of a list. Without the two parameters, or with -1 as the SDK
// sends them, that is all of it.
func writeShard(w http.ResponseWriter, r *http.Request, list []object) {
	q := r.URL.Query()
	size, err := strconv.Atoi(q.Get("max_items_per_shard"))
	if err == nil && size > 0 {
		index, err := strconv.Atoi(q.Get("shard_index"))
		if err != nil || index < 0 {
			index = 0
		}
		size = min(size, len(list)+1)
		from := min(min(index, len(list))*size, len(list))
		list = list[from:min(from+size, len(list))]
	}
	writeJSON(w, http.StatusOK, list)
}

func (s *Simulator) createSession(w http.ResponseWriter, r *http.Request) {
	_, lensID, ok := readWith(w, r, "lens_id")
	if !ok {
		return
	}
	sess, err := s.create(lensID)
	switch {
	case errors.Is(err, ErrQuota):
		writeQuota(w)
	case errors.Is(err, ErrUnknown):
		writeErrors(w, http.StatusNotFound, "lens_not_found", "Unknown lens id: "+lensID)
	case err != nil:
		writeErrors(w, http.StatusServiceUnavailable, "unavailable", err.Error())
	default:
		writeJSON(w, http.StatusOK, sess.record(r, sess.currentStatus().prefixed()))
	}
}

func (s *Simulator) destroySession(w http.ResponseWriter, r *http.Request) {
	_, id, ok := readWith(w, r, "session_id")
	if !ok || s.broken(w, r, groupDestroy, id) {
		return
	}
	sess := s.find(id)
	if sess == nil {
		writeUnknownSession(w, id)
		return
	}
	sess.finish(statusDestroyed)
	writeJSON(w, http.StatusOK, sess.farewell(r))
}

// consume serves a session's event stream.
func (s *Simulator) consume(w http.ResponseWriter, r *http.Request, id string) {
	if s.broken(w, r, groupConsumer, id) {
		return
	}
	sess := s.find(id)
	if sess == nil {
		writeUnknownSession(w, id)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Accel-Buffering", "no") // asks nginx not to hold events back
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush() // the reader finds out by itself if the client has gone
	sess.newReader(r.Context(), w, r.Header.Get("Last-Event-ID")).run()
}
