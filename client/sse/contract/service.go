package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
)

const (
	// maxRequest bounds the body of a request to the service.
	maxRequest = 16 << 20
	// maxStreams bounds the streams that were made and not deleted.
	maxStreams = 1000
)

// capabilities are the optional features that a suite may test.
var capabilities = []string{
	"bom", "comments", "headers", "last-event-id", "post", "read-timeout", "report", "restart",
	"server-directed-shutdown-request",
}

// A service is the REST interface.
type service struct {
	log  *slog.Logger
	exit func() // asks the program to end

	mu      sync.Mutex
	streams map[string]*stream
	next    int // the id of the next stream
}

func newService(log *slog.Logger, exit func()) *service {
	return &service{log: log, exit: exit, streams: map[string]*stream{}, next: 1}
}

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.status)
	mux.HandleFunc("POST /{$}", s.create)
	mux.HandleFunc("DELETE /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		s.exit()
	})
	mux.HandleFunc("POST /{id}", s.command)
	mux.HandleFunc("DELETE /{id}", s.remove)
	return mux
}

func (s *service) status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string][]string{"capabilities": capabilities})
}

// create makes a stream. The answer goes out before the stream connects.
func (s *service) create(w http.ResponseWriter, r *http.Request) {
	var p params
	if !decode(w, r, &p) {
		return
	}
	st, err := newStream(p, s.log)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	id, ok := s.add(st)
	if !ok {
		http.Error(w, fmt.Sprintf("there are %d streams; delete some first", maxStreams), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Location", "/"+id)
	w.WriteHeader(http.StatusCreated)
	http.NewResponseController(w).Flush()
	st.start()
}

func (s *service) add(st *stream) (id string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.streams) >= maxStreams {
		return "", false
	}
	id = strconv.Itoa(s.next)
	s.next++
	s.streams[id] = st
	return id, true
}

func (s *service) command(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	st := s.streams[r.PathValue("id")]
	s.mu.Unlock()
	if st == nil {
		http.NotFound(w, r)
		return
	}
	var c struct {
		Command string `json:"command"`
	}
	if !decode(w, r, &c) {
		return
	}
	if c.Command != "restart" {
		http.Error(w, fmt.Sprintf("there is no command %q, only restart", c.Command), http.StatusBadRequest)
		return
	}
	st.source.Restart()
	w.WriteHeader(http.StatusNoContent)
}

// remove ends a stream: after the answer it posts nothing more.
func (s *service) remove(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.mu.Lock()
	st := s.streams[id]
	delete(s.streams, id)
	s.mu.Unlock()
	if st == nil {
		http.NotFound(w, r)
		return
	}
	st.stop()
	w.WriteHeader(http.StatusNoContent)
}

// close ends all streams.
func (s *service) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.streams {
		st.stop()
	}
	clear(s.streams)
}

// decode reads a JSON request, or answers that it is none.
func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(v); err != nil {
		http.Error(w, "the request is not the JSON of the protocol: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}
