package agenthuman

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// The answers as the documents show them.
const (
	docEnd = `{
  "success": true,
  "session": {
    "session_id": "sess_01H3Z8G9YR3K2N5M6P7Q8W4T",
    "status": "ended",
    "started_at": "2024-01-15T10:30:00Z",
    "ended_at": "2024-01-15T10:35:00Z"
  }
}`
	docGet = `{"success": true, "session": {"session_id": "sess_01H3Z8G9YR3K2N5M6P7Q8W4T", "status": "ended",
  "started_at": "2024-01-15T10:30:00Z", "ended_at": "2024-01-15T10:35:30Z", "expiration": "2024-01-15T14:30:00Z", "duration": 330, "metadata": {}}}`
	docCreate = `{"success": true, "session": {"session_id": "sess_01H3Z8G9YR3K2N5M6P7Q8W4T", "status": "started",
  "session_token": "st-secret-5150", "started_at": "2024-01-15T10:30:00Z", "ended_at": null, "expiration": "2024-01-15T14:30:00Z", "metadata": {}},
  "usage": {"concurrency": {"current": 1, "max": 5, "available": 4}, "minutes": {"total_remaining": 95}}, "message": "Session created successfully"}`
	docList = `{"success": true, "sessions": [
  {"session_id": "sess_01H3Z8G9YR3K2N5M6P7Q8W4T", "status": "started", "started_at": "2024-01-15T10:30:00Z", "ended_at": null,
   "expiration": "2024-01-15T14:30:00Z", "aspect_ratio": "4:3", "duration": 120, "metadata": {"customer": "c-1"}, "billing": null}]}`
	docUsage = `{"success": true, "usage": {
  "period": {"start": "2024-01-01T00:00:00.000Z", "end": "2024-02-01T00:00:00.000Z"},
  "included_minutes": {"total": 300, "used": 120, "remaining": 180}, "purchased_minutes": {"total": 100, "remaining": 60},
  "total_remaining": 240, "active_sessions": [{"session_id": "sess_01H3Z8G9YR3K2N5M6P7Q8W4T", "status": "active"}], "active_minutes": 3,
  "concurrency": {"current": 1, "max": 20, "available": 19},
  "plan": {"key": "pro", "name": "Pro", "max_session_duration": 240, "will_renew": true}}}`
	docID = "sess_01H3Z8G9YR3K2N5M6P7Q8W4T"
)

// handServer answers as the documents have it, and remembers what it was sent.
type handServer struct {
	t    *testing.T
	mu   sync.Mutex
	got  []string
	body string
}

func (h *handServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	h.got = append(h.got, r.Method+" "+r.URL.RequestURI())
	h.body = string(b)
	h.mu.Unlock()
	if r.Header.Get("x-api-key") != testKey || r.Header.Get("Authorization") != "" || r.Header.Get("User-Agent") != "lenswatch" {
		h.t.Errorf("header %v", r.Header)
	}
	answers := map[string]string{
		"GET /v1/sessions?status=started":     docList,
		"GET /v1/sessions/" + docID:           docGet,
		"POST /v1/sessions":                   docCreate,
		"POST /v1/sessions/" + docID + "/end": docEnd,
		"GET /v1/usage":                       docUsage,
	}
	answer, ok := answers[r.Method+" "+r.URL.RequestURI()]
	if !ok {
		say(404, `{"success": false, "error": {"message": "Session not found"}}`)(w, r)
		return
	}
	say(200, answer)(w, r)
}

