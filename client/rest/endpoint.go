package rest

import (
	"errors"
	"net/url"
	"strings"
)

// versioned matches a path that ends with a version.
var versioned = pattern(`/v\d+(\.\d+)*$`)

// Endpoint gives an endpoint its one form: scheme, host, path with a version, no trailing slash. An
// empty one is def; one that names no version gets version. Errors do not quote the endpoint, which
// may hold a password; keyVar is the environment variable that the key belongs into.
func Endpoint(endpoint, def, version, keyVar string) (string, error) {
	if endpoint == "" {
		return def, nil
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return "", errors.New("the endpoint is not a URL; it must have the form " + def)
	case u.User != nil:
		return "", errors.New("the endpoint must not contain a user name or password; set the key in " + keyVar)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return "", errors.New("the endpoint must start with https:// (or http://) and a host")
	case u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("the endpoint must not contain a query or fragment")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if !versioned().MatchString(path) {
		path += version
	}
	return (&url.URL{Scheme: u.Scheme, Host: lowerHost(u.Host)}).String() + path, nil
}

// lowerHost is a host in lower case, but for the zone of an IPv6 address, which is a name of this machine.
func lowerHost(host string) string {
	address, zone, zoned := strings.Cut(host, "%")
	if !zoned {
		return strings.ToLower(host)
	}
	return strings.ToLower(address) + "%" + zone
}
