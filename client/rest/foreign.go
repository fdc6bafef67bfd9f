package rest

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"

	"lenswatch/client"
)

// NotTheService says that something else than the service gave an answer: a proxy, a login page, a firewall, or a
// server that has no such API. It is nil where the answer may be the service's own. The key is masked in the body.
func (c *Client) NotTheService(call Call, status int, header http.Header, body []byte) *client.Error {
	message, kind := c.foreign(call, status, header, body)
	if kind == nil {
		return nil
	}
	return &client.Error{Op: call.Op, Kind: kind, Status: status, Request: call.request(), Message: Shorten(client.Line1(c.opts.Key.Mask(message)))}
}

func (c *Client) foreign(call Call, status int, header http.Header, body []byte) (message string, kind error) {
	page, title := webPage(header, body)
	switch {
	case status == http.StatusProxyAuthRequired:
		return c.proxyAnswer(status), client.ErrProxy
	case status == http.StatusNetworkAuthenticationRequired:
		return "the network requires a login" + title + ": open any web page in a browser", client.ErrIntermediary
	case status == http.StatusBadRequest && mixedSchemes(body):
		return "the port of " + c.host() + " speaks TLS: the endpoint must start with https://", client.ErrEndpoint
	case missing(status) && !call.Object && c.proven.Load():
		return fmt.Sprintf("%s does not offer %s", c.host(), call.request()), client.ErrServer
	case missing(status) && !c.proven.Load() && (!call.Object || page || !isJSON(body) && len(body) > 0):
		return fmt.Sprintf("%s has no such API (%s): check the path of the endpoint, %s", c.host(), call.request(), c.opts.Endpoint), client.ErrEndpoint
	case status/100 == 2 && !page && len(body) > 0 && First(body) != 0 && !isJSON(body) && !c.proven.Load():
		return fmt.Sprintf("%s is not the API: %.80q; check the endpoint, %s", c.host(), body, c.opts.Endpoint), client.ErrEndpoint
	case !page || missing(status) || status >= 500 || status == http.StatusTooManyRequests:
		return "", nil
	}
	return "a web page" + title + " arrived instead of an API response: " + c.something(), client.ErrIntermediary
}

// something says what may stand between, and how to find out.
func (c *Client) something() string {
	what := "a login page, captive portal or firewall"
	if p := c.Proxy(); p != "" {
		what = "the proxy " + p + ", " + what
	}
	return what + " answers, or the endpoint is wrong; open " + c.opts.Endpoint + " in a browser to see"
}

// missing reports whether a status says that there is nothing at a path, or nothing that a method can be used on.
func missing(status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return true
	}
	return false
}

func isJSON(body []byte) bool {
	first := First(body)
	return first == '{' || first == '['
}

// mixedSchemes recognises what servers answer to HTTP on a port for HTTPS. There is no status for it.
func mixedSchemes(body []byte) bool {
	text := strings.ToLower(string(body[:min(len(body), maxMessage)]))
	return strings.Contains(text, "http request to an https server") || strings.Contains(text, "plain http request was sent to https port") ||
		strings.Contains(text, "speaking plain http to an ssl-enabled server port")
}

var titles = pattern(`(?is)<title[^>]*>(.{0,200}?)</title>`)

// webPage reports whether an answer is a page for people, and its title for a sentence.
func webPage(header http.Header, body []byte) (page bool, title string) {
	if !strings.Contains(header.Get("Content-Type"), "html") && First(body) != '<' {
		return false, ""
	}
	const most = 60
	if m := titles().FindSubmatch(body[:min(len(body), 4*maxMessage)]); m != nil {
		if text := strings.Join(strings.Fields(html.UnescapeString(string(m[1]))), " "); text != "" {
			if runes := []rune(text); len(runes) > most {
				text = string(runes[:most]) + "…"
			}
			title = fmt.Sprintf(" (%q)", text)
		}
	}
	return true, title
}

// Elsewhere is the error for a redirect that the key does not follow.
func (c *Client) Elsewhere(op, request string, foreign *ForeignError) error {
	e := &client.Error{Op: op, Kind: client.ErrIntermediary, Request: request}
	switch u, err := url.Parse(foreign.target); {
	case err == nil && strings.EqualFold(u.Hostname(), c.base.Hostname()):
		e.Kind = client.ErrEndpoint
		e.Message = "the server redirects to " + foreign.target + "; the key is not sent there. Correct the endpoint"
	default:
		e.Message = "the response redirects to " + foreign.target + "; the key is not sent there: " + c.something()
	}
	e.Message = client.Line1(c.opts.Key.Mask(e.Message))
	return e
}
