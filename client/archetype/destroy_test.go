package archetype

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"lenswatch/client"
)

// custodian answers destroys, lists and session.status, and says what was asked.
type custodian struct{ destroy, list, status http.HandlerFunc }

func (c custodian) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch {
	case strings.HasSuffix(r.URL.Path, "/destroy"):
		c.destroy(w, r)
	case strings.HasSuffix(r.URL.Path, "/metadata"):
		c.list(w, r)
	default:
		c.status(w, r)
	}
}

func reset(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }

const (
	aPage    = "<html><body>Not here</body></html>"
	listed   = `[{"session_id":"lsn-1","session_status":"SESSION_STATUS_RUNNING"},{"session_id":"lsn-2","session_status":"SESSION_STATUS_RUNNING"}]`
	unlisted = `[{"session_id":"lsn-2","session_status":"SESSION_STATUS_RUNNING"}]`
	unknown  = `{"errors":[{"code":"session_not_found","message":"Unknown session id: lsn-1"}]}`
)

// misleading are answers to a destroy that do not say that the session is gone.
var misleading = map[string]http.HandlerFunc{
	"a page with 404":             say(404, aPage, "Content-Type", "text/html"),
	"a page with 200":             say(200, aPage, "Content-Type", "text/html"),
	"nothing with 200":            say(200, ""),
	"nothing with 204":            say(204, ""),
	"an empty object":             say(200, `{}`),
	"null":                        say(200, `null`),
	"a list":                      say(200, `[]`),
	"a gateway's 404":             say(404, `{"message":"no Route matched with those values"}`),
	"a gateway's 404 with the id": say(404, `{"status":404,"error":"Not Found","path":"/v0.5/lens/sessions/destroy","session":"lsn-1"}`),
	"a gateway's 410":             say(410, `{"detail":"Gone"}`),
	"closed":                      say(400, `{"errors":["The session was already closed."]}`),
	"destroyed, says a 409":       say(409, `{"errors":["The session was already destroyed."]}`),
	"another session's record":    say(200, `{"session_id":"lsn-2","session_status":"SESSION_STATUS_DESTROYED"}`),
	"a record without an id":      say(200, `{"session_status":"SESSION_STATUS_DESTROYED"}`),
	"a record without a status":   say(200, `{"session_id":"lsn-1"}`),
	"a record that runs":          say(200, `{"session_id":"lsn-1","session_status":"SESSION_STATUS_RUNNING"}`),
	"another session is unknown":  say(404, `{"errors":[{"code":"session_not_found","message":"Unknown session id: lsn-2"}]}`),
	"a longer id is unknown":      say(404, `{"errors":[{"code":"session_not_found","message":"Unknown session id: lsn-11"}]}`),
	"a server error":              say(500, `{"errors":[{"code":"internal_logic_error","message":"Something went wrong."}]}`),
	"a lost answer":               reset,
	"cut JSON":                    say(200, `{"session_id":"lsn-1","session_status":"SESSION_STATUS_DEST`),
	"a redirect":                  say(307, "", "Location", "http://login.test/"),
}

// unhelpful are answers to a list or to session.status that do not say either.
var unhelpful = map[string]http.HandlerFunc{
	"a page":       say(200, aPage, "Content-Type", "text/html"),
	"a page, 404":  say(404, aPage, "Content-Type", "text/html"),
	"nothing":      say(200, ""),
	"an object":    say(200, `{}`),
	"cut":          say(200, `[{"session_id":"lsn-2"},{"sess`),
	"without ids":  say(200, `[{"session_id":"lsn-2"},{"name":"x"}]`),
	"a gateway's":  say(404, `{"message":"no Route matched with those values"}`),
	"not found":    say(404, `{"detail":"Not Found"}`),
	"a lost one":   reset,
	"another's":    say(200, `{"session_id":"lsn-2","session_status":"SESSION_STATUS_DESTROYED"}`),
	"other errors": say(200, `{"type":"error","message":"Failed to fetch session_runner!"}`),
}

