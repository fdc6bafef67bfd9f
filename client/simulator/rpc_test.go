package simulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lenswatch/client/simulator"
)

// dial opens a session's WebSocket.
func (w *world) dial(session string, header http.Header, protocols ...string) (*websocket.Conn, *http.Response, error) {
	return websocket.Dial(context.Background(), "ws://sim.test/v0.5/lens/sessions/"+session, &websocket.DialOptions{
		HTTPClient: w.client, HTTPHeader: header, Subprotocols: protocols,
	})
}

// ask sends one event over a WebSocket and returns the reply.
func ask(t *testing.T, c *websocket.Conn, kind websocket.MessageType, event string) map[string]any {
	t.Helper()
	if err := c.Write(context.Background(), kind, []byte(event)); err != nil {
		t.Fatal(err)
	}
	got, reply, err := c.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if got != kind {
		t.Errorf("a %v frame was answered with a %v frame", kind, got)
	}
	return object(t, string(reply))
}

func TestCallsByHTTP(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		valid := map[string]any{"is_valid": true, "error_messages": []any{}}
		for _, test := range []struct {
			typ, data string
			want      map[string]any // of event_data
		}{
			{"session.validate", "", valid},
			{"session.read", `{"client_id": "me"}`, nil},
			{"session.heartbeat", "", map[string]any{"session_id": id, "session_status": "SESSION_STATUS_REGISTERED"}},
			{"session.modify", `{"focus": "helmets", "max_new_tokens": 64}`, valid},
			{"session.modify", `{"max_new_tokens": "many"}`, map[string]any{"is_valid": false, "error_messages": []any{"max_new_tokens has to be a number."}}},
			{"session.modify", `{"max_new_tokens": -1}`, map[string]any{"is_valid": false, "error_messages": []any{"max_new_tokens cannot be -1."}}},
			{"input_stream.set", `{"stream_type": "video_file_reader", "stream_config": {"file_id": "a.mp4"}}`, map[string]any{"is_valid": false, "error_messages": []any{`Failed to load file "a.mp4": there is no such file.`}}},
			{"input_stream.set", `{"stream_type": "rtsp_video_streamer", "stream_config": {"rtsp_url": "rtsp://camera.example/gate"}}`, valid},
			{"output_stream.set", `{"stream_type": "server_side_events_writer", "stream_config": {}}`, valid},
			{"session.update", `{"type": "data.json", "event_data": {}}`, valid},
		} {
			reply := w.call(id, test.typ, test.data)
			if reply["type"] != test.typ+".response" {
				t.Errorf("%s is answered with %v", test.typ, reply["type"])
			}
			if got, there := reply["event_data"]; !there || fmt.Sprint(got) != fmt.Sprint(any(test.want)) && !(got == nil && test.want == nil) {
				t.Errorf("%s %s: %v, not %v", test.typ, test.data, got, test.want)
			}
		}
		if got := w.call(id, "session.get", "{}")["event_data"].(map[string]any); got["focus"] != "helmets" || got["max_new_tokens"] != 64.0 {
			t.Errorf("session.get after session.modify: %v", got)
		}
		began := time.Now()
		reply := w.call(id, "model.query", `{"instruction": "What is there?"}`)["event_data"].(map[string]any)
		if text, _ := reply["response"].([]any); len(text) != 1 || time.Since(began) < 100*time.Millisecond {
			t.Errorf("model.query: %v after %v", reply, time.Since(began))
		}
		if got := w.call(id, "session.frobnicate", ""); got["type"] != "error" || got["message"] != "Unknown event type: session.frobnicate" {
			t.Errorf("an unknown event: %v", got)
		}
		if got := w.call("lsn-gone", "session.status", ""); got["type"] != "error" || got["message"] != "Unknown session id: lsn-gone" {
			t.Errorf("an unknown session: %v", got)
		}
		if got := w.call(id, "session.destroy", ""); got["type"] != "session.destroy.response" {
			t.Errorf("session.destroy: %v", got)
		}
		if got := w.call(id, "session.validate", ""); got["message"] != "Unknown session id: "+id {
			t.Errorf("after session.destroy: %v", got)
		}
	})
}

func TestStatusCall(t *testing.T) {
	for _, test := range []struct {
		numeric bool
		want    []string // registered, running, failed
	}{
		{false, []string{"LensSessionStatus.SESSION_STATUS_REGISTERED", "LensSessionStatus.SESSION_STATUS_RUNNING", "LensSessionStatus.SESSION_STATUS_FAILED"}},
		{true, []string{"LensSessionStatus.SESSION_STATUS_REGISTERED", "3", "6"}},
	} {
		inBubble(t, simulator.Config{NumericStatus: test.numeric}, func(w *world) {
			id := w.create(simulator.LensNoop)
			for i, want := range test.want {
				got := w.call(id, "session.status", "")
				if got["session_status"] != want {
					t.Errorf("numeric %v: step %d is %v", test.numeric, i, got["session_status"])
				}
				for _, m := range createMembers {
					if _, there := got[m]; !there {
						t.Errorf("session.status has no %s at its top level", m)
					}
				}
				if i > 0 && got["session_start_timestamp"] == nil {
					t.Error("a running session has no session_start_timestamp")
				}
				w.pass(5 * time.Second)
				if i == 1 {
					w.inject("failed=0s", id)
					w.pass(time.Second)
				}
			}
		})
	}
}

