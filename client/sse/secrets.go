package sse

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// plainHeader reports whether a field of Options.Header holds no credential. Every other may,
// whatever its name.
func plainHeader(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Accept", "Accept-Language", "Cache-Control", "Content-Type", "User-Agent":
		return true
	}
	return false
}

// sameOrigin reports whether credentials for one URL may be sent to the other.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// minSecret is how short a credential can be: shorter values would hide ordinary words.
const minSecret = 8

// secrets are texts that no error may contain.
type secrets []string

func newSecrets(u *url.URL, h http.Header) secrets {
	var s secrets
	add := func(secret string) {
		if len(secret) >= minSecret && !slices.Contains(s, secret) {
			s = append(s, secret)
		}
	}
	for name, values := range h {
		for _, v := range values {
			if plainHeader(name) {
				continue
			}
			add(v)
			_, credential, _ := strings.Cut(v, " ") // "Bearer <key>"
			add(credential)
		}
	}
	if password, ok := u.User.Password(); ok {
		add(password)
	}
	return s
}

// hide takes the secrets out of a text.
func (s secrets) hide(text string) string {
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret, "[hidden]")
	}
	return text
}

// clean takes the URL and the secrets out of an error. What http.Client returns holds the URL; a
// server can put into a text whatever it was sent.
func (s secrets) clean(err error) error {
	for {
		var in *url.Error
		if !errors.As(err, &in) {
			break
		}
		err = in.Err
	}
	if text := err.Error(); s.hide(text) != text {
		return errors.New(s.hide(text))
	}
	return err
}
