package rest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/sse"
)

// clientOf makes a client of an endpoint, over connections that a test may change.
func clientOf(t *testing.T, endpoint string, change func(*http.Transport)) *Client {
	t.Helper()
	transport := sse.NewTransport()
	transport.Proxy = nil
	if change != nil {
		change(transport)
	}
	c, err := New(Options{
		Endpoint: endpoint, Transport: transport, UserAgent: "test", Key: NewSecret(testKey), Header: "Authorization",
		Failure: func(op string, status int, h http.Header, body []byte) *client.Error {
			if status == http.StatusOK {
				return nil
			}
			kind := map[int]error{401: client.ErrRefused, 403: client.ErrRefused, 404: client.ErrNotFound, 429: client.ErrRateLimited}[status]
			if kind == nil {
				kind = client.ErrServer
			}
			return &client.Error{Op: op, Kind: kind, Status: status}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// try makes one request and returns its error.
func try(t *testing.T, c *Client, object bool) *client.Error {
	t.Helper()
	_, err := c.Do(t.Context(), Call{Op: "list", Method: http.MethodGet, Path: "/list", Object: object, Timeout: 5 * time.Second})
	var e *client.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("an error of no kind: %v", err)
	}
	return e
}

// says checks whose fault an error is, what it says, and that it holds no secret.
func says(t *testing.T, e *client.Error, kind error, texts ...string) {
	t.Helper()
	if e == nil || !errors.Is(e, kind) {
		t.Fatalf("got %v, want %v", e, kind)
	}
	for _, text := range texts {
		if !strings.Contains(e.Error(), text) {
			t.Errorf("%q is not in: %v", text, e)
		}
	}
	if strings.Contains(e.Error(), testKey) || strings.Contains(e.Error(), "hunter2") {
		t.Errorf("a secret is in: %v", e)
	}
}

const loginPage = "<!doctype html><html><head>\n<title>Hotel  &amp; WiFi</title></head><body>Sign in</body></html>"

func TestWhoAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		kind   string
		body   string
		object bool
		want   error
		text   string
	}{
		"a captive portal":                 {200, "text/html", loginPage, false, client.ErrIntermediary, `("Hotel & WiFi")`},
		"a page without a type":            {200, "", "  <html>", false, client.ErrIntermediary, "browser"},
		"a firewall's page":                {403, "text/html", loginPage, true, client.ErrIntermediary, "firewall"},
		"a login's page":                   {401, "text/html", "<html>", true, client.ErrIntermediary, "HTTP 401"},
		"a legal block":                    {451, "text/html", "<html>", true, client.ErrIntermediary, "HTTP 451"},
		"a network that asks for a login":  {511, "text/html", loginPage, false, client.ErrIntermediary, "login"},
		"a proxy":                          {407, "text/html", loginPage, false, client.ErrProxy, "407"},
		"no such path, a page":             {404, "text/html", "<html>", true, client.ErrEndpoint, "no such API (GET /list)"},
		"no such path, text":               {404, "text/plain", "404 page not found", true, client.ErrEndpoint, "path of the endpoint"},
		"no such list, JSON":               {404, "application/json", `{"message":"no Route matched"}`, false, client.ErrEndpoint, "no such API"},
		"no such method":                   {405, "application/json", `{"detail":"Method Not Allowed"}`, false, client.ErrEndpoint, "HTTP 405"},
		"not implemented":                  {501, "text/html", "<html>", true, client.ErrEndpoint, "HTTP 501"},
		"another server's text":            {200, "text/plain", "It works!", false, client.ErrEndpoint, `"It works!"`},
		"HTTP to a port for HTTPS":         {400, "text/plain", "Client sent an HTTP request to an HTTPS server.\n", false, client.ErrEndpoint, "https://"},
		"the same, of nginx":               {400, "text/html", "<html>The plain HTTP request was sent to HTTPS port", false, client.ErrEndpoint, "https://"},
		"the key":                          {403, "application/json", `{"detail":"no"}`, false, client.ErrRefused, "HTTP 403"},
		"the key, without a word":          {401, "", "", false, client.ErrRefused, "HTTP 401"},
		"the session":                      {404, "application/json", `{"detail":"no"}`, true, client.ErrNotFound, "HTTP 404"},
		"a gateway's page":                 {502, "text/html", "<html>", false, client.ErrServer, "HTTP 502"},
		"a rate limit with a page":         {429, "text/html", "<html>", false, client.ErrRateLimited, "HTTP 429"},
		"a page that repeats the key":      {200, "text/html", "<title>" + testKey + "</title>", false, client.ErrIntermediary, "web page"},
		"a page whose title has no end":    {200, "text/html", "<title>" + strings.Repeat("x", 1<<16), false, client.ErrIntermediary, "web page"},
		"a title that steers the terminal": {200, "text/html", "<title>a\x1b[2Jb\u202e</title>", false, client.ErrIntermediary, "web page"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{c.kind}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			e := try(t, clientOf(t, server.URL+"/v0.5", nil), c.object)
			says(t, e, c.want, c.text)
			if e.Request != "GET /list" || e.Status != c.status && c.want != client.ErrRefused {
				t.Errorf("request %q, status %d", e.Request, e.Status)
			}
			if strings.ContainsAny(e.Error(), "\x1b\n\u202e") || len(e.Error()) > 1000 {
				t.Errorf("%d bytes: %q", len(e.Error()), e.Error())
			}
		})
	}
}

