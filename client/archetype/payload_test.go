package archetype

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// What Python's json.dumps writes and strict JSON refuses keeps its kind, and is shown as it arrived.
func TestPythonPayloads(t *testing.T) {
	for payload, text := range map[string]string{
		`{"type":"inference.result","event_data":{"response":["walk",{"walk":NaN,"sit":0.25}]}}`:  "walk (walk NaN, sit 0.25)",
		`{"type":"inference.result","event_data":{"response":[NaN, 1.0, -Infinity]}}`:             "embedding 3, with 2 values that are no number",
		`{"type":"inference.result","event_data":{"response":{"box":[NaN, 1.50]}}}`:               `{"box":[NaN,1.50]}`,
		`{"type":"inference.result","event_data":{"response":"\ud800 half"}}`:                     "\uFFFD half",
		`{"type":"inference.result","type":"inference.result","event_data":{"response":"twice"}}`: "twice",
		`{"type":"inference.result","event_data":{"response":NaN}}`:                               "NaN",
		`{"type":"inference.result","event_data":{"response":1e400}}`:                             "1e400",
		`{"type":"inference.result","event_data":{"response":12345678901234567890}}`:              "12345678901234567890",
		`{"type":"inference.result","event_data":{"response":0.10}}`:                              "0.10",
		`{"type":"inference.result","event_data":{"response":["n",{"n":12345678901234567890}]}}`:  "n (n 12345678901234567890)",
		`{"type":"inference.result","event_data":{"response":["a",{"a":0.10,"b":0.30}]}}`:         "a (a 0.10, b 0.30)",
		`{"type":"inference.result","event_data":{"response":["a",{"a":1e400}]}}`:                 "a (a 1e400)",
		`"{\"type\":\"inference.result\",\"event_data\":{\"response\":\"in a string\"}}"`:         "in a string",
		"\xef\xbb\xbf" + `{"type":"inference.result","event_data":{"response":"behind a mark"}}`:  "behind a mark",
	} {
		ev := client.Event{Wire: "message"}
		decode([]byte(payload), &ev)
		if ev.Kind != client.KindResult || ev.Level != client.LevelInfo || ev.Text != text || string(ev.Raw) != payload {
			t.Errorf("%s\nis %v, %q", payload, ev.Kind, ev.Text)
		}
		if ev.Result != nil && (ev.Result.Norm != ev.Result.Norm || len(ev.Result.Scores) > 0 && ev.Result.Scores[0].Value != ev.Result.Scores[0].Value) {
			t.Errorf("%s has NaN in its numbers", payload)
		}
	}
}

func TestErrorEventsOfEveryShape(t *testing.T) {
	for payload, text := range map[string]string{
		"model worker crashed":                 "model worker crashed",
		`"model worker crashed"`:               "model worker crashed",
		`["model worker crashed","again"]`:     "model worker crashed\nagain",
		`{"code":500,"detail":"crashed"}`:      "crashed [500]",
		`{"type":"OutOfMemory","message":"x"}`: "x",
		"":                                     "error",
		"null":                                 "error",
		`{"message":"x","error_uid":"err-1","suggestion":"restart it"}`: "x (restart it) [err-1]",
	} {
		ev := client.Event{Wire: "error"}
		decode([]byte(payload), &ev)
		if ev.Kind != client.KindError || ev.Level != client.LevelError || ev.Text != text {
			t.Errorf("%s is %v, %v, %q", payload, ev.Kind, ev.Level, ev.Text)
		}
	}
	ev := client.Event{Wire: "message"}
	decode([]byte(`{"type":"inference.error","event_data":{"error_messages":["m"],"errors":[{"code":"c","error_uid":"err-2","suggestion":"s"}]}}`), &ev)
	if f := ev.Fault; f == nil || strings.Join(f.Codes, "") != "c" || strings.Join(f.UIDs, "") != "err-2" || f.Suggestion != "s" {
		t.Errorf("%q, %+v", ev.Text, f)
	}
}

