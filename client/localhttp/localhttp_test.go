package localhttp_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lenswatch/client/localhttp"
)

// What a browser sends for a page of evil.example, and what programs of this machine send.
func TestPagesAreRefusedAndProgramsAreNot(t *testing.T) {
	tests := []struct {
		name         string
		method, host string
		header       []string // name: value
		body         string
		want         int
	}{
		{"curl", "GET", "127.0.0.1:9464", nil, "", 200},
		{"curl by name", "GET", "localhost:9464", nil, "", 200},
		{"curl over IPv6", "GET", "[::1]:9464", nil, "", 200},
		{"curl over IPv6, no port", "GET", "[::1]", nil, "", 200},
		{"another machine by address", "GET", "192.0.2.7:9464", nil, "", 200},
		{"a name that was listened on", "GET", "Metrics.Example:9464", nil, "", 200},
		{"typed into a browser", "GET", "127.0.0.1:9464", []string{"Sec-Fetch-Site: none"}, "", 200},
		{"a page of its own", "GET", "127.0.0.1:9464", []string{"Sec-Fetch-Site: same-origin", "Origin: http://127.0.0.1:9464"}, "", 200},
		{"curl --json", "POST", "127.0.0.1:9464", []string{"Content-Type: application/json"}, "{}", 200},
		{"curl -X DELETE", "DELETE", "127.0.0.1:9464", nil, "", 200},
		{"curl -X POST", "POST", "127.0.0.1:9464", nil, "", 200},

		{"rebinding", "GET", "evil.example:9464", nil, "", 403},
		{"rebinding, no port", "GET", "evil.example", nil, "", 403},
		{"rebinding below localhost's name", "GET", "localhost.evil.example", nil, "", 403},
		{"rebinding that begins with an address", "GET", "127.0.0.1.evil.example", nil, "", 403},
		{"no host", "GET", "", nil, "", 403},
		{"rebinding, posting", "POST", "evil.example", []string{"Content-Type: application/json", "Origin: http://evil.example"}, "{}", 403},
		{"a script's fetch", "GET", "127.0.0.1:9464", []string{"Origin: https://evil.example"}, "", 403},
		{"an image", "GET", "127.0.0.1:9464", []string{"Sec-Fetch-Site: cross-site"}, "", 403},
		{"another port of this machine", "GET", "127.0.0.1:9464", []string{"Sec-Fetch-Site: same-site"}, "", 403},
		{"another port's origin", "GET", "127.0.0.1:9464", []string{"Origin: http://127.0.0.1:3000"}, "", 403},
		{"a sandboxed page", "GET", "127.0.0.1:9464", []string{"Origin: null"}, "", 403},
		{"a form", "POST", "127.0.0.1:9464", []string{"Content-Type: text/plain"}, `{"a": "="}`, 415},
		{"a form without a body", "POST", "127.0.0.1:9464", []string{"Content-Type: application/x-www-form-urlencoded"}, "", 415},
		{"an upload", "POST", "127.0.0.1:9464", []string{"Content-Type: multipart/form-data; boundary=x"}, "--x--", 415},
		{"a form with JSON behind it", "POST", "127.0.0.1:9464", []string{"Content-Type: text/plain; x=application/json"}, "{}", 415},
		{"a body of no kind", "POST", "127.0.0.1:9464", nil, "{}", 415},
		{"a kind that is none", "POST", "127.0.0.1:9464", []string{"Content-Type: ;"}, "{}", 415},
	}
	for _, test := range tests {
		reached := false
		h := localhttp.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }), "metrics.example")
		r := httptest.NewRequest(test.method, "/", strings.NewReader(test.body))
		r.Host = test.host
		for _, line := range test.header {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Set(name, value)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != test.want || reached != (test.want == 200) {
			t.Errorf("%s: HTTP %d, reached: %v: %s", test.name, rec.Code, reached, rec.Body)
		}
	}
}

func TestAPanicIsAnswered(t *testing.T) {
	h := localhttp.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("PAYLOAD") }))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil))
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "PAYLOAD") {
		t.Errorf("HTTP %d: %s", rec.Code, rec.Body)
	}
}

func TestLoopback(t *testing.T) {
	for addr, want := range map[string]bool{"127.0.0.1:1": true, "127.8.8.8:1": true, "[::1]:1": true, "0.0.0.0:1": false, "192.0.2.1:1": false} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil || localhttp.Loopback(a) != want {
			t.Errorf("%s: %v, %v", addr, localhttp.Loopback(a), err)
		}
	}
}