// What a path lacks is no fault of an endpoint that has answered before.
func TestEndpointThatHasAnswered(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	c := clientOf(t, server.URL, nil)
	c.Proven()
	says(t, try(t, c, true), client.ErrNotFound)
	says(t, try(t, c, false), client.ErrServer, "does not offer GET /list")
}

func TestRedirects(t *testing.T) {
	for name, c := range map[string]struct {
		target string
		want   error
		text   string
	}{
		"a login page elsewhere": {"https://login.corp.test/sso?x=1", client.ErrIntermediary, "https://login.corp.test"},
		"a login page here":      {"/login", client.ErrIntermediary, "web page"},
		"another scheme":         {"https://127.0.0.1/", client.ErrEndpoint, "Correct the endpoint"},
		"a circle":               {"/list", client.ErrIntermediary, "redirect loop"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/login" {
					_, _ = w.Write([]byte(loginPage))
					return
				}
				http.Redirect(w, r, c.target, http.StatusFound)
			}))
			defer server.Close()
			says(t, try(t, clientOf(t, server.URL, nil), false), c.want, c.text)
		})
	}
}

// refusingProxy answers every request, CONNECT as well, by a status.
func refusingProxy(t *testing.T, status int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(loginPage))
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func TestProxies(t *testing.T) {
	asks, forbids, fails := refusingProxy(t, 407), refusingProxy(t, 403), refusingProxy(t, 503)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	for name, c := range map[string]struct {
		endpoint, proxy string
		want            error
		texts           []string
	}{
		"TLS, a password is asked for":    {"https://api.test", asks, client.ErrProxy, []string{asks, "HTTP 407", "HTTPS_PROXY"}},
		"TLS, the password is wrong":      {"https://api.test", "me:hunter2@" + asks, client.ErrProxy, []string{asks, "refuses the user name or password"}},
		"no TLS, a password is asked for": {"http://api.test", asks, client.ErrProxy, []string{asks, "HTTP 407", "HTTP_PROXY"}},
		"TLS, the host is forbidden":      {"https://api.test", forbids, client.ErrProxy, []string{asks[:4], "does not let requests through to api.test (HTTP 403)"}},
		"TLS, the host is not reached":    {"https://api.test", fails, client.ErrProxy, []string{"does not reach api.test (HTTP 503)"}},
		"no TLS, the proxy's page":        {"http://api.test", forbids, client.ErrIntermediary, []string{"the proxy " + forbids}},
		"TLS, nobody listens":             {"https://api.test", "me:hunter2@" + gone.Addr().String(), client.ErrProxy, []string{"cannot be reached", gone.Addr().String()}},
		"no TLS, nobody listens":          {"http://api.test", gone.Addr().String(), client.ErrProxy, []string{"cannot be reached"}},
		"SOCKS, nobody listens":           {"https://api.test", "socks5://" + gone.Addr().String(), client.ErrProxy, []string{"cannot be reached"}},
	} {
		t.Run(name, func(t *testing.T) {
			address := c.proxy
			if !strings.Contains(address, "://") {
				address = "http://" + address
			}
			proxy, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			says(t, try(t, clientOf(t, c.endpoint, func(tr *http.Transport) { tr.Proxy = http.ProxyURL(proxy) }), false), c.want, c.texts...)
		})
	}
}

