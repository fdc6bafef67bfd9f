package sse

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

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