func TestCallsBySocket(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		c, _, err := w.dial(id, http.Header{"Authorization": {"Bearer " + simulator.DefaultKey}})
		if err != nil {
			t.Fatal(err)
		}
		defer c.CloseNow()
		for _, kind := range []websocket.MessageType{websocket.MessageBinary, websocket.MessageText} {
			if got := ask(t, c, kind, `{"type": "session.status"}`); got["session_id"] != id || got["num_active_connections"] != 1.0 {
				t.Errorf("session.status: %v", got)
			}
		}
		if got := ask(t, c, websocket.MessageText, `this is no JSON`); got["type"] != "error" {
			t.Errorf("rubbish: %v", got)
		}
		if got := ask(t, c, websocket.MessageText, `{"type": "session.heartbeat"}`); got["type"] != "session.heartbeat.response" {
			t.Errorf("after rubbish: %v", got)
		}
		if got := ask(t, c, websocket.MessageText, `{"type": "session.destroy"}`); got["type"] != "session.destroy.response" {
			t.Errorf("session.destroy: %v", got)
		}
		if _, _, err := c.Read(context.Background()); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
			t.Errorf("after the session's end: %v", err)
		}
	})
}

func TestSocketAuthentication(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		for _, test := range []struct {
			header    http.Header
			protocols []string
			ok        bool
			selected  string
		}{
			{nil, nil, false, ""},
			{nil, []string{"wrong"}, false, ""},
			{http.Header{"Authorization": {"Bearer wrong"}}, []string{simulator.DefaultKey}, false, ""},
			{http.Header{"Authorization": {"Bearer " + simulator.DefaultKey}}, nil, true, ""},
			{nil, []string{simulator.DefaultKey}, true, simulator.DefaultKey},
			{nil, []string{"bearer." + simulator.DefaultKey}, true, "bearer." + simulator.DefaultKey},
			{nil, []string{simulator.DefaultKey, "lens"}, true, "lens"},
		} {
			c, resp, err := w.dial(id, test.header, test.protocols...)
			switch {
			case test.ok && err != nil:
				t.Errorf("%v %v: %v", test.header, test.protocols, err)
			case test.ok:
				if got := c.Subprotocol(); got != test.selected {
					t.Errorf("%v: subprotocol %q was selected", test.protocols, got)
				}
				c.CloseNow()
			case err == nil:
				c.CloseNow()
				t.Errorf("%v %v was let in", test.header, test.protocols)
			case resp == nil || resp.StatusCode != http.StatusUnauthorized:
				t.Errorf("%v %v: %v", test.header, test.protocols, err)
			}
		}
		code, _, body := w.do("GET", "/v0.5/lens/sessions/"+id, "")
		wantErrors(t, "a plain GET", code, body, http.StatusUpgradeRequired, "upgrade_required", "")
	})
}

func TestMailbox(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensMailbox)
		s := w.open(id, "")
		events, err := s.during(29 * time.Second)
		if err != nil || count(events, "sse.stream.heartbeat") != 5 || len(events) != 6 {
			t.Errorf("the stream of a mailbox lens: %d events, %v", len(events), err)
		}
		read := func(client string) []any {
			data, _ := w.call(id, "session.read", `{"client_id": "`+client+`"}`)["event_data"].(map[string]any)
			messages, _ := data["messages"].([]any)
			return messages
		}
		first := read("a")
		if len(first) < 8 || first[0].(map[string]any)["type"] != "log.info" {
			t.Fatalf("session.read gave %v", first)
		}
		if again := read("a"); again != nil {
			t.Errorf("at once session.read gave %v", again)
		}
		if other := read("b"); len(other) != len(first) {
			t.Errorf("a new client_id got %d messages, not %d", len(other), len(first))
		}
		w.pass(10 * time.Second)
		more := read("a")
		if n := len(more); n < 2 || n > 8 {
			t.Errorf("10 s later session.read gave %d messages", n)
		}
		for i := range 64 { // more clients than are remembered
			read(fmt.Sprint("client-", i))
		}
		if got := read("a"); len(got) != len(first)+len(more) {
			t.Errorf("a forgotten client_id got %d messages, not all %d", len(got), len(first)+len(more))
		}
	})
}

func TestNoopEchoes(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		s := w.open(id, "")
		w.pass(time.Second)
		w.call(id, "data.text", `{"contents": "hello"}`)
		w.call(id, "session.update", `{"type": "data.json", "event_data": {"a": 1.50}}`)
		_, e := s.until("inference.result")
		if got := fmt.Sprint(e.eventData()["response"]); got != "[hello]" {
			t.Errorf("the echo is %s", got)
		}
		_, e = s.until("inference.result")
		if got := fmt.Sprint(e.eventData()["response"]); got != `[{"event_data": {"a": 1.50}, "type": "data.json"}]` {
			t.Errorf("the echo is %s", got)
		}
		if m := w.metadata(id); m["num_inputs"] != 2.0 || m["num_outputs"] != 2.0 || m["num_events"] != 2.0 {
			t.Errorf("counters after two echoes: %v", m)
		}
	})
}

