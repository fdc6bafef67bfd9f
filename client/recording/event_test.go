package recording

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

var received = time.Date(2026, 3, 4, 5, 6, 7, 80, time.UTC)

// result is an event as the Lens API sends most.
func result() client.Event {
	return client.Event{
		Service: "archetype", Session: "lsn-1", Kind: client.KindResult, Wire: "inference.result", ID: "17",
		Time: received.Add(-time.Second), Received: received, Text: "a person walks",
		Result: &client.Result{
			Label: "walking", Scores: []client.Score{{Label: "walking", Value: .75}, {Label: "idle", Value: .25}},
			Unit: client.UnitFraction, QueryID: "q-1", SensorTime: "00:01:23", ReadIndex: 4,
		},
		Raw: []byte(`{"type":"inference.result","event_data":{"response":["a person walks"]}}`),
	}
}

func TestEventAsJSON(t *testing.T) {
	ev := result()
	const want = `{"time":"2026-03-04T05:06:07.000000080Z","service":"archetype","session":"lsn-1","kind":"result",` +
		`"level":"info","wire":"inference.result","id":"17","service_time":"2026-03-04T05:06:06.000000080Z","text":"a person walks",` +
		`"result":{"unit":"fraction","label":"walking","scores":[{"label":"walking","value":0.75},{"label":"idle","value":0.25}],` +
		`"query_id":"q-1","sensor_time":"00:01:23","read_index":4},` +
		`"raw":{"type":"inference.result","event_data":{"response":["a person walks"]}}}`
	if got := string(AppendEvent(nil, &ev)); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
}

func TestEventRoundTrip(t *testing.T) {
	notice := client.Event{
		Service: "a", Session: "b", Kind: client.KindNotice, Level: client.LevelWarn, Wire: "notice", Received: received, Text: "lost",
		Notice: &client.Notice{
			Code: client.NoticeReconnecting, Attempt: 3, Next: received.Add(1500 * time.Millisecond), Remedy: client.RemedyNetwork,
			Status: 502, Phase: client.PhaseTLS, Count: 9, Duration: -1234567890, Other: "lsn-o", ReaderID: "r-1", Channel: client.ChannelMailbox,
			Timing: client.Timing{DNS: 1, Connect: 2 * time.Second, TLS: math.MaxInt64, FirstByte: math.MinInt64, Reused: true}, Session: client.StatusStale,
			Request: "GET /lens/sessions/metadata", Ending: client.EndingCut, Lasted: time.Minute, Question: &client.Question{Instruction: "Count them.", Focus: "Only forklifts.\nNo people."},
			Record: &client.Session{Service: "a", ID: "b", Status: client.StatusStale, StatusText: "STALE", Duration: time.Hour},
		},
	}
	beat := client.Event{Kind: client.KindHeartbeat, Level: client.LevelDebug, Received: received, Heartbeat: &client.Heartbeat{
		Status: client.StatusRunning, StatusText: "RUNNING", Messages: -1, Bytes: math.MaxInt64, MessageTimeout: 250 * time.Millisecond,
		HasMessages: true, HasBytes: true, HasTimeout: true,
	}}
	silent := client.Event{Kind: client.KindHeartbeat, Received: received, Heartbeat: &client.Heartbeat{HasBytes: true}}
	fault := client.Event{Kind: client.KindError, Received: received, Fault: &client.Fault{
		Codes: []string{"internal_logic_error"}, UIDs: []string{"err-1", "err-2"}, Suggestion: "try again",
	}}
	embedding := client.Event{Kind: client.KindResult, Result: &client.Result{
		Shape: []int{2, 768}, Norm: 1.0000000000000002, ReadIndex: -1, SensorID: "cam", Unit: client.UnitVotes, Scores: []client.Score{},
	}, Received: received}
	text := result()
	text.Raw, text.Text = []byte("no JSON\x1b[31m\r\n\u009b\u202e"), "two\nlines"
	binary := result()
	binary.Raw = []byte{0xff, 0, '\n'}
	null := result()
	null.Raw, null.Result = []byte("null"), nil
	empty := result()
	empty.Raw = []byte{}
	for name, ev := range map[string]client.Event{
		"zero": {}, "result": result(), "notice": notice, "beat": beat, "a reported 0": silent, "fault": fault, "embedding": embedding,
		"text": text, "binary": binary, "null": null, "empty": empty,
	} {
		line := AppendEvent([]byte("start"), &ev)
		if !bytes.HasPrefix(line, []byte("start{")) {
			t.Fatalf("%s: what was in the slice is gone: %s", name, line)
		}
		got, err := ParseEvent(line[len("start"):])
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, line)
		}
		if !reflect.DeepEqual(got, ev) {
			t.Errorf("%s:\ngot  %+v\nwant %+v\n%s", name, got, ev, line)
		}
	}
}

