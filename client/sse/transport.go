package sse

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Times of NewTransport.
const (
	dialTimeout   = 10 * time.Second
	tlsTimeout    = 10 * time.Second
	headerTimeout = 30 * time.Second
	idleTimeout   = 90 * time.Second
	// A line that has been silent for probeIdle is probed; one that answers no probe is given up
	// after probeIdle + probeCount * probeInterval = 30 s.
	probeIdle     = 15 * time.Second
	probeInterval = 5 * time.Second
	probeCount    = 3
)

// NewTransport makes connections for event streams. Lookup and dialling together, the TLS handshake
// and the time to the response's header are limited, the stream itself is not. Nothing is
// compressed, because a compressor may hold events back. A half-open connection is found within
// 30 s, by TCP keep-alive probes or HTTP/2 pings. The proxy is http.ProxyFromEnvironment's.
//
// Each call returns a transport with connections of its own; one can serve many Sources.
func NewTransport() *http.Transport {
	dialer := &net.Dialer{
		Timeout: dialTimeout,
		KeepAliveConfig: net.KeepAliveConfig{
			Enable:   true,
			Idle:     probeIdle,
			Interval: probeInterval,
			Count:    probeCount,
		},
	}
	return &http.Transport{
		Proxy:                  proxyOf,
		OnProxyConnectResponse: proxyAnswered,
		DialContext:            dialAhead(dialer.DialContext),
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		IdleConnTimeout:        idleTimeout,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: 256 << 10,
		WriteBufferSize:        512,     // requests are small
		ReadBufferSize:         2 << 10, // a flood is read ahead
		HTTP2: &http.HTTP2Config{
			SendPingTimeout: probeIdle,
			PingTimeout:     probeCount * probeInterval,
		},
	}
}

// ProxyError says that a proxy refused to make a connection, or that its setting is wrong. It holds no password.
type ProxyError struct {
	Status int   // of the proxy's answer, 0 if there was none
	Err    error // why, where there is no status
}

func (e *ProxyError) Error() string {
	if e.Status == 0 {
		return e.Err.Error()
	}
	return "the proxy responded with " + http.StatusText(e.Status)
}

func (e *ProxyError) Unwrap() error { return e.Err }

// errProxySetting stands for what [http.ProxyFromEnvironment] says, which quotes the setting with its password.
var errProxySetting = errors.New("HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is not the URL of a proxy, such as http://proxy.example:3128")

func proxyOf(req *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, &ProxyError{Err: errProxySetting}
	}
	return u, nil
}

// proxyAnswered looks at a proxy's answer to CONNECT. The standard transport would keep its text alone.
func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Status: resp.StatusCode}
}

// FromProxy reports whether an error is about the proxy: it cannot be reached, refused, or is not set well.
func FromProxy(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks ")) {
		return true
	}
	var p *ProxyError
	return errors.As(err, &p)
}

// Nothing compressed is requested; some proxies compress all the same. gzip is decoded as it arrives: what was flushed
// is there at once. Memory is bounded as without it: no more is unpacked than is read.

// gzipped reports whether an answer is compressed in the one way that is decoded.
func gzipped(resp *http.Response) bool {
	coding := resp.Header.Get("Content-Encoding")
	return strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip")
}

// A gunzip is the body of an answer, unpacked. The header of the format is read with the first bytes.
type gunzip struct {
	io.ReadCloser
	r *gzip.Reader
}

func (g *gunzip) Read(p []byte) (int, error) {
	if g.r == nil {
		r, err := gzip.NewReader(g.ReadCloser)
		if err != nil {
			return 0, err
		}
		g.r = r
	}
	return g.r.Read(p)
}
