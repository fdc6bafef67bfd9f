package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"lenswatch/client"
	"lenswatch/client/sse"
)

// NetworkError says that no answer came to a request, and why: whose fault it is, and what to do about it. The reason
// stands first, because long texts are cut where there is no room. The URL and secrets are left out.
func (c *Client) NetworkError(op, request string, phase client.Phase, err error) *client.Error {
	var wrapped *url.Error
	for errors.As(err, &wrapped) {
		err = wrapped.Err // the operation says what was tried
	}
	e := &client.Error{Op: op, Kind: client.ErrNetwork, Phase: phase, Request: request, Err: c.opts.Key.MaskError(err)}
	if message, kind := c.cause(err); kind != nil {
		e.Kind, e.Message = kind, client.Line1(c.opts.Key.Mask(message))
	}
	return e
}

// cause finds who or what is to blame, and says what to do. kind is nil where the error says enough itself.
func (c *Client) cause(err error) (message string, kind error) {
	if local := client.LocalCause(err); local != "" {
		return local, client.ErrLocal
	}
	if sse.FromProxy(err) {
		return c.proxyCause(err), client.ErrProxy
	}
	if text := c.certificateCause(err); text != "" {
		return text, client.ErrCertificate
	}
	var record tls.RecordHeaderError
	switch text := err.Error(); {
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return fmt.Sprintf("%s does not speak TLS: use http://, or check the port", c.host()), client.ErrEndpoint
	case strings.Contains(text, "malformed HTTP"), strings.Contains(text, "readLoopPeekFailLocked"): // it spoke before it was asked
		return fmt.Sprintf("%s does not speak HTTP: use https://, or check the port", c.host()), client.ErrEndpoint
	case strings.Contains(text, "redirects") && strings.Contains(text, "stopped after"), strings.Contains(text, "redirects in a circle"):
		return "redirect loop: " + c.something(), client.ErrIntermediary
	}
	return c.unreachable(err)
}

// unreachable says why nothing was reached, in words for the errors that have only numbers or abbreviations.
func (c *Client) unreachable(err error) (message string, kind error) {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("unknown host %s: %v", dns.Name, err), client.ErrNetwork
	case errors.As(err, &dns) && dns.IsTimeout:
		return fmt.Sprintf("the DNS server does not respond: %v", err), client.ErrNetwork
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.ENETDOWN):
		return fmt.Sprintf("no route to %s (no network or VPN?): %v", c.host(), err), client.ErrNetwork
	}
	return "", nil
}

// proxyCause says what the proxy did, and which setting names it.
func (c *Client) proxyCause(err error) string {
	var p *sse.ProxyError
	name, setting := "the proxy "+c.Proxy(), c.proxySetting()
	switch {
	case !errors.As(err, &p):
		return fmt.Sprintf("%s cannot be reached: check %s (%v)", name, setting, err)
	case p.Status == 0:
		return p.Error()
	}
	return c.proxyAnswer(p.Status)
}

// proxyAnswer says what an answer of the proxy itself means.
func (c *Client) proxyAnswer(status int) string {
	name, setting := "the proxy "+c.Proxy(), c.proxySetting()
	switch {
	case status == http.StatusProxyAuthRequired && c.proxyUser():
		return fmt.Sprintf("%s refuses the user name or password (HTTP 407): correct them in %s", name, setting)
	case status == http.StatusProxyAuthRequired:
		return fmt.Sprintf("%s asks for a user name and password (HTTP 407): put them into %s, as http://user:password@%s", name, setting, c.Proxy())
	case status >= 500:
		return fmt.Sprintf("%s does not reach %s (HTTP %d)", name, c.host(), status)
	}
	return fmt.Sprintf("%s does not let requests through to %s (HTTP %d): ask its administrator, or add the host to NO_PROXY", name, c.host(), status)
}

// Proxy is the host and port of the proxy that requests go through, empty if they go through none.
func (c *Client) Proxy() string {
	if u := c.proxyURL(); u != nil {
		return client.Line1(u.Host)
	}
	return ""
}

