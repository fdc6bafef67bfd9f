package agenthuman

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// secrets are what the server below says in every place that it can.
var secrets = []string{testKey, roomToken, "st-secret-5150", "jwt-secret-5151", "daily-secret-5152", "room.example/r1"}

// leaky is a record that holds every secret that a session can have, by the names of all generations.
const leaky = `{"session_id": "sess_1", "status": "started", "started_at": "2024-01-15T10:30:00Z", "session_token": "st-secret-5150",
 "access_token": "jwt-secret-5151", "daily_room": {"url": "https://room.example/r1?t=daily-secret-5152", "name": "n", "token": "daily-secret-5152"},
 "room": {"roomURL": "wss://room.example/r1", "participantToken": "jwt-secret-5151"}, "API_KEY": "` + testKey + `",
 "metadata": {"note": "` + testKey + `", "deep": [{"Participant_Token": ["jwt-secret-5151"]}], "kept": "yes"}}`

func TestNoSecretComesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		answer := say(200, `{"success": true, "session": `+leaky+`, "sessions": [`+leaky+`], "usage": {}}`)
		s := byHand(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			a := answer
			mu.Unlock()
			a(w, r)
		})
		d := watch(t, s, "sess_1", client.WatchOptions{})
		pass(20 * time.Second)
		var all strings.Builder
		note := func(v any, err error) { fmt.Fprintf(&all, "%+v %v\n", v, err) }
		calls := func() {
			note(s.Sessions(t.Context()))
			note(s.Session(t.Context(), "sess_1"))
			note(s.Create(t.Context(), client.CreateRequest{Inputs: goodInputs()}))
			note(s.Usage(t.Context()))
		}
		calls()
		for _, said := range []string{
			`{"success": false, "error": {"message": "bad token ` + roomToken + ` for wss://room.example/r1 and ` + testKey + `"}}`,
			`{"error": "` + roomToken + ` ` + testKey + ` wss://room.example/r1"}`,
			`{"session": ` + leaky + `}`,
		} {
			for _, status := range []int{200, 400, 500} {
				if status == 500 {
					said = strings.ReplaceAll(said, roomToken, "") // a token is known to a create alone
					said = strings.ReplaceAll(said, "wss://room.example/r1", "")
				}
				mu.Lock()
				answer = say(status, said)
				mu.Unlock()
				if status == 500 {
					note(s.Destroy(t.Context(), "sess_1"))
				}
				note(s.Create(t.Context(), client.CreateRequest{Inputs: goodInputs()}))
			}
		}
		mu.Lock()
		answer = say(200, `{"success": true, "session": `+strings.Replace(leaky, "started", "ended", 1)+`, "sessions": []}`)
		mu.Unlock()
		pass(3 * time.Minute)
		if over, err := d.over(); !over || err != nil {
			t.Errorf("over %v, %v: %s", over, err, d.story())
		}
		text := all.String() + d.text() + fmt.Sprintf("%+v %#v %v", s, s.opts, s.opts.Key)
		for _, secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s shows: …%s…", secret, text[max(0, i-200):min(len(text), i+60)])
			}
		}
		if !strings.Contains(d.text(), `"kept":"yes"`) {
			t.Error("what is no secret is gone too")
		}
	})
}

func TestScrub(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"session_token":"x","b":[{"Token":{"y":1}},"token"]}`: `{"a":1,"b":[{},"token"]}`,
		`{"a":{"a":1,"a":2}}`:   `{"a":{"a":1,"a":2}}`,
		`["room", {"room": 1}]`: `["room",{}]`,
		`{"a":`:                 "",
		`nonsense`:              "",
		``:                      "",
	} {
		if got := string(scrub([]byte(in))); got != want {
			t.Errorf("%s became %s", in, got)
		}
	}
}

func TestOptions(t *testing.T) {
	for in, want := range map[string]string{
		"": "https://api.agenthuman.com/v1", "https://api.agenthuman.com": "https://api.agenthuman.com/v1",
		"https://api.agenthuman.com/": "https://api.agenthuman.com/v1", "https://api.agenthuman.com/v1/": "https://api.agenthuman.com/v1",
		"http://127.0.0.1:81/v2": "http://127.0.0.1:81/v2",
	} {
		s, err := New(Options{Endpoint: in, Key: rest.NewSecret(testKey)})
		if err != nil || s.Endpoint() != want || s.Name() != "agenthuman" {
			t.Errorf("%q: %v, %v", in, s, err)
		}
	}
	if _, err := New(Options{}); !errors.Is(err, client.ErrNoKey) || !strings.Contains(err.Error(), "AGENTHUMAN_API_KEY") {
		t.Error(err)
	}
	if _, err := New(Options{Key: rest.NewSecret("half a\nkey")}); !errors.Is(err, client.ErrRefused) {
		t.Error(err)
	}
	if _, err := New(Options{Key: rest.NewSecret(testKey), Endpoint: "https://u:hunter2@h"}); !errors.Is(err, client.ErrRequest) || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

func TestCurlNamesTheVariable(t *testing.T) {
	s, err := New(Options{Key: rest.NewSecret(testKey)})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Curl("sess_1"); got != `curl "https://api.agenthuman.com/v1/sessions/sess_1" -H "x-api-key: $AGENTHUMAN_API_KEY"` {
		t.Error(got)
	}
	if got := s.Curl("a$(id)`b\""); strings.ContainsAny(strings.TrimSuffix(strings.TrimPrefix(got, `curl "https://api.agenthuman.com/v1/sessions/`), `" -H "x-api-key: $AGENTHUMAN_API_KEY"`), "$`\" ") {
		t.Error(got)
	}
	if !s.Claims("sess_1") || s.Claims("lsn-1") {
		t.Error("claims")
	}
}

func TestPingIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		asked := 0
		s := byHand(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			asked++
			mu.Unlock()
			(&handServer{t: t}).ServeHTTP(w, r)
		})
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if p, err := s.Ping(t.Context()); err != nil || p.Date.IsZero() {
					t.Errorf("%+v, %v", p, err)
				}
			})
		}
		all.Wait()
		if asked != 1 {
			t.Errorf("%d requests", asked)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		pass(pingMaxAge)
		if _, err := s.Ping(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := s.Ping(t.Context()); err != nil {
			t.Errorf("a cancelled ping was retained: %v", err)
		}
	})
}