func TestNoOutputStreamUntilOneIsSet(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoOutput)
		s := w.open(id, "")
		for range 6 {
			if before, _ := s.until("sse.stream.heartbeat"); count(before, "inference.result") > 0 {
				t.Fatal("a lens without an output stream gave results")
			}
		}
		if m := w.metadata(id); m["num_outputs"] != 0.0 || m["num_inputs"].(float64) < 50 {
			t.Errorf("counters: %v", m)
		}
		w.call(id, "output_stream.set", `{"stream_type": "server_sent_events_writer", "stream_config": {}}`)
		if before, _ := s.until("inference.result"); len(before) > 1 {
			t.Errorf("%d events before the first result", len(before))
		}
		if r := w.call(id, "session.status", ""); r["output_data_stream_id"] == nil {
			t.Error("the record does not report the output stream")
		}
	})
}

// As examples/lens_sensor_logs_rest.py of the vendor's client: rows are pushed, then the stream is read to its end.
func TestAStreamOfPushedRowsEndsOnceItIsIdle(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		_, _, body := w.do("POST", "/v0.5/lens/register", `{"lens_config": {"lens_name": "Pushed", "lens_config": {
			"model_pipeline": [{"processor_name": "lens_sensor_logs_processor"}], "output_streams": [{"stream_type": "server_sent_events_writer"}]}}}`)
		id := w.create(object(t, body)["lens_id"].(string))
		s := w.open(id, "")
		for range 20 { // 100 s
			if before, _ := s.until("sse.stream.heartbeat"); count(before, "sse.stream.end") > 0 {
				t.Fatal("the stream ended before anything was pushed")
			}
		}
		w.call(id, "session.update", `{"type": "data.json", "event_data": {"value": 1}}`)
		_, result := s.until("inference.result")
		if _, end := s.until("sse.stream.end"); end.at.Sub(result.at) != 58*time.Second {
			t.Errorf("the stream ended %v after its last result", end.at.Sub(result.at))
		}
		if m := w.metadata(id); m["session_status"] != "SESSION_STATUS_RUNNING" {
			t.Errorf("an idle stream took its session with it: %v", m["session_status"])
		}
	})
}

func TestALensAnswersAQuestionAboutAnImage(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		_, _, body := w.do("GET", "/v0.5/lens/metadata?lens_id="+simulator.LensImageQA, "")
		parameters := list(t, body)[0]["lens_config"].(map[string]any)["model_parameters"].(map[string]any)
		if parameters["template_name"] != "image_qa_template_task" || parameters["model_version"] == nil || parameters["instruction"] == nil {
			t.Errorf("examples/lens_image_qa.py reads the model, the template and the instruction: %v", parameters)
		}
		id := w.create(simulator.LensImageQA)
		w.pass(time.Second)
		answer := w.call(id, "model.query", `{"data": [{"type": "base64_img", "base64_img": "iVBORw=="}]}`)
		if texts, _ := answer["event_data"].(map[string]any)["response"].([]any); len(texts) != 1 || texts[0] == "" {
			t.Errorf("the answer is %v", answer)
		}
	})
}

func TestTrainingTellsOfEachClass(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensMachineState)
		s := w.open(id, "")
		w.pass(time.Second)
		w.call(id, "session.modify", `{"input_n_shot": {"ok": "a.csv", "broken": ["b.csv", "c.csv"]}}`)
		for _, want := range []string{"broken", "ok"} {
			_, e := s.until("session.modify.result")
			m, _ := e.eventData()["query_metadata"].(map[string]any)
			if m["class_name"] != want {
				t.Errorf("%s, not %s", e.data, want)
			}
		}
	})
}

func TestPushesAreBounded(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensActivityMonitor)
		full := 0
		for range 30 {
			reply := w.call(id, "session.update", `{"type": "data.json"}`)["event_data"].(map[string]any)
			if reply["is_valid"] == false {
				full++
			}
		}
		if full != 10 {
			t.Errorf("%d of 30 pushes at once were refused, not 10", full)
		}
	})
}

func TestSocketCallsAreJSONWithoutLoss(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		id := w.create(simulator.LensNoop)
		c, _, err := w.dial(id, nil, simulator.DefaultKey)
		if err != nil {
			t.Fatal(err)
		}
		defer c.CloseNow()
		w.pass(time.Second)
		s := w.open(id, "")
		s.mustNext()
		text := "quotes \" and \\ and <tags> and ünïcödé \u2028 and \x7f"
		contents, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		ask(t, c, websocket.MessageBinary, `{"type": "data.text", "event_data": {"contents": `+string(contents)+`}}`)
		_, e := s.until("inference.result")
		if got := e.eventData()["response"].([]any)[0]; got != text {
			t.Errorf("%q came back as %q", text, got)
		}
	})
}
