package agenthuman

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"lenswatch/client"
)

// custodian answers ends, single sessions and lists.
type custodian struct{ end, one, list http.HandlerFunc }

func (c custodian) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch {
	case strings.HasSuffix(r.URL.Path, "/end"):
		c.end(w, r)
	case strings.HasSuffix(r.URL.Path, "/sessions"):
		c.list(w, r)
	default:
		c.one(w, r)
	}
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func abort(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

const (
	aPage     = "<html><body>Not here</body></html>"
	isStarted = `{"success":true,"session":{"session_id":"sess_1","status":"started"}}`
	isEnded   = `{"success":true,"session":{"session_id":"sess_1","status":"ended","ended_at":"2026-01-02T03:04:05Z"}}`
	notFound  = `{"success":false,"error":{"message":"Session not found"}}`
	listed    = `{"success":true,"sessions":[{"session_id":"sess_1","status":"started"},{"session_id":"sess_2","status":"started"}]}`
	unlisted  = `{"success":true,"sessions":[{"session_id":"sess_2","status":"started"}]}`
)

var misleading = map[string]http.HandlerFunc{
	"a page with 404":          answer(404, aPage),
	"a page with 200":          answer(200, aPage),
	"nothing with 200":         answer(200, ""),
	"only success":             answer(200, `{"success":true}`),
	"a gateway's 404":          answer(404, `{"message":"no Route matched with those values"}`),
	"a gateway's string":       answer(404, `{"error":"Not found"}`),
	"closed":                   answer(400, `{"success":false,"error":{"message":"Session is closed"}}`),
	"another session's record": answer(200, strings.ReplaceAll(isEnded, "sess_1", "sess_2")),
	"a record that runs":       answer(200, isStarted),
	"a record with no status":  answer(200, `{"success":true,"session":{"session_id":"sess_1"}}`),
	"a server error":           answer(500, `{"success":false,"error":{"message":"Internal server error"}}`),
	"a lost answer":            abort,
}

var unhelpful = map[string]http.HandlerFunc{
	"a page":          answer(200, aPage),
	"a page, 404":     answer(404, aPage),
	"nothing":         answer(200, ""),
	"an object":       answer(200, `{}`),
	"without ids":     answer(200, `{"success":true,"sessions":[{"status":"started"}]}`),
	"cut":             answer(200, `{"success":true,"sessions":[{"session_id":"sess_2"},{"ses`),
	"a gateway's":     answer(404, `{"message":"no Route matched with those values"}`),
	"another gateway": answer(404, `{"error":"Not found"}`),
	"a lost one":      abort,
	"another's":       answer(200, strings.ReplaceAll(isEnded, "sess_1", "sess_2")),
}

func TestEndBelievesOnlyWhatIsSaidOfTheSession(t *testing.T) {
	try := func(t *testing.T, c custodian) (s client.Session, err error) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) { s, err = byHand(t, c.ServeHTTP).Destroy(t.Context(), "sess_1") })
		return s, err
	}
	for name, end := range misleading {
		for what, other := range unhelpful {
			if _, err := try(t, custodian{end, other, other}); !errors.Is(err, client.ErrUncertain) {
				t.Errorf("%s, then %s: %v, want uncertain", name, what, err)
			}
		}
		if _, err := try(t, custodian{end, answer(200, isStarted), answer(200, listed)}); err == nil {
			t.Errorf("%s, and started: gone", name)
		}
		if _, err := try(t, custodian{end, answer(404, notFound), answer(200, listed)}); err == nil {
			t.Errorf("%s, not found, and listed: gone", name)
		}
		if s, err := try(t, custodian{end, answer(200, isEnded), abort}); err != nil || s.Status != client.StatusDestroyed {
			t.Errorf("%s, and ended: %+v, %v", name, s, err)
		}
		if s, err := try(t, custodian{end, answer(404, notFound), answer(200, unlisted)}); err != nil || s.Status != client.StatusDestroyed || s.ID != "sess_1" {
			t.Errorf("%s, not found and not listed: %+v, %v", name, s, err)
		}
	}
	if s, err := try(t, custodian{answer(200, isEnded), abort, abort}); err != nil || !s.Status.Final() {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := try(t, custodian{answer(401, `{"error":"Invalid API key"}`), abort, abort}); !errors.Is(err, client.ErrRefused) || errors.Is(err, client.ErrUncertain) {
		t.Errorf("a refused key: %v", err)
	}
}

func TestCreateIsUncertainUnlessTheServiceSaysNo(t *testing.T) {
	request := client.CreateRequest{LensID: lensID, Inputs: map[string]string{fieldAvatar: "avat_1", fieldURL: "wss://room.test", fieldToken: "not-a-real-token"}}
	for name, a := range misleading {
		if name == "closed" || strings.HasPrefix(name, "a record") || strings.HasPrefix(name, "another") {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			if _, err := byHand(t, custodian{list: a}.ServeHTTP).Create(t.Context(), request); !errors.Is(err, client.ErrUncertain) {
				t.Errorf("%s: %v, want uncertain", name, err)
			}
		})
	}
	for name, a := range map[string]http.HandlerFunc{
		"minutes": answer(403, `{"success":false,"error":{"code":"INSUFFICIENT_MINUTES","message":"You have no minutes left"}}`),
		"face":    answer(400, `{"success":false,"error":{"message":"No face"}}`),
		"key":     answer(401, `{"error":"Invalid API key"}`),
	} {
		synctest.Test(t, func(t *testing.T) {
			if _, err := byHand(t, custodian{list: a}.ServeHTTP).Create(t.Context(), request); err == nil || errors.Is(err, client.ErrUncertain) {
				t.Errorf("%s: %v, want certain", name, err)
			}
		})
	}
}