// certified is a server whose certificate is good for other names, or at other times.
func certified(t *testing.T, change func(*x509.Certificate)) (server *httptest.Server, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example CA"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	change(cert)
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	server = httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return server, pool
}

func TestCertificates(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*x509.Certificate)
		trusted bool
		texts   []string
	}{
		"a private authority": {func(*x509.Certificate) {}, false, []string{"SSL_CERT_FILE", "self-signed"}},
		"expired":             {func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, true, []string{"certificate expired at", "renew", "clock"}},
		"not yet valid":       {func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }, true, []string{"valid from", "check the clock"}},
		"another name": {func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"a.test", "b.test", "c.test", "d.test"}
		}, true, []string{"a.test, b.test, c.test and others, not for 127.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			server, pool := certified(t, c.change)
			e := try(t, clientOf(t, server.URL, func(tr *http.Transport) {
				if c.trusted {
					tr.TLSClientConfig = &tls.Config{RootCAs: pool}
				}
			}), false)
			says(t, e, client.ErrCertificate, c.texts...)
			if strings.Contains(e.Error(), "network") {
				t.Errorf("the network is not to blame: %v", e)
			}
			if at := strings.Index(e.Error(), c.texts[0]); at > 240 {
				t.Errorf("the reason stands at %d, where it may be cut: %v", at, e)
			}
		})
	}
}

func TestSchemesMixedUp(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	says(t, try(t, clientOf(t, strings.Replace(plain.URL, "http:", "https:", 1), nil), false), client.ErrEndpoint, "http://")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("SSH-2.0-OpenSSH_9.9\r\n"))
			_ = c.Close()
		}
	}()
	says(t, try(t, clientOf(t, "http://"+l.Addr().String(), nil), false), client.ErrEndpoint, "does not speak HTTP")
}

// The machine's own limits are not the network's fault.
func TestLocalCauses(t *testing.T) {
	for errno, text := range map[syscall.Errno]string{
		syscall.EMFILE: "ulimit -n", syscall.ENFILE: "this machine", syscall.ENOMEM: "out of memory", syscall.ENOBUFS: "buffer",
		syscall.EACCES: "connection blocked", syscall.EPERM: "firewall", syscall.EADDRNOTAVAIL: "port",
	} {
		dial := func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", errno)}
		}
		c := clientOf(t, "http://api.test", func(tr *http.Transport) { tr.DialContext = dial })
		e := try(t, c, false)
		says(t, e, client.ErrLocal, text)
		if strings.Contains(e.Error(), "network failed") {
			t.Errorf("%v: %v", errno, e)
		}
	}
	lookup := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "dial udp 127.0.0.53:53: socket: too many open files", Name: "api.test"}}
	}
	says(t, try(t, clientOf(t, "http://api.test", func(tr *http.Transport) { tr.DialContext = lookup }), false), client.ErrLocal, "ulimit")
	noRoute := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}
	}
	says(t, try(t, clientOf(t, "http://api.test", func(tr *http.Transport) { tr.DialContext = noRoute }), false), client.ErrNetwork, "no route")
}

// An IPv6 address of one network interface has the interface's name in it, which keeps its case.
func TestEndpointWithAZone(t *testing.T) {
	const want = "http://[fe80::1%25Lo0]:8080/v0.5"
	got, err := Endpoint("http://[FE80::1%25Lo0]:8080/", "", "/v0.5", "KEY")
	if err != nil || got != want {
		t.Fatalf("%q, %v", got, err)
	}
	if again, err := Endpoint(got, "", "/v0.5", "KEY"); err != nil || again != want {
		t.Errorf("%q, %v", again, err)
	}
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here")
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[]")) }))
	server.Listener = l
	server.Start()
	defer server.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	endpoint, err := Endpoint("http://[::1%25lo]:"+port, "", "/v0.5", "KEY")
	if err != nil {
		t.Fatal(err)
	}
	if e := try(t, clientOf(t, endpoint, nil), false); e != nil {
		t.Error(e)
	}
}