// A session is gone when the service says so about it, and not before.
func TestDestroyBelievesOnlyWhatIsSaidOfTheSession(t *testing.T) {
	try := func(t *testing.T, c custodian) (s client.Session, err error) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) { s, err = serve(t, c).Destroy(t.Context(), "lsn-1") })
		return s, err
	}
	for name, answer := range misleading {
		for what, other := range unhelpful {
			_, err := try(t, custodian{answer, other, other})
			if !errors.Is(err, client.ErrUncertain) {
				t.Errorf("%s, then %s: %v, want uncertain", name, what, err)
			}
		}
		if _, err := try(t, custodian{answer, say(200, listed), say(200, gone)}); err == nil || !strings.Contains(err.Error(), "still") {
			t.Errorf("%s, and listed: %v", name, err)
		}
		if s, err := try(t, custodian{answer, say(200, unlisted), say(200, running)}); err != nil || s.Status != client.StatusDestroyed || s.ID != "lsn-1" {
			t.Errorf("%s, and not listed: %+v, %v", name, s, err)
		}
		if s, err := try(t, custodian{answer, say(502, aPage), say(200, gone)}); err != nil || s.Status != client.StatusDestroyed {
			t.Errorf("%s, no list, and unknown: %+v, %v", name, s, err)
		}
		stale := say(200, `[{"session_id":"lsn-1","session_status":"SESSION_STATUS_STALE"}]`)
		if s, err := try(t, custodian{answer, stale, say(200, running)}); err != nil || s.Status != client.StatusStale {
			t.Errorf("%s, and listed as stale: %+v, %v", name, s, err)
		}
	}
	nothing := say(502, aPage)
	for name, answer := range map[string]http.HandlerFunc{
		"its record":         say(200, `{"session_id":"lsn-1","session_status":"LensSessionStatus.SESSION_STATUS_DESTROYED"}`),
		"stale":              say(200, `{"session_id":"lsn-1","session_status":"SESSION_STATUS_STALE"}`),
		"unknown":            say(404, unknown),
		"unknown, as an RPC": say(200, gone),
	} {
		if s, err := try(t, custodian{answer, nothing, nothing}); err != nil || !s.Status.Final() || s.ID != "lsn-1" {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if _, err := try(t, custodian{say(404, unknown), say(200, listed), nothing}); err == nil {
		t.Error("unknown, though listed: gone")
	}
	if _, err := try(t, custodian{say(401, `{"detail":"Invalid API key"}`), nothing, nothing}); !errors.Is(err, client.ErrRefused) || errors.Is(err, client.ErrUncertain) {
		t.Errorf("a refused key: %v", err)
	}
}

// Where the service does not say itself that it made no session, there may be one.
func TestCreateIsUncertainUnlessTheServiceSaysNo(t *testing.T) {
	for name, answer := range misleading {
		if strings.HasPrefix(name, "destroyed") || strings.HasPrefix(name, "closed") || strings.Contains(name, "unknown") {
			continue // the service's own words, of a failure
		}
		synctest.Test(t, func(t *testing.T) {
			s, err := serve(t, custodian{status: answer}).Create(t.Context(), client.CreateRequest{LensID: "lns-1"})
			if err == nil && s.ID != "" {
				return // a record
			}
			if !errors.Is(err, client.ErrUncertain) {
				t.Errorf("%s: %v, want uncertain", name, err)
			}
		})
	}
	for name, answer := range map[string]http.HandlerFunc{
		"quota": say(400, `{"errors":["Failed to allocate lens runner - try stopping an older session!"]}`),
		"lens":  say(404, `{"errors":[{"code":"lens_not_found","message":"Unknown lens id: lns-1"}]}`),
		"key":   say(401, `{"detail":"Invalid API key"}`),
		"limit": say(429, `{"errors":[{"code":"rate_limit_exceeded","message":"Too many requests."}]}`),
	} {
		synctest.Test(t, func(t *testing.T) {
			if _, err := serve(t, custodian{status: answer}).Create(t.Context(), client.CreateRequest{LensID: "lns-1"}); err == nil || errors.Is(err, client.ErrUncertain) {
				t.Errorf("%s: %v, want certain", name, err)
			}
		})
	}
}
