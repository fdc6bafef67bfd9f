package simulator

import (
	"net/http"
	"time"
)

// The delays of the pipeline, before Speed.
const (
	answerDelay = 400 * time.Millisecond // from an input to its result
	queryDelay  = 600 * time.Millisecond // of model.query
	shotDelay   = time.Second            // for each class of an n-shot training
)

// call is one RPC, by WebSocket or by events/process.
type call struct {
	req  *http.Request
	s    *session
	data map[string]any // event_data
}

// rpcs are the events that a session understands. Each returns the members of the reply besides its
// type; session.mu is not held.
var rpcs = map[string]func(call) object{
	"session.status":     call.status,
	"session.validate":   call.validate,
	"session.get":        call.get,
	"session.modify":     call.modify,
	"session.update":     call.input,
	"session.read":       call.read,
	"session.destroy":    call.destroy,
	"session.heartbeat":  call.heartbeat,
	"input_stream.set":   call.setInput,
	"output_stream.set":  call.setOutput,
	"model.query":        call.query,
	"data.text":          call.input,
	"data.json":          call.input,
	"data.base64_img":    call.input,
	"data.numeric_array": call.input,
}

// processEvent answers an RPC that came by HTTP. Its failures have HTTP 200.
func (s *Simulator) processEvent(w http.ResponseWriter, r *http.Request) {
	body, id, ok := readWith(w, r, "session_id")
	if !ok || s.broken(w, r, groupProcess, id) {
		return
	}
	event, _ := body["event"].(map[string]any)
	writeJSON(w, http.StatusOK, s.rpc(r, id, event))
}

// rpc answers one event with one reply.
func (s *Simulator) rpc(r *http.Request, id string, event map[string]any) object {
	sess := s.find(id)
	if sess == nil {
		return rpcError(unknownSession(id))
	}
	typ, _ := event["type"].(string)
	do, known := rpcs[typ]
	if !known {
		return rpcError("Unknown event type: " + typ)
	}
	data, _ := event["event_data"].(map[string]any)
	if !sess.noteEvent() && typ != "session.status" && typ != "session.destroy" {
		return rpcError("Failed to fetch session_runner!")
	}
	return append(object{{"type", typ + ".response"}}, do(call{r, sess, data})...)
}

func rpcError(message string) object { return object{{"type", "error"}, {"message", message}} }

// noteEvent counts an event, and reports whether the session has a runner.
func (s *session) noteEvent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.status.live() {
		return false
	}
	s.count.events++
	s.lastEvent = time.Now()
	return true
}

func eventData(o object) object { return object{{"event_data", o}} }

// verdict is the reply to what may be wrong.
func verdict(errors ...string) object {
	if len(errors) == 0 {
		errors = []string{}
	}
	return eventData(object{{"is_valid", len(errors) == 0}, {"error_messages", errors}})
}

// status reports the whole record at the top level. Waiting programs compare it with "3".
func (c call) status() object {
	st := c.s.currentStatus()
	word := st.prefixed()
	if c.s.sim.cfg.NumericStatus {
		switch st {
		case statusRunning:
			word = "3"
		case statusFailed:
			word = "6"
		}
	}
	return c.s.record(c.req, word)
}

func (c call) validate() object { return verdict() }

// get reports the model's parameters.
func (c call) get() object {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	parameters, _ := c.s.config["model_parameters"].(map[string]any)
	return object{{"event_data", deepCopy(parameters)}}
}

// read hands out what a mailbox holds: null if that is nothing, which a session with an SSE writer
// answers for ever.
func (c call) read() object {
	clientID, _ := c.data["client_id"].(string)
	c.s.mu.Lock()
	payloads := c.s.mailbox.read(clientID)
	c.s.mu.Unlock()
	if len(payloads) == 0 {
		return object{{"event_data", nil}}
	}
	messages := make([]any, len(payloads))
	for i, p := range payloads {
		messages[i] = rawJSON(p)
	}
	return eventData(object{{"messages", messages}})
}

func (c call) destroy() object {
	c.s.finish(statusDestroyed)
	return eventData(object{{"is_valid", true}})
}

func (c call) heartbeat() object {
	return eventData(object{{"session_id", c.s.id}, {"session_status", c.s.currentStatus().bare()}})
}

// query answers a question about the scene, after a while.
func (c call) query() object {
	if !pause(c.req.Context(), c.s.sim.cfg.scaled(queryDelay)) {
		return object{{"message", "Response timed out for query"}}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.touch(time.Now())
	return eventData(c.s.engine.script.reply())
}
