package archetype

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

func decoded(payload string) client.Event {
	ev := client.Event{Wire: "message"}
	decode([]byte(payload), &ev)
	return ev
}

// One row for each variant that the API's documents, SDK and demonstrations show.
var variants = []struct {
	name    string
	payload string
	want    client.Event // Raw is the payload
}{
	{
		"V1 data.result", `{"type": "inference.result", "timestamp": 1741843200.123, "data": {"result": "A worker"}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "A worker", Time: time.Unix(1741843200, 123e6)},
	},
	{
		"V2 list of one sentence", `{"type":"inference.result","event_data":{"query_id":"qry-1","response":["Two people talk."],"query_metadata":{"sensor_timestamp":"00:01:23","frame_ids":[1,2]}}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "Two people talk.", Result: &client.Result{QueryID: "qry-1", SensorTime: "00:01:23", ReadIndex: -1}},
	},
	{
		"V2 several sentences", `{"type":"inference.result","event_data":{"response":["One.","Two."]}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "One.\nTwo."},
	},
	{
		"V2a time next to the answer", `{"type":"inference.result","event_data":{"response":["Empty street"],"sensor_timestamp":1741843200.5,"query_time_sec":0.4}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "Empty street", Time: time.Unix(1741843200, 5e8)},
	},
	{
		"V2b plain string", `{"type":"inference.result","event_data":{"response":"Empty street"}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "Empty street"},
	},
	{
		"V3 fractions", `{"type":"inference.result","event_data":{"response":["rest",{"rest":0.6,"stress":0.4}],"query_metadata":{"query_timestamp":1741843200,"sensor_id":"hrv-1","query_metadata":{"read_index":128,"file_id":"f","window_size":64,"total_rows":900}}}}`,
		client.Event{
			Kind: client.KindResult, Wire: "inference.result", Text: "rest (rest 60.0 %, stress 40.0 %)", Time: time.Unix(1741843200, 0),
			Result: &client.Result{Label: "rest", Scores: []client.Score{{Label: "rest", Value: 0.6}, {Label: "stress", Value: 0.4}}, Unit: client.UnitFraction, SensorID: "hrv-1", ReadIndex: 128},
		},
	},
	{
		"V3 percent", `{"type":"inference.result","event_data":{"response":["run",{"idle":36.9,"run":63.1}]}}`,
		client.Event{
			Kind: client.KindResult, Wire: "inference.result", Text: "run (idle 36.9 %, run 63.1 %)",
			Result: &client.Result{Label: "run", Scores: []client.Score{{Label: "idle", Value: 36.9}, {Label: "run", Value: 63.1}}, Unit: client.UnitPercent, ReadIndex: -1},
		},
	},
	{
		"V3 votes", `{"type":"inference.result","event_data":{"response":["unknown",{"normal":3,"fault":2}]}}`,
		client.Event{
			Kind: client.KindResult, Wire: "inference.result", Text: "unknown (normal 3/5, fault 2/5)",
			Result: &client.Result{Label: "unknown", Scores: []client.Score{{Label: "normal", Value: 3}, {Label: "fault", Value: 2}}, Unit: client.UnitVotes, ReadIndex: -1},
		},
	},
	{
		"V3 no unit that fits", `{"type":"inference.result","event_data":{"response":["a",{"a":0.7,"b":0.6}]}}`,
		client.Event{
			Kind: client.KindResult, Wire: "inference.result", Text: "a (a 0.7, b 0.6)",
			Result: &client.Result{Label: "a", Scores: []client.Score{{Label: "a", Value: 0.7}, {Label: "b", Value: 0.6}}, ReadIndex: -1},
		},
	},
	{
		"V4 embedding of channels", `{"type":"inference.result","event_data":{"response":[[3,0],[0,4],[0,0]],"sensor_id":"imu","read_index":7,"query_timestamp":"2025-03-13T04:00:00Z"}}`,
		client.Event{
			Kind: client.KindResult, Wire: "inference.result", Text: "embedding 3x2, norm 5", Time: time.Date(2025, 3, 13, 4, 0, 0, 0, time.UTC),
			Result: &client.Result{Shape: []int{3, 2}, Norm: 5, SensorID: "imu", ReadIndex: 7},
		},
	},
	{
		"V4 flat embedding", `{"type":"inference.result","event_data":{"response":[3.0,-4.0]}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "embedding 2, norm 5", Result: &client.Result{Shape: []int{2}, Norm: 5, ReadIndex: -1}},
	},
	{
		"V4 uneven rows", `{"type":"inference.result","event_data":{"response":[[1],[2,3]]}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "embedding 3 in uneven rows, norm 3.742", Result: &client.Result{Shape: []int{3}, Norm: math.Sqrt(14), ReadIndex: -1}},
	},
	{
		"V5 class_name", `{"type":"inference.result","event_data":{"response":{"prediction":"no","label":"no","class_name":"fall","confidence":0.9}}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "fall", Result: &client.Result{Label: "fall", ReadIndex: -1}},
	},
	{
		"V5 label", `{"type":"inference.result","event_data":{"response":{"prediction":"no","label":"fall"}}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "fall", Result: &client.Result{Label: "fall", ReadIndex: -1}},
	},
	{
		"V5 prediction", `{"type":"inference.result","event_data":{"response":{"prediction":"fall"}}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "fall", Result: &client.Result{Label: "fall", ReadIndex: -1}},
	},
	{
		"V5 map of scores", `{"type":"inference.result","event_data":{"response":{"a":0.25,"b":0.75}}}`,
		client.Event{
			Kind: client.KindResult, Wire: "inference.result", Text: "b (a 25.0 %, b 75.0 %)",
			Result: &client.Result{Label: "b", Scores: []client.Score{{Label: "a", Value: 0.25}, {Label: "b", Value: 0.75}}, Unit: client.UnitFraction, ReadIndex: -1},
		},
	},
	{
		"V5 any other object", `{"type":"inference.result","event_data":{"response": {"box": [1, 2], "seen": true}}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: `{"box":[1,2],"seen":true}`},
	},
	{
		"V6 kind and payload, string", `{"kind":"inference.result","payload":{"result":"Rain"}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "Rain"},
	},
	{
		"V6 kind and payload, scores", `{"kind":"inference.result","payload":{"result":["wet",{"wet":1,"dry":0}]}}`,
		client.Event{
			Kind: client.KindResult, Wire: "inference.result", Text: "wet (wet 100.0 %, dry 0.0 %)",
			Result: &client.Result{Label: "wet", Scores: []client.Score{{Label: "wet", Value: 1}, {Label: "dry", Value: 0}}, Unit: client.UnitFraction, ReadIndex: -1},
		},
	},
	{
		"V7 nested twice", `{"type":"model.query.response","event_data":{"event_data":{"response":["A cat"]}}}`,
		client.Event{Kind: client.KindOther, Wire: "model.query.response", Text: "A cat"},
	},
	{
		"V7 unknown type with an answer", `{"type":"model.query.response","event_data":{"response":"A cat"}}`,
		client.Event{Kind: client.KindOther, Wire: "model.query.response", Text: "A cat"},
	},
	{
		"V7b response at the top", `{"type":"inference.result","response":"A cat"}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "A cat"},
	},
	{
		"V8 Python bytes", `b'{"type":"inference.result","event_data":{"response":["It\'s caf\xc3\xa9"]}}'`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "It's café"},
	},
	{
		"null answer", `{"type":"inference.result","event_data":{"response":null}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "(no response)"},
	},
	{
		"null next to a message", `{"type":"inference.result","event_data":{"response":null,"message":"busy"}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "busy"},
	},
	{
		"empty answer", `{"type":"inference.result","event_data":{"response":[]}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "(empty)"},
	},
	{
		"mixed list", `{"type":"inference.result","event_data":{"response":["a", 1, {"b": 2}]}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: `["a",1,{"b":2}]`},
	},
	{
		"answer of a number", `{"type":"inference.result","event_data":{"response":42}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "42"},
	},
	{
		"response before result before message", `{"type":"inference.result","event_data":{"message":"m","result":"r2","response":"r1"}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "r1"},
	},
	{
		"response before result, the other way round", `{"type":"inference.result","event_data":{"response":"r1","result":"r2","message":"m"}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "r1"},
	},
	{
		"the body before the top level", `{"message":"top","type":"log.info","event_data":{"message":"body"}}`,
		client.Event{Kind: client.KindLog, Wire: "log.info", Text: "body"},
	},
	{
		"log", `{"type":"log.info","message":"ready"}`,
		client.Event{Kind: client.KindLog, Wire: "log.info", Text: "ready"},
	},
	{
		"log of a level", `{"type":"log.warning","data":{"text":"late"}}`,
		client.Event{Kind: client.KindLog, Level: client.LevelWarn, Wire: "log.warning", Text: "late"},
	},
	{
		"log of an unknown level", `{"type":"log.notice","data":{"text":"hm"}}`,
		client.Event{Kind: client.KindLog, Wire: "log.notice", Text: "hm"},
	},
	{
		"log with a bare body", `{"type":"log.info","data":"ready"}`,
		client.Event{Kind: client.KindLog, Wire: "log.info", Text: "ready"},
	},
	{
		"frame", `{"type":"frame.processed","event_data":{"frame_id": 12, "fps": 1.5}}`,
		client.Event{Kind: client.KindProgress, Level: client.LevelDebug, Wire: "frame.processed", Text: `{"frame_id":12,"fps":1.5}`},
	},
	{
		"training", `{"type":"session.modify.result","event_data":{"query_metadata":{"class_name":"fall"}}}`,
		client.Event{Kind: client.KindProgress, Wire: "session.modify.result", Text: "learned class fall"},
	},
	{
		"error messages", `{"type":"inference.error","event_data":{"error_messages":["query_id: session-modify-qry-1 failed!","again"]}}`,
		client.Event{Kind: client.KindError, Level: client.LevelError, Wire: "inference.error", Text: "query_id: session-modify-qry-1 failed!\nagain"},
	},
	{
		"error message", `{"type":"error_message","event_data":{"message":"no input"}}`,
		client.Event{Kind: client.KindError, Level: client.LevelError, Wire: "error_message", Text: "no input"},
	},
	{
		"error at the top", `{"type":"error","message":"Unknown session id: lsn-1"}`,
		client.Event{Kind: client.KindError, Level: client.LevelError, Wire: "error", Text: "Unknown session id: lsn-1"},
	},
	{
		"error object", `{"type":"error","error":{"code":"bad_input","message":"no frames"}}`,
		client.Event{Kind: client.KindError, Level: client.LevelError, Wire: "error", Text: "no frames [bad_input]", Fault: &client.Fault{Codes: []string{"bad_input"}}},
	},
	{
		"start", `{"type": "sse.stream.start", "event_data": {"session_id": "lsn-1", "reader_id": "87e6d51c992557bc"}}`,
		client.Event{
			Kind: client.KindStart, Wire: "sse.stream.start", Text: "stream opened",
			Notice: &client.Notice{Code: client.NoticeConnected, ReaderID: "87e6d51c992557bc", Channel: client.ChannelSSE},
		},
	},
	{
		"heartbeat", `{"type":"sse.stream.heartbeat","event_data":{"session_id":"lsn-1","session_status":"SESSION_STATUS_RUNNING","num_messages":3,"num_bytes":1200,"message_timeout":7.5}}`,
		client.Event{
			Kind: client.KindHeartbeat, Level: client.LevelDebug, Wire: "sse.stream.heartbeat", Text: "running, 3 messages, 1200 bytes, message timeout 7.5 s",
			Heartbeat: &client.Heartbeat{
				Status: client.StatusRunning, StatusText: "SESSION_STATUS_RUNNING", Messages: 3, Bytes: 1200, MessageTimeout: 7500 * time.Millisecond,
				HasMessages: true, HasBytes: true, HasTimeout: true,
			},
		},
	},
	{
		"heartbeat without counters", `{"type":"sse.stream.heartbeat"}`,
		client.Event{Kind: client.KindHeartbeat, Level: client.LevelDebug, Wire: "sse.stream.heartbeat", Text: "heartbeat"},
	},
	{
		"end", `{"type": "sse.stream.end"}`,
		client.Event{Kind: client.KindEnd, Wire: "sse.stream.end", Text: "the server closed the stream"},
	},
	{
		"lifecycle marker", `{"type":"inference.start"}`,
		client.Event{Kind: client.KindProgress, Wire: "inference.start", Text: "inference.start"},
	},
	{
		"unknown type", `{"type":"weather.report","event_data":{"message":"hi","code":5}}`,
		client.Event{Kind: client.KindOther, Wire: "weather.report", Text: `{"type":"weather.report","event_data":{"message":"hi","code":5}}`},
	},
	{
		"missing type", `{"event_data":{"x":1}}`,
		client.Event{Kind: client.KindOther, Wire: "message", Text: `{"event_data":{"x":1}}`},
	},
	{"no JSON", `hello \u001b[31m`, client.Event{Kind: client.KindOther, Wire: "message", Text: `hello \u001b[31m`}},
	{"broken JSON", `{"type":"inference.result","event_data":{`, client.Event{Kind: client.KindResult, Wire: "inference.result", Text: `{"type":"inference.result","event_data":{`}},
	{"text after JSON", `{"type":"sse.stream.end"} x`, client.Event{Kind: client.KindEnd, Wire: "sse.stream.end", Text: `{"type":"sse.stream.end"} x`}},
	{"JSON that is no object", `[1,2]`, client.Event{Kind: client.KindOther, Wire: "message", Text: `[1,2]`}},
	{"nothing", ``, client.Event{Kind: client.KindOther, Wire: "message"}},
	{
		"escaped names and text", `{"\u0074ype":"inference.result","event_data":{"response":["\ud83d\ude00 \u001b[31mred \ud800"]}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "😀 \uFFFD[31mred \uFFFD"},
	},
	{
		"numbers in strings", `{"type":"sse.stream.heartbeat","event_data":{"session_status":"3","num_messages":"12"}}`,
		client.Event{
			Kind: client.KindHeartbeat, Level: client.LevelDebug, Wire: "sse.stream.heartbeat", Text: "running, 12 messages",
			Heartbeat: &client.Heartbeat{Status: client.StatusRunning, StatusText: "3", Messages: 12, HasMessages: true},
		},
	},
	{
		"position in a recording", `{"type":"inference.result","event_data":{"response":["x"],"query_metadata":{"sensor_timestamp":12.5}}}`,
		client.Event{Kind: client.KindResult, Wire: "inference.result", Text: "x", Result: &client.Result{SensorTime: "12.5", ReadIndex: -1}},
	},
}

func TestDecodeVariants(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			got := decoded(v.payload)
			if string(got.Raw) != v.payload {
				t.Errorf("Raw = %q", got.Raw)
			}
			if !got.Time.Equal(v.want.Time) {
				t.Errorf("Time = %v, want %v", got.Time, v.want.Time)
			}
			got.Raw, got.Time, v.want.Time = nil, time.Time{}, time.Time{}
			if !reflect.DeepEqual(got, v.want) {
				t.Errorf("got  %+v %+v %+v %+v\nwant %+v %+v %+v %+v", got, got.Result, got.Heartbeat, got.Notice, v.want, v.want.Result, v.want.Heartbeat, v.want.Notice)
			}
		})
	}
}

func TestDecodeNamedByTheChannel(t *testing.T) {
	ev := client.Event{Wire: "inference.result"}
	decode([]byte(`{"event_data":{"response":"x"}}`), &ev)
	if ev.Kind != client.KindResult || ev.Wire != "inference.result" || ev.Text != "x" {
		t.Errorf("an event that the channel named was not read by that name: %+v", ev)
	}
}

func TestDecodeCopiesThePayload(t *testing.T) {
	payload := []byte(`{"type":"inference.result","event_data":{"query_id":"qry-1","response":["walk",{"walk":1}]}}`)
	var ev client.Event
	decode(payload, &ev)
	for i := range payload {
		payload[i] = '#'
	}
	if ev.Text != "walk (walk 100.0 %)" || ev.Result.QueryID != "qry-1" || !strings.HasPrefix(string(ev.Raw), `{"type"`) {
		t.Errorf("the event changed with the buffer: %+v %+v", ev, ev.Result)
	}
}

func TestDecodeManyScores(t *testing.T) {
	scores := map[string]int{}
	for i := range 2 * maxScores {
		scores["class "+strings.Repeat("x", i)] = 1
	}
	b, err := json.Marshal(map[string]any{"type": "inference.result", "event_data": map[string]any{"response": []any{"a", scores}}})
	if err != nil {
		t.Fatal(err)
	}
	ev := decoded(string(b))
	if len(ev.Result.Scores) != maxScores || !strings.HasSuffix(ev.Text, ", and 504 more)") {
		t.Errorf("%d scores, text ends %q", len(ev.Result.Scores), ev.Text[max(0, len(ev.Text)-30):])
	}
}

func TestDecodeLargeEmbedding(t *testing.T) {
	row := "[" + strings.Repeat("0.5,", 767) + "0.5]"
	ev := decoded(`{"type":"inference.result","event_data":{"response":[` + strings.Repeat(row+",", 3) + row + `]}}`)
	if !reflect.DeepEqual(ev.Result.Shape, []int{4, 768}) || ev.Text != "embedding 4x768, norm 27.71" {
		t.Errorf("shape %v, text %q", ev.Result.Shape, ev.Text)
	}
}

func TestDecodeDeepNesting(t *testing.T) {
	for _, payload := range []string{
		`{"type":"inference.result","event_data":{"response":` + strings.Repeat("[", 5000) + "1" + strings.Repeat("]", 5000) + `}}`,
		`{"type":"inference.result","event_data":` + strings.Repeat(`{"event_data":`, 5000) + "1" + strings.Repeat("}", 5001),
		strings.Repeat("b'", 5000) + strings.Repeat("'", 5000),
	} {
		if ev := decoded(payload); ev.Text == "" || len(ev.Text) > 17<<10 {
			t.Errorf("text of %d bytes for %.40s", len(ev.Text), payload)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range variants {
		f.Add([]byte(v.payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		var ev client.Event
		decode(payload, &ev)
		if string(ev.Raw) != string(payload) {
			t.Errorf("Raw = %q", ev.Raw)
		}
		texts := []string{ev.Text, ev.Wire}
		if r := ev.Result; r != nil {
			texts = append(texts, r.Label, r.QueryID, r.SensorID, r.SensorTime)
			for _, s := range r.Scores {
				texts = append(texts, s.Label)
			}
		}
		if ev.Notice != nil {
			texts = append(texts, ev.Notice.ReaderID)
		}
		for _, s := range texts {
			if client.Clean(s) != s {
				t.Errorf("not clean: %q", s)
			}
		}
	})
}
