package archetype

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"weak"

	"lenswatch/client"
)

// nested is text inside n pairs.
func nested(n int, before, text, after string) string {
	return strings.Repeat(before, n) + text + strings.Repeat(after, n)
}

// hostile are payloads of about a megabyte, of shapes that a reader that looks again at what it has
// passed would take the square of their size for.
func hostile() map[string]string {
	long := `"` + strings.Repeat("x", 1<<20) + `"`
	out := map[string]string{
		"empty strings":   `{"type":"error","errors":[` + strings.Repeat(`"",`, 300_000) + `""]}`,
		"strings":         `{"type":"inference.result","event_data":{"response":[` + strings.Repeat(`"x",`, 250_000) + `"x"]}}`,
		"objects":         `{"errors":[` + strings.Repeat(`{"code":1},`, 90_000) + `{}]}`,
		"empty objects":   `[` + strings.Repeat(`{},`, 300_000) + `{}]`,
		"numbers":         `[` + strings.Repeat(`0,`, 500_000) + `0]`,
		"records":         `[` + strings.Repeat(`{"session_id":1},`, 60_000) + `{}]`,
		"members":         `{` + strings.Repeat(`"a":0,`, 150_000) + `"type":"x"}`,
		"one string":      `{"type":"log.info","event_data":{"message":` + long + `}}`,
		"escapes":         `{"type":"log.info","event_data":{"message":"` + strings.Repeat(`\u0007`, 160_000) + `"}}`,
		"scores":          `{"type":"inference.result","event_data":{"response":{` + strings.Repeat(`"aaaaaaaaaa":0.5,`, 60_000) + `"b":1}}}`,
		"embedding":       `{"type":"inference.result","event_data":{"response":[` + strings.Repeat(`0.5,`, 250_000) + `1]}}`,
		"unknown":         `{"type":"x","event_data":{"y":` + long + `}}`,
		"no JSON":         strings.Repeat("<p>", 350_000),
		"bytes":           `b'` + strings.Repeat(`\x41`, 250_000) + `'`,
		"long config":     `{"session_id":"a","lens_config":{"model_pipeline":[` + strings.Repeat(`{},`, 300_000) + `{}]}}`,
		"mailbox":         `{"type":"session.read.response","event_data":{"messages":[` + strings.Repeat(`"{}",`, 200_000) + `0]}}`,
		"broken off":      `{"errors":[` + strings.Repeat(`{"a":[`, 100),
		"mailbox objects": `{"type":"session.read.response","event_data":{"messages":[` + strings.Repeat(`{},`, 300_000) + `0]}}`,
	}
	for _, depth := range []int{200, 2000, 4000, 9000} {
		pad := fmt.Sprintf(`{"message":"m","pad":%s}`, long)
		for name, text := range map[string]string{
			"lists":       `{"errors":` + nested(depth, "[", pad, "]") + `}`,
			"details":     `{"detail":` + nested(depth, `[{"details":{"field":`, pad, "}}]") + `}`,
			"errors":      nested(depth, `{"error":`, pad, "}"),
			"event data":  nested(depth, `{"event_data":`, pad, "}"),
			"statuses":    `{"type":"session.status.response","event_data":` + nested(depth, `{"event_data":`, pad, "}") + `}`,
			"invalid":     nested(depth, `{"is_valid":false,"error_messages":[`, pad, "]}"),
			"results":     `{"type":"inference.result","event_data":` + nested(depth, `{"response":[`, pad, "]}") + `}`,
			"error event": `{"type":"error","event_data":` + nested(depth, `{"errors":[`, pad, "]}") + `}`,
			"sessions":    nested(depth, `{"sessions":[`, pad, "]}"),
			"open":        strings.Repeat("[", depth) + pad,
		} {
			out[fmt.Sprintf("%d %s", depth, name)] = text
		}
	}
	return out
}

// Every reader of what a service sends takes memory, and with it time, in proportion to the size of
// what it reads, whatever shape that has.
func TestReadersTakeNoMoreThanTheirInputIsWorth(t *testing.T) {
	s, err := New(Options{Key: NewSecret(testKey)})
	if err != nil {
		t.Fatal(err)
	}
	readers := map[string]func([]byte){
		"parseErrors":   func(b []byte) { parseErrors(b) },
		"failure":       func(b []byte) { failure("op", 500, http.Header{}, b, s.key) },
		"decodeSession": func(b []byte) { decodeSession(b) },
		"decodeLens":    func(b []byte) { decodeLens(b) },
		"lists":         func(b []byte) { _ = recordsIn(b, func([]byte) error { return nil }) },
		"mailbox":       func(b []byte) { _, _ = s.mailboxMessages(b) },
		"decode":        func(b []byte) { decodeShallow(b, &client.Event{}) },
	}
	for shape, text := range hostile() {
		for name, read := range readers {
			payload := []byte(text)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			read(payload)
			runtime.ReadMemStats(&after)
			limit := uint64(64 * len(payload))
			if cost := after.TotalAlloc - before.TotalAlloc; cost > limit {
				t.Errorf("%s of %s: %d KiB are allocated for %d KiB", name, shape, cost>>10, len(payload)>>10)
			}
		}
	}
}

// What is nested too deep says so, and is retained as it arrived.
func TestDeepEventsAreKeptAsTheyCame(t *testing.T) {
	payload := `{"type":"error","event_data":` + nested(client.MaxDepth, "[", "1", "]") + `}`
	var ev client.Event
	decodeShallow([]byte(payload), &ev)
	if ev.Kind != client.KindOther || ev.Level != client.LevelWarn || string(ev.Raw) != payload || !strings.HasPrefix(ev.Text, "nested deeper than 256 levels") {
		t.Errorf("%v %v %.80q", ev.Kind, ev.Level, ev.Text)
	}
	payload = `{"type":"log.info","event_data":{"message":"hello","x":` + nested(client.MaxDepth-2, "[", "1", "]") + `}}`
	decodeShallow([]byte(payload), &ev)
	if ev.Kind != client.KindLog || ev.Text != "hello" {
		t.Errorf("%v %.80q", ev.Kind, ev.Text)
	}
}

// A stream that has handed an event on lets go of its payload: 60 quiet streams do not hold 60 of the largest.
func TestAStreamHoldsNoPayload(t *testing.T) {
	var payload weak.Pointer[byte]
	s, err := New(Options{Key: NewSecret(testKey)})
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{s: s, id: "lsn-1", dedupers: map[client.Channel]*deduper{}, sink: func(ev client.Event) { payload = weak.Make(&ev.Raw[0]) }}
	w.event([]byte(`{"type":"inference.result","event_data":{"response":"`+strings.Repeat("r", 1<<20)+`"}}`), "message", "1")
	for range 3 { // a pool lets go with the second
		runtime.GC()
	}
	if payload.Value() != nil {
		t.Error("the payload is retained")
	}
	runtime.KeepAlive(w)
}