func TestLevelsOfLogs(t *testing.T) {
	for payload, want := range map[string]client.Level{
		`{"type":"log.info","event_data":{"message":"x"}}`:                    client.LevelInfo,
		`{"type":"log.info","event_data":{"message":"x","level":"ERROR"}}`:    client.LevelError,
		`{"type":"log","event_data":{"message":"x","level":"warning"}}`:       client.LevelWarn,
		`{"type":"log.error","event_data":{"message":"x","level":"info"}}`:    client.LevelError,
		`{"type":"log.custom","level":40,"event_data":{"message":"x"}}`:       client.LevelError,
		`{"type":"log.info","event_data":{"message":"x","severity":"debug"}}`: client.LevelDebug,
	} {
		ev := client.Event{Wire: "message"}
		if decode([]byte(payload), &ev); ev.Kind != client.KindLog || ev.Level != want {
			t.Errorf("%s is %v, %v", payload, ev.Kind, ev.Level)
		}
	}
}

// A date without a zone is UTC where that is near the time of receipt; else it may be hours away, and is text.
func TestTimesOfEvents(t *testing.T) {
	received := time.Date(2026, 11, 27, 8, 15, 31, 0, time.UTC)
	for stamp, want := range map[string]time.Time{
		`1795767330123`:               received.Add(-877 * time.Millisecond),
		`"2026-11-27T08:15:30"`:       received.Add(-time.Second),
		`"2026-11-27T13:15:30"`:       {},
		`"2026-11-27T09:15:30+01:00"`: received.Add(-time.Second),
	} {
		ev := client.Event{Received: received}
		decode([]byte(`{"type":"inference.result","timestamp":`+stamp+`,"data":{"result":"x"}}`), &ev)
		if !ev.Time.Equal(want) {
			t.Errorf("%s is %v", stamp, ev.Time)
		}
		if want.IsZero() && (ev.Result == nil || ev.Result.SensorTime == "") {
			t.Errorf("%s is not shown", stamp)
		}
	}
}

// A login page that comes up is retried, and distinguished from the key; the stream continues when it is gone.
func TestStreamBehindALoginPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := refuse(403, "<html><title>Sign in</title>", "Content-Type", "text/html")
		s := &script{steps: []func(*wire){page, page, func(w *wire) { w.data("", result("a")); w.hang() }}}
		d, err := s.watch(t, time.Minute, client.WatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, d, "<reconnecting> <reconnecting> <connected> a")
		for i, ev := range d.notices(client.NoticeReconnecting) {
			n := ev.Notice
			if n.Remedy != client.RemedyIntermediary || n.Attempt != i+2 || n.Request != "GET /lens/sessions/consumer/lsn-1" || !strings.Contains(ev.Text, `"Sign in"`) {
				t.Errorf("%q %+v", ev.Text, n)
			}
		}
	})
}

// The last record comes with the end, and how long a connection lasted with its loss.
func TestLastRecordComesWithTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const record = `{"session_id":"lsn-1","session_status":"SESSION_STATUS_DESTROYED","session_duration_sec":86400,"session_ttl_sec":86400}`
		s := &script{status: say(http.StatusOK, record), steps: []func(*wire){
			func(w *wire) { w.data("", result("a")); w.wait(20 * time.Second); w.drop() },
			func(w *wire) { w.data("", `{"type":"sse.stream.end"}`) },
		}}
		d, err := s.watch(t, time.Hour, client.WatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		closed := d.notices(client.NoticeClosed)
		if len(closed) != 1 || closed[0].Notice.Record == nil || closed[0].Notice.Record.Duration != 24*time.Hour || closed[0].Notice.Session != client.StatusDestroyed {
			t.Fatalf("%d ends, %+v", len(closed), closed)
		}
		lost := d.notices(client.NoticeReconnecting)
		if len(lost) != 1 || lost[0].Notice.Ending != client.EndingCut || lost[0].Notice.Lasted.Round(time.Second) != 20*time.Second {
			t.Errorf("%+v", lost[0].Notice)
		}
	})
}

// A wait without measure has a ceiling, and says so.
func TestWaitOfAStreamHasACeiling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){refuse(429, "", "Retry-After", "999999999"), func(w *wire) { w.data("", result("a")); w.hang() }}}
		began := time.Now()
		d, err := s.watch(t, 6*time.Minute, client.WatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, d, "<reconnecting> <connected> a")
		n := d.notices(client.NoticeReconnecting)[0]
		if wait := n.Notice.Next.Sub(began); wait > 5*time.Minute+time.Second || !strings.Contains(n.Text, "lenswatch retries after 5 min") {
			t.Errorf("waits %v: %s", wait, n.Text)
		}
	})
}
