package archetype

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"lenswatch/client"
)

func TestEndpointHasOneForm(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "https://api.u1.archetypeai.app/v0.5",
		"https://api.u1.archetypeai.app":     "https://api.u1.archetypeai.app/v0.5",
		"https://api.u1.archetypeai.app/":    "https://api.u1.archetypeai.app/v0.5",
		"https://API.example/v0.5/":          "https://api.example/v0.5",
		"https://api.example/v1":             "https://api.example/v1",
		"https://api.example/v1.2.3//":       "https://api.example/v1.2.3",
		"https://api.example/proxy":          "https://api.example/proxy/v0.5",
		"https://api.example/proxy/v0.4/":    "https://api.example/proxy/v0.4",
		"https://api.example/dev5":           "https://api.example/dev5/v0.5",
		"https://api.example/v0.5/lens":      "https://api.example/v0.5/lens/v0.5",
		"http://127.0.0.1:8080":              "http://127.0.0.1:8080/v0.5",
		"http://[::1]:8080/v0.5":             "http://[::1]:8080/v0.5",
		"https://api.example/a%2Fb/v0.5":     "https://api.example/a%2Fb/v0.5",
		"ftp://api.example":                  "error",
		"api.example/v0.5":                   "error",
		"https://":                           "error",
		"https://user:pass-word@example/":    "error",
		"https://example/v0.5?key=pass-word": "error",
		"https://example/v0.5#pass-word":     "error",
		"https://exa mple:pass-word/":        "error",
		"://pass-word":                       "error",
	} {
		s, err := New(Options{Endpoint: in, Key: NewSecret(testKey)})
		if want == "error" {
			if !errors.Is(err, client.ErrRequest) || strings.Contains(fmt.Sprint(err), "pass-word") {
				t.Errorf("%q: %v", in, err)
			}
			continue
		}
		if err != nil || s.Endpoint() != want || s.Name() != "archetype" {
			t.Errorf("%q is %v, %v, want %q", in, s.Endpoint(), err, want)
		}
	}
}

func TestKeysThatCannotBeUsed(t *testing.T) {
	_, err := New(Options{})
	if !errors.Is(err, client.ErrNoKey) || !strings.Contains(err.Error(), "ATAI_API_KEY") {
		t.Error(err)
	}
	if _, err = New(Options{Key: NewSecret("half a\nkey")}); !errors.Is(err, client.ErrRefused) || strings.Contains(err.Error(), "half") {
		t.Error(err)
	}
}

// everyForm is whatever fmt, slog and encoding/json make of a value.
func everyForm(v any) string {
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t", "%T"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	j, _ := json.Marshal(v)
	b.Write(j)
	for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(h).Info("x", "value", v)
	}
	return b.String()
}

func leaks(text string) bool {
	return strings.Contains(text, testKey) || strings.Contains(text, fmt.Sprintf("%x", testKey))
}

func TestNoValuePrintsTheKey(t *testing.T) {
	s, err := New(Options{Key: NewSecret(testKey)})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Key: NewSecret(testKey)}
	for _, v := range []any{
		NewSecret(testKey), &o, o, s, s.rest, s.opts, s.rest.HTTP(), s.rest.Transport(), *s.rest.Transport(),
		struct{ hidden Options }{o}, struct{ hidden any }{o.Key}, map[string]any{"k": o.Key}, []Secret{o.Key},
	} {
		if text := everyForm(v); leaks(text) {
			t.Errorf("%T prints the key: %s", v, text)
		}
	}
	if leaks(everyForm(testKey)) != true {
		t.Error("the test cannot see a key")
	}
}

// TestNoErrorHoldsTheKey lets the server say the key in every place that a message comes from.
func TestNoErrorHoldsTheKey(t *testing.T) {
	for _, body := range []string{
		testKey, `{"detail":"` + testKey + `"}`, `{"errors":["x ` + testKey + ` y"]}`,
		`{"errors":[{"code":"` + testKey + `","message":"` + testKey + `","suggestion":"` + testKey + `"}]}`,
		`{"error":{"message":"m","details":{"field":"` + testKey + `"}}}`, `{"type":"error","message":"` + testKey + `"}`,
		strings.Repeat("x", 2<<10-6) + testKey, strings.Repeat("x", 4<<10-6) + testKey,
		`{"api_key":"someone-else","errors":"oops"}`,
	} {
		for _, status := range []int{200, 400, 500} {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, say(status, body, "Retry-After", "3600"))
				_, err1 := s.Lenses(t.Context())
				_, err2 := s.Create(t.Context(), client.CreateRequest{LensID: testKey})
				_, err3 := s.Session(t.Context(), "lsn-1")
				_, err4 := s.Destroy(t.Context(), "lsn-1")
				for _, err := range []error{err1, err2, err3, err4} {
					if err == nil {
						continue
					}
					text := fmt.Sprintf("%v %+v %#v", err, err, err)
					if leaks(text) || strings.Contains(text, testKey[:len(testKey)-4]) || strings.Contains(text, "someone-else") {
						t.Errorf("HTTP %d %.80s: %s", status, body, text)
					}
				}
			})
		}
	}
}

func TestSessionsDropTheEchoedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, say(200, `{"session_id":"lsn-1","api_key":"`+testKey+`","lens_name":"x","session_runner":"r"}`))
		session, err := s.Create(t.Context(), client.CreateRequest{LensID: "lns-1"})
		if err != nil {
			t.Fatal(err)
		}
		if text := everyForm(session); leaks(text) {
			t.Error(text)
		}
	})
}

// TestKeyStaysHome redirects to other origins, each in a way that net/http would take the header
// along for some: a subdomain, another port, another scheme.
func TestKeyStaysHome(t *testing.T) {
	for _, target := range []string{"http://evil.test/", "http://sub.api.test/", "http://api.test:8080/", "https://api.test/"} {
		for _, status := range []int{301, 302, 307, 308} {
			synctest.Test(t, func(t *testing.T) {
				var hosts []string
				s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					hosts = append(hosts, r.Host)
					http.Redirect(w, r, target, status)
				}))
				_, err := s.Lenses(t.Context())
				_, err2 := s.Create(t.Context(), client.CreateRequest{LensID: "lns-1"})
				for _, err := range []error{err, err2} {
					if !errors.Is(err, client.ErrIntermediary) && !errors.Is(err, client.ErrEndpoint) || !strings.Contains(err.Error(), "the key is not sent there") {
						t.Errorf("%s: %v", target, err)
					}
				}
				if fmt.Sprint(hosts) != "[api.test api.test]" {
					t.Errorf("%s: asked %v", target, hosts)
				}
			})
		}
	}
	synctest.Test(t, func(t *testing.T) {
		a := &answers{list: []http.HandlerFunc{
			func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/v0.5/moved", http.StatusTemporaryRedirect)
			},
			func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer "+testKey {
					t.Error("no key at home")
				}
				say(200, "[]")(w, r)
			},
		}}
		if _, err := serve(t, a).Lenses(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
