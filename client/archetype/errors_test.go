package archetype

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

func TestNetworkPhases(t *testing.T) {
	for name, c := range map[string]struct {
		dial  func(context.Context, string, string) (net.Conn, error)
		phase client.Phase
	}{
		"refused": {func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
		}, client.PhaseConnect},
		"closed": {func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			_ = there.Close()
			return here, nil
		}, client.PhaseRequest},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, err := New(Options{Endpoint: "http://api.test", Key: NewSecret(testKey), Transport: &http.Transport{DialContext: c.dial}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Lenses(t.Context())
			var e *client.Error
			if !errors.As(err, &e) || e.Kind != client.ErrNetwork || e.Phase != c.phase {
				t.Errorf("%s: %v", name, err)
			}
			s.Close()
		})
	}
}

func TestNetworkPhaseOfNamesAndTLS(t *testing.T) {
	// .invalid never resolves (RFC 6761); a resolver that answers anyway would be a proxy's.
	s, err := New(Options{Endpoint: "https://lens.invalid", Key: NewSecret(testKey), Transport: &http.Transport{
		DialContext: (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no resolver here")
		}}}).DialContext,
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.do(t.Context(), call{Op: "x", Method: http.MethodGet, Path: "/", Timeout: 5 * time.Second})
	var e *client.Error
	if !errors.As(err, &e) || e.Phase != client.PhaseDNS {
		t.Errorf("no name: %v", err)
	}

	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: say(200, "[]")}
	go func() { _ = server.Serve(plain) }()
	defer server.Close()
	s, err = New(Options{Endpoint: "https://" + plain.Addr().String(), Key: NewSecret(testKey)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.do(t.Context(), call{Op: "x", Method: http.MethodGet, Path: "/", Timeout: 5 * time.Second})
	if !errors.As(err, &e) || e.Phase != client.PhaseTLS {
		t.Errorf("no TLS: %v", err)
	}
}

func TestErrorShapes(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
		kind       error
		message    string
		codes      []string
	}{
		{"objects", `{"errors":[{"code":"missing_parameter","message":"lens_id is required.","suggestion":"Add it.","error_uid":"err-1"},{"code":"x","message":"Second."}]}`, 400, client.ErrRequest, "lens_id is required.; Second.", []string{"missing_parameter", "x"}},
		{"strings", `{"errors":["Failed to allocate lens runner - try stopping an older session!"]}`, 400, client.ErrQuota, "Failed to allocate lens runner - try stopping an older session!", nil},
		{"detail", `{"detail":"Invalid API key"}`, 401, client.ErrRefused, "Invalid API key", nil},
		{"detail list", `{"detail":[{"loc":["body"],"msg":"field required","type":"value_error"}]}`, 422, client.ErrRequest, "field required", nil},
		{"error object", `{"error":{"code":"validation","message":"Wrong.","details":{"field":"lens_id"}}}`, 400, client.ErrRequest, "Wrong. (lens_id)", []string{"validation"}},
		{"error string", `{"error":"Wrong."}`, 500, client.ErrServer, "Wrong.", nil},
		{"type error in 200", `{"type":"error","message":"Unknown session id: lsn-1"}`, 200, client.ErrNotFound, "Unknown session id: lsn-1", nil},
		{"runner in 200", `{"type":"error","message":"Failed to fetch session_runner!"}`, 200, client.ErrServer, "Failed to fetch session_runner!", nil},
		{"timed out in 200", `{"type":"model.query.response","message":"Response timed out for query"}`, 200, client.ErrServer, "Response timed out for query", nil},
		{"not valid in 200", `{"type":"session.modify.response","event_data":{"is_valid":false,"error_messages":["no such focus"]}}`, 200, client.ErrRequest, "no such focus", nil},
		{"not valid at the top", `{"is_valid":false,"error_messages":["a","b"]}`, 200, client.ErrRequest, "a; b", nil},
		{"errors in 200", `{"session_id":"","errors":["Nope."]}`, 200, client.ErrRequest, "Nope.", nil},
		{"capacity", `{"errors":[{"code":"capacity_reached","message":"Full."}]}`, 429, client.ErrQuota, "Full.", []string{"capacity_reached"}},
		{"text", "plain trouble\n", 400, client.ErrRequest, "plain trouble", nil},
		{"page", "<!doctype html><h1>502</h1>", 502, client.ErrServer, "Bad Gateway, with a web page instead of an API response (from a gateway?)", nil},
		{"nothing", "", 403, client.ErrRefused, "Forbidden, with an empty response", nil},
		{"control characters", `{"detail":"a\u001b[31mb\nc\u202ed"}`, 400, client.ErrRequest, "a\uFFFD[31mb cd", nil},
		{"the key", `{"detail":"bad key ` + testKey + `"}`, 400, client.ErrRequest, "bad key [redacted]", nil},
		{"gone", ``, 410, client.ErrNotFound, "Gone, with an empty response", nil},
		{"redirect without target", ``, 304, client.ErrProtocol, "Not Modified, with an empty response", nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := serve(t, say(c.status, c.body))
			_, err := s.do(t.Context(), call{Op: "try", Method: http.MethodGet, Path: "/x", Timeout: time.Second})
			var e *client.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s: no error but %v", c.name, err)
			}
			if e.Kind != c.kind || e.Message != c.message || !reflect.DeepEqual(e.Codes, c.codes) || e.Status != c.status {
				t.Errorf("%s: %+v", c.name, e)
			}
		})
	}
}

func TestAnswersThatAreNoErrors(t *testing.T) {
	for _, body := range []string{
		`[]`, `{"errors":[]}`, `{"errors":null,"error":null,"detail":""}`, `{"is_valid":true,"error_messages":[]}`,
		`{"type":"session.read.response","event_data":null}`, `{"type":"x.response","event_data":{},"message":"ok"}`, ``, `text`,
	} {
		if c := parseErrors([]byte(body)); c != nil {
			t.Errorf("%s: %+v", body, c)
		}
	}
}

func TestErrorMessagesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long, err := json.Marshal(map[string]any{"errors": []string{strings.Repeat("é", 1<<17)}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = serve(t, say(400, string(long))).Lenses(t.Context())
		if n := len(fmt.Sprint(err)); n > 3<<10 || n < 1<<10 {
			t.Errorf("%d bytes", n)
		}
	})
}
