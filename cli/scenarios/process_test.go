package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// process answers a session's events, by REST and by WebSocket alike.
func (v *server) process(x *session, kind, client string) string {
	at := v.now()
	switch kind {
	case "session.status":
		return text(v.record(x, at))
	case "session.read":
		messages := v.fetch(x, client, at)
		if messages == nil {
			return `{"type":"session.read.response","event_data":null}`
		}
		return `{"type":"session.read.response","event_data":{"messages":[` + strings.Join(messages, ",") + `]}}`
	}
	return text(map[string]any{"type": kind + ".response", "event_data": map[string]any{"is_valid": true}})
}

// fetch takes what waits in a mailbox for a reader. A new one is given the newest 20.
func (v *server) fetch(x *session, client string, at time.Duration) (messages []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !x.mailbox {
		return nil
	}
	n := 0
	for n < len(x.items) && x.items[n].at+x.items[n].late <= at {
		n++
	}
	from, ok := v.places[client]
	if !ok {
		from = max(0, n-20)
	}
	from, v.places[client] = min(from, n), n
	for i := from; i < n; i++ {
		if !within(x.deaf, x.items[i].at) {
			messages = append(messages, v.payload(x, i))
		}
	}
	return messages
}

// socket is the session's WebSocket: one reply to each request.
func (v *server) socket(w http.ResponseWriter, r *http.Request, x *session) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = c.CloseNow() }()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(v.ctx, cancel)()
	for {
		_, b, err := c.Read(ctx)
		if err != nil {
			return
		}
		var e event
		_ = json.Unmarshal(b, &e)
		if at := v.now(); at >= x.gone {
			_ = c.Close(websocket.StatusNormalClosure, "session destroyed")
			return
		}
		for _, rule := range v.rules {
			if slices.Contains(rule.kinds, strings.TrimPrefix(e.Type, "session.")) && rule.has(v.now()) && rule.answer.how == "hang" {
				_ = v.pause(r, forever)
				return
			}
		}
		if c.Write(ctx, websocket.MessageText, []byte(v.process(x, e.Type, e.Data.ClientID))) != nil {
			return
		}
	}
}

// payload is the JSON of an event.
func (v *server) payload(x *session, i int) string {
	it := &x.items[i]
	if it.payload != "result" {
		return it.payload
	}
	at, stamp := v.unix(it.at), v.clock(it.at).UTC()
	switch x.form {
	case "documented":
		return fmt.Sprintf(`{"type": "inference.result", "timestamp": %f, "data": {"result": "Worker %d wears a hard hat."}}`, at, i)
	case "list":
		return fmt.Sprintf(`{"type": "inference.result", "event_data": {"response": ["Worker %d wears a hard hat."], "query_id": "qry-%08x", "query_metadata": {"sensor_timestamp": %q, "frame_ids": [%d]}}}`,
			i, i, stamp.Format("15:04:05"), i)
	case "nan":
		return fmt.Sprintf(`{"type": "inference.result", "event_data": {"response": ["RUNNING", {"RUNNING": %s, "IDLE": 0.25}], "query_metadata": {"query_timestamp": %f, "sensor_id": "s1"}}}`,
			[]string{"NaN", "Infinity", "-Infinity"}[i%3], at)
	case "milliseconds":
		return fmt.Sprintf(`{"type": "inference.result", "timestamp": %d, "data": {"result": "Worker %d wears a hard hat."}}`, stamp.UnixMilli(), i)
	case "naive":
		return fmt.Sprintf(`{"type": "inference.result", "timestamp": %q, "data": {"result": "Worker %d wears a hard hat."}}`, stamp.Format("2006-01-02T15:04:05.000000"), i)
	case "embedding":
		return fmt.Sprintf(`{"type": "inference.result", "event_data": {"response": [[%d.25, 0.5, -1.75], [0.125, NaN, 3e-7]], "query_metadata": {"query_timestamp": %f}}}`, i, at)
	case "label":
		return fmt.Sprintf(`{"type": "inference.result", "event_data": {"response": [%q, {"RUNNING": %.2f, "IDLE": %.2f}], "query_metadata": {"query_timestamp": %f, "sensor_id": "s1"}}}`,
			[]string{"RUNNING", "IDLE"}[i%2], 0.25+float64(i%50)/100, 0.75-float64(i%50)/100, at)
	}
	return fmt.Sprintf(`{"type": "inference.result", "event_data": {"response": "Worker %d wears a hard hat.", "query_timestamp": %f}}`, i, at)
}