func TestDocuments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &handServer{t: t}
		s := byHand(t, h.ServeHTTP)
		day := func(clock string) time.Time {
			at, err := time.Parse(time.RFC3339, "2024-01-15T"+clock+"Z")
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		base := client.Session{Service: "agenthuman", ID: docID, LensID: lensID, LensName: lensName, Channel: client.ChannelPoll, Fetched: time.Now()}

		want := base
		want.Status, want.StatusText, want.Duration = client.StatusRunning, "started", 2*time.Minute
		want.Started, want.Expires = day("10:30:00"), day("14:30:00")
		if got, err := s.Sessions(t.Context()); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("list: %+v, %v", got, err)
		}
		want.Duration = 0
		if got, err := s.Create(t.Context(), client.CreateRequest{LensID: lensID, Inputs: goodInputs()}); err != nil || got != want {
			t.Errorf("create: %+v, %v", got, err)
		}
		if h.body != `{"avatar":"avat_01J8QZ4M7N3R5T6V8W9X0Y1Z2A","aspect_ratio":"4:3","room":{"platform":"livekit","url":"wss://room.example/r1","token":"`+roomToken+`"}}` {
			t.Errorf("create sent %s", h.body)
		}
		want = base
		want.Status, want.StatusText = client.StatusDestroyed, "ended"
		want.Started, want.Ended = day("10:30:00"), day("10:35:00")
		if got, err := s.Destroy(t.Context(), docID); err != nil || got != want {
			t.Errorf("end: %+v, %v", got, err)
		}
		if h.body != "" {
			t.Errorf("end sent %s", h.body)
		}
		want.Ended, want.Expires, want.Duration = day("10:35:30"), day("14:30:00"), 330*time.Second
		if got, err := s.Session(t.Context(), docID); err != nil || got != want {
			t.Errorf("get: %+v, %v", got, err)
		}
		u := client.Usage{
			Plan: "Pro", MinutesTotal: 400, MinutesUsed: 160, MinutesLeft: 240, Sessions: 1, MaxSessions: 20,
			PeriodEnd: time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC), Fetched: time.Now(),
		}
		if got, err := s.Usage(t.Context()); err != nil || got != u {
			t.Errorf("usage: %+v, %v", got, err)
		}
		lenses, err := s.Lenses(t.Context())
		if err != nil || len(lenses) != 1 || lenses[0].ID != lensID || len(lenses[0].Fields) != 5 || lenses[0].Channel != client.ChannelPoll {
			t.Errorf("lenses: %+v, %v", lenses, err)
		}
		for _, f := range lenses[0].Fields {
			if f.Secret != (f.Name == "room_token") {
				t.Errorf("%+v", f)
			}
		}
	})
}

func TestPartialRecordsMerge(t *testing.T) {
	list, _, _ := decodeList([]byte(docList))
	end, _ := decodeOne([]byte(docEnd))
	got := list[0].session.Merge(end.session)
	if got.Status != client.StatusDestroyed || got.Expires.IsZero() || got.Ended.IsZero() || got.Age(time.Now()) != 5*time.Minute {
		t.Errorf("%+v", got)
	}
}