func (c *Client) proxyUser() bool {
	u := c.proxyURL()
	return u != nil && u.User != nil
}

func (c *Client) proxyURL() *url.URL {
	if c.proxy == nil {
		return nil
	}
	u, err := c.proxy(&http.Request{URL: c.base})
	if err != nil {
		return nil
	}
	return u
}

// proxySetting is the environment variable that names the proxy.
func (c *Client) proxySetting() string {
	if c.base.Scheme == "http" {
		return "HTTP_PROXY"
	}
	return "HTTPS_PROXY"
}

// host is the endpoint's host, with its port if that is spelt out.
func (c *Client) host() string { return client.Line1(c.base.Host) }

// certificateCause says why the server's certificate was not accepted, empty if it was. The authority, the time and
// the name each have a remedy of their own.
func (c *Client) certificateCause(err error) string {
	var (
		verification *tls.CertificateVerificationError
		unknown      x509.UnknownAuthorityError
		invalid      x509.CertificateInvalidError
		name         x509.HostnameError
		roots        x509.SystemRootsError
	)
	switch {
	case errors.As(err, &unknown):
		return unknownAuthority(issuer(unknown.Cert, err))
	case errors.As(err, &name):
		return fmt.Sprintf("the certificate is for %s, not for %s: check the endpoint's host name", namesOf(name.Certificate), c.base.Hostname())
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return outOfTime(invalid.Cert, time.Now())
	case errors.As(err, &roots):
		return "can't read the certificates of this machine: " + err.Error()
	case errors.As(err, &invalid), errors.As(err, &verification):
		return "the certificate is not valid: " + err.Error()
	}
	return ""
}

// issuer is who signed the certificate that no known authority stands behind.
func issuer(cert *x509.Certificate, err error) string {
	if verification, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && len(verification.UnverifiedCertificates) > 0 {
		cert = verification.UnverifiedCertificates[0]
	}
	switch {
	case cert == nil:
		return "an authority"
	case cert.Issuer.String() == cert.Subject.String():
		return "itself (self-signed)"
	case cert.Issuer.CommonName != "":
		return fmt.Sprintf("%q", cert.Issuer.CommonName)
	}
	return fmt.Sprintf("%q", cert.Issuer.String())
}

// unknownAuthority says how to make an authority known. Go reads SSL_CERT_FILE on all systems but two.
func unknownAuthority(signedBy string) string {
	how := "name the file with its certificate (PEM) in SSL_CERT_FILE"
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		how = "add its certificate to the system's trusted ones"
	} else if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		how += ", which now names " + file
	}
	return "the certificate is signed by " + signedBy + ", which this machine does not trust. If it is a private CA, " + how +
		". If a proxy inspects TLS, trust its certificate the same way"
}

// outOfTime says whether a certificate is too old or too young. A clock that is wrong makes it either.
func outOfTime(cert *x509.Certificate, now time.Time) string {
	if cert == nil {
		return "the certificate has expired or is not yet valid: check this machine's clock"
	}
	const day = "2006-01-02 15:04 MST"
	if now.Before(cert.NotBefore) {
		return fmt.Sprintf("the certificate is valid from %s on, and this machine's clock says %s: check the clock",
			cert.NotBefore.UTC().Format(day), now.UTC().Format(day))
	}
	return fmt.Sprintf("the certificate expired at %s: its owner must renew it. If this machine's clock, at %s, is wrong, correct it",
		cert.NotAfter.UTC().Format(day), now.UTC().Format(day))
}

// namesOf are the names that a certificate is good for, a few of them.
func namesOf(cert *x509.Certificate) string {
	const most = 3
	if cert == nil {
		return "another name"
	}
	names := slices.Clone(cert.DNSNames)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return "no name at all"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

// Phases translates the steps of making a request, as [sse.Trace] reports them.
var Phases = map[sse.Phase]client.Phase{
	sse.PhaseDNS: client.PhaseDNS, sse.PhaseConnect: client.PhaseConnect, sse.PhaseTLS: client.PhaseTLS,
	sse.PhaseRequest: client.PhaseRequest, sse.PhaseBody: client.PhaseBody,
}
