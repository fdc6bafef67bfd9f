package simulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"
)

// humanControls lists the control endpoint's part that is about AgentHuman.
var humanControls = []string{
	"GET /_sim/human",
	`POST /_sim/human {"minutes": 10, "sessions": 5, "rate": 60, "active": false} (each may be left out; minutes are those left)`,
	`POST /_sim/human/sessions {"created": true} (created: it waits to be started; may be left out)`,
	"POST /_sim/human/sessions/{session_id}/start",
	"DELETE /_sim/human/sessions/{session_id}?cause=CAUSE (disconnect, empty-room, expiry or orphan)",
}

// controlHuman serves the control endpoint below /_sim/human.
func (s *Simulator) controlHuman(w http.ResponseWriter, r *http.Request, parts []string) {
	switch {
	case len(parts) == 0 && r.Method == http.MethodGet:
		writeJSON(w, http.StatusOK, s.human.state())
	case len(parts) == 0 && r.Method == http.MethodPost:
		s.setHuman(w, r)
	case len(parts) == 1 && parts[0] == "sessions" && r.Method == http.MethodPost:
		s.controlHumanCreate(w, r)
	case len(parts) == 3 && parts[0] == "sessions" && parts[2] == "start" && r.Method == http.MethodPost:
		s.controlHumanStart(w, parts[1])
	case len(parts) == 2 && parts[0] == "sessions" && r.Method == http.MethodDelete:
		switch err := s.EndHuman(parts[1], cmp.Or(r.URL.Query().Get("cause"), HumanDisconnect)); {
		case errors.Is(err, ErrUnknown):
			writeUnknownSession(w, parts[1])
		case err != nil:
			writeErrors(w, http.StatusBadRequest, "invalid_cause", err.Error())
		default:
			writeJSON(w, http.StatusOK, s.human.state())
		}
	default:
		writeErrors(w, http.StatusNotFound, "not_found", "There is no "+r.Method+" "+r.URL.Path+"; see GET "+controlPath+"/.")
	}
}

// setHuman changes the account.
func (s *Simulator) setHuman(w http.ResponseWriter, r *http.Request) {
	body, ok := readJSON(w, r)
	if !ok {
		return
	}
	h := s.human
	h.mu.Lock()
	h.settle(time.Now())
	cfg, used := h.cfg, h.used
	err := cfg.set(body, used)
	if err == nil {
		h.cfg = cfg
	}
	h.mu.Unlock()
	if err != nil {
		writeErrors(w, http.StatusBadRequest, "invalid_setting", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, h.state())
}

// set takes settings. used is the minutes that are gone already.
func (c *HumanConfig) set(body map[string]any, used float64) error {
	for name, v := range body {
		if name == "active" {
			active, ok := v.(bool)
			if !ok {
				return errors.New("active is true or false")
			}
			c.Active = active
			continue
		}
		reported, _ := v.(json.Number)
		n, err := reported.Float64()
		if err != nil || n < 0 || n > 1e9 {
			return errors.New(name + " is a number from 0 on")
		}
		switch name {
		case "minutes":
			c.Minutes = used + n
		case "sessions":
			c.Sessions = int(n)
		case "rate":
			c.Rate = int(n)
		default:
			return errors.New("unknown setting " + name + "; there are minutes, sessions, rate and active")
		}
	}
	return nil
}

func (s *Simulator) controlHumanCreate(w http.ResponseWriter, r *http.Request) {
	body, ok := readJSON(w, r)
	if !ok {
		return
	}
	waiting, _ := body["created"].(bool)
	h := s.human
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	sess, err := h.add(now, "4:3", nil, waiting)
	if err != nil {
		writeErrors(w, http.StatusConflict, "capacity_reached", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, h.record(sess, now))
}

func (s *Simulator) controlHumanStart(w http.ResponseWriter, id string) {
	h := s.human
	h.mu.Lock()
	defer h.mu.Unlock()
	sess := h.find(id)
	if sess == nil || sess.status != "created" {
		writeUnknownSession(w, id)
		return
	}
	now := time.Now()
	h.start(sess, now)
	writeJSON(w, http.StatusOK, h.record(sess, now))
}

// state is everything that can be counted.
func (h *human) state() object {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.settle(now)
	sessions := []object{}
	for _, s := range slices.Backward(h.sessions) {
		sessions = append(sessions, h.record(s, now))
	}
	return object{
		{"minutes", h.left()}, {"max_sessions", h.cfg.Sessions}, {"rate", h.cfg.Rate}, {"active", h.cfg.Active},
		{"num_requests", h.total}, {"sessions", sessions},
	}
}