func TestErrors(t *testing.T) {
	create := func(t *testing.T, s *Service) error {
		_, err := s.Create(t.Context(), client.CreateRequest{Inputs: goodInputs()})
		return err
	}
	list := func(t *testing.T, s *Service) error { _, _, err := s.list(t.Context(), "started", false); return err }
	for _, c := range []struct {
		name   string
		call   func(*testing.T, *Service) error
		status int
		body   string
		header []string
		kind   error
		text   string
		unsure bool
	}{
		{"a string", list, 401, `{"error":"API key required"}`, nil, client.ErrRefused, "API key required", false},
		{"an object", create, 400, `{"success":false,"error":{"message":"Avatar ID is required","suggestion":"Include avatar_id"}}`, nil, client.ErrRequest, "Avatar ID is required (Include avatar_id)", false},
		{"an avatar of another", create, 403, `{"success":false,"error":{"message":"Access denied to this avatar"}}`, nil, client.ErrRequest, "Access denied to this avatar", false},
		{"forbidden", list, 403, `{"success":false,"error":{"message":"Forbidden"}}`, nil, client.ErrRefused, "Forbidden", false},
		{"no minutes", create, 403, `{"success":false,"error":{"code":"INSUFFICIENT_MINUTES","message":"Not enough","details":{"total_remaining":0}}}`, nil, client.ErrQuota, "Not enough (total remaining 0)", false},
		{"too many sessions", create, 429, `{"success":false,"error":{"code":"CONCURRENCY_LIMIT","message":"Too many","details":{"max":5,"current":5}}}`, nil, client.ErrQuota, "(current 5, max 5)", false},
		{"payment required", create, 402, `{}`, nil, client.ErrQuota, "", false},
		{"inside 200", create, 200, `{"success":false,"error":"oops"}`, nil, client.ErrRequest, "oops", false},
		{"failed without a word", list, 200, `{"success":false}`, nil, client.ErrRequest, "", false},
		{"rate", list, 429, `{"success":false,"error":"Too many requests. Please retry after 1 minute."}`, []string{"X-RateLimit-Reset", "33"}, client.ErrRateLimited, "Please retry", false},
		{"a server's failure", create, 500, `{"success":false,"error":{"message":"boom"}}`, nil, client.ErrServer, "list the sessions", true},
		{"a proxy's page", create, 502, `<html>bad</html>`, []string{"Content-Type", "text/html"}, client.ErrServer, "web page", true},
		{"nonsense", create, 200, `<html>`, nil, client.ErrIntermediary, "", true},
		{"no session", create, 201, `{"success":true}`, nil, client.ErrProtocol, "", true},
		{"no list", list, 200, `{"success":true}`, nil, client.ErrProtocol, "", false},
		{"no such path", list, 404, `{"success":false,"error":{"message":"Not found"}}`, nil, client.ErrEndpoint, "", false},
		{"a redirect", list, 302, ``, []string{"Location", "http://elsewhere.test/"}, client.ErrIntermediary, "the key is not sent there", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				err := c.call(t, byHand(t, func(w http.ResponseWriter, r *http.Request) {
					asked++
					say(c.status, c.body, c.header...)(w, r)
				}))
				if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) || errors.Is(err, client.ErrUncertain) != c.unsure {
					t.Errorf("%v", err)
				}
				if asked != 1 {
					t.Errorf("%d requests", asked)
				}
				var e *client.Error
				if errors.As(err, &e); e.Kind == client.ErrRateLimited && e.RetryAfter != 33*time.Second {
					t.Errorf("retry after %v", e.RetryAfter)
				}
			})
		})
	}
}

func TestReadingIsRetriedAndEndingToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := byHand(t, func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked%2 == 1 {
				say(503, `{}`)(w, r)
				return
			}
			(&handServer{t: t}).ServeHTTP(w, r)
		})
		if _, err := s.Sessions(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := s.Destroy(t.Context(), docID); err != nil {
			t.Error(err)
		}
		if asked != 4 {
			t.Errorf("%d requests", asked)
		}
	})
}

func TestCreateIsCheckedBeforeItIsSent(t *testing.T) {
	s := byHand(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was made") })
	for _, c := range []struct{ field, value, says string }{
		{"avatar", "", "avatar is required"},
		{"avatar", "a\nb", "control character"},
		{"aspect_ratio", "16:9", "one of 4:3, 3:4, 1:1"},
		{"room_platform", "zoom", "one of livekit, daily"},
		{"room_url", "", "room_url is required"},
		{"room_url", "room-secret-url", "starts with https://"},
		{"room_url", "file:///etc/passwd", "starts with https://"},
		{"room_token", "", "room_token is required"},
		{"metadata", "{}", `no field "metadata"`},
	} {
		in := goodInputs()
		in[c.field] = c.value
		_, err := s.Create(t.Context(), client.CreateRequest{LensID: lensID, Inputs: in})
		if !errors.Is(err, client.ErrRequest) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "room-secret") || errors.Is(err, client.ErrUncertain) {
			t.Errorf("%s = %q: %v", c.field, c.value, err)
		}
	}
	if _, err := s.Create(t.Context(), client.CreateRequest{LensID: "lns-1", Inputs: goodInputs()}); !errors.Is(err, client.ErrRequest) {
		t.Error(err)
	}
}
