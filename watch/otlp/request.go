package otlp

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"lenswatch/client"
	"lenswatch/client/sse"
)

// The variables of OpenTelemetry that are honoured. Each that begins with OTEL_EXPORTER_OTLP_ also exists for
// logs and for metrics alone; those are not.
const (
	envHeaders     = "OTEL_EXPORTER_OTLP_HEADERS"
	envRoots       = "OTEL_EXPORTER_OTLP_CERTIFICATE"
	envCertificate = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"
	envKey         = "OTEL_EXPORTER_OTLP_CLIENT_KEY"
	envResource    = "OTEL_RESOURCE_ATTRIBUTES"
	envService     = "OTEL_SERVICE_NAME"
)

// responseBytes is how much of a response is read.
const responseBytes = 64 << 10

// CheckEndpoint reports whether a text can be a collector's address: http or https, a host, and perhaps a path
// before /v1/logs. Its errors do not quote it: it may hold a password.
func CheckEndpoint(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("a collector address has the form https://host:4318, or http://host:4318 without TLS")
	case u.User != nil:
		return errors.New("a collector address must not contain a user name or password; use " + envHeaders)
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("a collector address must not contain a query or fragment")
	case strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/v1/logs") || strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/v1/metrics"):
		return errors.New("leave out /v1/logs and /v1/metrics; lenswatch adds them")
	case u.Port() == "4317":
		return errors.New("port 4317 is OTLP/gRPC; lenswatch uses OTLP/HTTP. Use port 4318 and enable the collector's otlp receiver for http")
	}
	return nil
}

// configure takes address, headers, certificates and resource from the options and the environment.
func (e *Exporter) configure() (err error) {
	e.base = strings.TrimRight(e.o.Endpoint, "/")
	e.header = http.Header{"Content-Type": {"application/x-protobuf"}, "User-Agent": {"lenswatch/" + e.o.Version}}
	for _, kv := range pairs(envHeaders) {
		if !httpguts.ValidHeaderFieldName(kv[0]) || !httpguts.ValidHeaderFieldValue(kv[1]) {
			return errors.New(envHeaders + " is not a list of the form name=value,name=value")
		}
		e.header.Set(kv[0], kv[1])
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if transport.TLSClientConfig, err = tlsConfig(); err != nil {
		return err
	}
	e.client = &http.Client{
		Transport:     transport,
		Timeout:       e.o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	e.resource = resource(e.o.Version)
	return nil
}

// pairs reads a variable such as "a=b,c=d%20e".
func pairs(variable string) (out [][2]string) {
	for part := range strings.SplitSeq(os.Getenv(variable), ",") {
		name, value, ok := strings.Cut(part, "=")
		if text, err := url.PathUnescape(strings.TrimSpace(value)); err == nil {
			value = text
		}
		if name = strings.TrimSpace(name); name != "" || ok {
			out = append(out, [2]string{name, value})
		}
	}
	return out
}

// tlsConfig has what the environment names: roots to trust, and a certificate to show.
func tlsConfig() (*tls.Config, error) {
	c := &tls.Config{}
	if file := os.Getenv(envRoots); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", envRoots, err)
		}
		if c.RootCAs = x509.NewCertPool(); !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: no certificate in %s", envRoots, file)
		}
	}
	if cert, key := os.Getenv(envCertificate), os.Getenv(envKey); cert != "" || key != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", envCertificate, envKey, err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// resource says who sends: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES overrule what is known here. The instance
// is another in each run, so that the metrics of two on one machine are not taken for one's.
func resource(version string) (m message) {
	host, _ := os.Hostname() // without it there is no attribute
	all := [][2]string{{"service.name", "lenswatch"}, {"service.version", version}, {"service.instance.id", rand.Text()}, {"host.name", host}}
	all = append(all, pairs(envResource)...)
	if name := os.Getenv(envService); name != "" {
		all = append(all, [2]string{"service.name", name})
	}
	newest := map[string]int{}
	for i, kv := range all {
		newest[kv[0]] = i
	}
	for i, kv := range all {
		if newest[kv[0]] == i {
			m.attribute(1, kv[0], kv[1])
		}
	}
	return m
}

// A refusal is a response with another status than 200.
type refusal struct {
	status string
	text   string
	after  time.Duration
	retry  bool
}

func (r *refusal) Error() string {
	return strings.TrimSuffix("the collector responded with "+r.status+": "+r.text, ": ")
}

// retryAfter reports whether a request that failed is worth repeating, and after which time at least. By the rules of
// OTLP, only four statuses are; a collector that cannot be reached may be there later.
func retryAfter(err error) (time.Duration, bool) {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.after, r.retry
	}
	return 0, err != nil
}

// post sends one request and returns the response.
func (e *Exporter) post(path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(e.ctx, http.MethodPost, e.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = e.header.Clone()
	resp, err := e.client.Do(req)
	if err != nil {
		return nil, explain(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, responseBytes))
	if resp.StatusCode == http.StatusOK {
		return answer, err
	}
	r := &refusal{status: resp.Status, after: min(sse.RetryAfter(resp.Header), sse.MaxRetryAfter)}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		r.retry = true
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
		r.text = client.Line1(string(answer[:min(len(answer), 200)]))
	}
	return nil, r
}

// explain leaves the address out of an error, and says what it means that no HTTP was read.
func explain(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if strings.Contains(err.Error(), "malformed HTTP") {
		return fmt.Errorf("no OTLP/HTTP at this address (gRPC, port 4317, is not supported): %w", err)
	}
	return err
}