// What a payload may hold to break the line, or to steer the terminal that shows it.
func TestEventIsOneSafeLine(t *testing.T) {
	for _, raw := range []string{
		"{\r\n\t\"a\": 1\n}", "{\"a\":\"\u0085\u009b31m\u007f\u2028\u202e\u2066\u200f\u061c é €\"}", "plain\n\u009b",
	} {
		ev := result()
		ev.Raw, ev.Text = []byte(raw), "one\ntwo"
		line := AppendEvent(nil, &ev)
		for _, r := range string(line) {
			if r < 0x20 || changesDirection(r) {
				t.Errorf("%q holds %U", line, r)
			}
		}
		got, err := ParseEvent(line)
		if err != nil || normal(got.Raw) != normal(ev.Raw) {
			t.Errorf("%q became %q, %v", raw, got.Raw, err)
		}
	}
}

// A payload that no reader could take in as a part of a line is retained as text.
func TestDeepPayloadIsText(t *testing.T) {
	ev := result()
	for depth, member := range map[int]string{maxDepth: `,"raw":[`, maxDepth + 1: `,"raw_text":"[`, 20_000: `,"raw_text":"[`} {
		ev.Raw = []byte(strings.Repeat("[", depth) + `"]\\\"["` + strings.Repeat("]", depth))
		line := AppendEvent(nil, &ev)
		if !bytes.Contains(line, []byte(member)) {
			t.Errorf("nested %d deep: %.300s", depth, line)
		}
		if got, err := ParseEvent(line); err != nil || !bytes.Equal(got.Raw, ev.Raw) {
			t.Errorf("nested %d deep: %v", depth, err)
		}
	}
}

// JSON has no word for these.
func TestNumbersBeyondJSON(t *testing.T) {
	ev := client.Event{Result: &client.Result{Norm: math.Inf(1), ReadIndex: -1, Scores: []client.Score{{Value: math.NaN()}, {Value: math.Inf(-1)}}}}
	got, err := ParseEvent(AppendEvent(nil, &ev))
	if err != nil {
		t.Fatal(err)
	}
	r := got.Result
	if r.Norm != math.MaxFloat64 || !math.IsNaN(r.Scores[0].Value) || r.Scores[1].Value != -math.MaxFloat64 {
		t.Fatalf("%+v", r)
	}
}

func TestParseEventSaysWhatIsWrong(t *testing.T) {
	for _, line := range []string{"", "{", "[]", `{"time":"yesterday"}`, `{"time":1}`, `{"text":1}`, `{} {}`, "null", `{"result":[]}`, `{"result":{"shape":[1,"2"]}}`,
		`{"result":{"scores":{}}}`, `{"notice":{"duration":"1s"}}`, `{"raw":}`, `{"raw_base64":"%"}`, "{\"text\":\"\xff\"}"} {
		if ev, err := ParseEvent([]byte(line)); err == nil {
			t.Errorf("%q became %+v", line, ev)
		}
	}
	ev, err := ParseEvent([]byte(`{"kind":"song","new":{"a":[1]},"notice":{"duration":1.5e0,"phase":"TLS"}}`))
	if err != nil || ev.Kind != client.KindOther || ev.Notice.Duration != 1500*time.Millisecond || ev.Notice.Phase != client.PhaseTLS {
		t.Errorf("%+v, %v", ev, err)
	}
}

