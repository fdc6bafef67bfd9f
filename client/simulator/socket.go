package simulator

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// socket serves a session's WebSocket: JSON in text or binary frames, a reply of the same kind to
// each. It closes when the session ends.
func (s *Simulator) socket(w http.ResponseWriter, r *http.Request, id string) {
	if s.broken(w, r, groupSocket, id) {
		return
	}
	sess := s.find(id)
	if sess == nil {
		writeUnknownSession(w, id)
		return
	}
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		w.Header().Set("Upgrade", "websocket")
		writeErrors(w, http.StatusUpgradeRequired, "upgrade_required", "This is a WebSocket endpoint.")
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       s.subprotocol(r),
		InsecureSkipVerify: true, // of the Origin: what counts is the key, which no browser sends by itself
	})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxBody)
	sess.connect(1)
	defer sess.connect(-1)
	var busy sync.Mutex // held from a call to its reply, which has to go out before the end
	defer context.AfterFunc(sess.ctx, func() {
		busy.Lock()
		defer busy.Unlock()
		conn.Close(websocket.StatusNormalClosure, "session ended")
	})()
	for {
		kind, b, err := conn.Read(r.Context())
		if err != nil {
			return
		}
		busy.Lock()
		err = s.answer(r, conn, kind, id, b)
		busy.Unlock()
		if err != nil {
			return
		}
	}
}

// answer answers one frame.
func (s *Simulator) answer(r *http.Request, conn *websocket.Conn, kind websocket.MessageType, id string, frame []byte) error {
	var event map[string]any
	if decode(frame, &event) != nil {
		event = nil // is answered as an unknown event
	}
	reply := s.rpc(r, id, event)
	ctx, cancel := context.WithTimeout(r.Context(), writeTimeout)
	defer cancel()
	return conn.Write(ctx, kind, encode(reply))
}

// offered lists the subprotocols that a client offers.
func offered(r *http.Request) []string {
	var out []string
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		for p := range strings.SplitSeq(line, ",") {
			out = append(out, strings.TrimSpace(p))
		}
	}
	return out
}

// subprotocol chooses the one to answer with: a browser fails if none of those that it offered is.
// One that is not the key is preferred.
func (s *Simulator) subprotocol(r *http.Request) []string {
	list := offered(r)
	if i := slices.IndexFunc(list, func(p string) bool { return !s.isKey(strings.TrimPrefix(p, "bearer.")) }); i >= 0 {
		return list[i : i+1]
	}
	return list
}

// connect counts a connection that was opened, or closed.
func (s *session) connect(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count.connections += n
	s.lastUpdate = time.Now()
}