// A tool that goes over a file may write null for what is not there, or escape names.
func TestParseEventTakesNull(t *testing.T) {
	ev, err := ParseEvent([]byte(`{"time":null,"kind":null,"text":null,"result":{"label":null,"scores":null,"read_index":null},"beat":null,
		"notice":{"timing":null,"count":null,"new":[{}]},"raw_text":null,"\u0077ire":"a\u001bb"}`))
	want := client.Event{Result: &client.Result{ReadIndex: -1}, Notice: &client.Notice{}, Wire: "a\ufffdb"}
	if err != nil || !reflect.DeepEqual(ev, want) {
		t.Errorf("got  %+v, %v\nwant %+v", ev, err, want)
	}
}

// normal is JSON without the freedom that JSON leaves in spelling; text as it is.
func normal(raw []byte) string {
	v := jsontext.Value(bytes.Clone(raw))
	if v.Format(jsontext.AllowDuplicateNames(true)) != nil {
		return string(raw)
	}
	return string(v)
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"a":[1,"\u009b"]}`), "text", "id", int64(5), .5, uint8(3))
	f.Add([]byte("\xff\n"), "\u202e", "", int64(-5), math.Inf(1), uint8(8))
	f.Fuzz(func(t *testing.T, raw []byte, text, id string, n int64, x float64, e uint8) {
		text, id = client.Clean(text), client.Line1(id)
		ev := client.Event{
			Service: id, Session: id, Kind: client.Kind(e % 9), Level: client.Level(e % 4), Wire: id, ID: id, Text: text, Raw: raw,
			Time: time.Unix(0, n).UTC(), Received: time.Unix(n, n%7).UTC(),
			Result:    &client.Result{Label: client.Line1(text), Scores: []client.Score{{Label: id, Value: x}}, Unit: client.Unit(e % 4), Shape: []int{int(n)}, Norm: x, ReadIndex: n},
			Heartbeat: &client.Heartbeat{Status: client.Status(e % 7), Messages: n, MessageTimeout: time.Duration(n), HasMessages: true, HasTimeout: true},
			Notice:    &client.Notice{Code: client.NoticeCode(id), Phase: client.Phase(e % 6), Remedy: client.Remedy(e % 15), Duration: time.Duration(n)},
		}
		line := AppendEvent(nil, &ev)
		if !jsontext.Value(line).IsValid(lax) || bytes.ContainsAny(line, "\n\r") {
			t.Fatalf("no JSON line: %q", line)
		}
		got, err := ParseEvent(line)
		if err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if normal(got.Raw) != normal(raw) {
			t.Fatalf("payload %q became %q", raw, got.Raw)
		}
		if got.Raw, ev.Raw = nil, nil; !stampable(ev.Received) {
			ev.Received = time.Time{}
		}
		if math.IsNaN(x) || math.IsInf(x, 0) || x == 0 {
			got.Result, ev.Result = nil, nil
		}
		if !reflect.DeepEqual(got, ev) {
			t.Fatalf("got  %+v\nwant %+v\n%q", got, ev, line)
		}
	})
}

func TestAppendEventDoesNotAllocate(t *testing.T) {
	ev, buf := result(), make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { buf = AppendEvent(buf[:0], &ev) }); n > 0 {
		t.Fatalf("%v allocations", n)
	}
}

func BenchmarkAppendEvent(b *testing.B) {
	ev, buf := result(), make([]byte, 0, 4096)
	ev.Raw = append(append([]byte(`{"type":"inference.result","event_data":{"response":["`), strings.Repeat("a b c d ", 17)...), `"]}}`...)
	b.ReportAllocs()
	b.SetBytes(int64(len(ev.Raw)))
	for b.Loop() {
		buf = AppendEvent(buf[:0], &ev)
	}
}

func BenchmarkParseEvent(b *testing.B) {
	ev := result()
	line := AppendEvent(nil, &ev)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseEvent(line); err != nil {
			b.Fatal(err)
		}
	}
}
