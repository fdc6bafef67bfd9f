package client

import (
	"fmt"
	"strings"
)

// maxID is the longest session or lens id that is sent anywhere, in bytes.
const maxID = 128

// CheckID reports whether a text can be the id of a session or lens: letters, digits, '-', '_', '.'
// and ':', at most 128 of them. Such an id is safe in a URL's path and on a screen. The error
// wraps [ErrRequest].
func CheckID(id string) error {
	if id == "" {
		return fmt.Errorf("an ID is required, such as lsn-251207a89f948ed4e30d8f80aaba77: %w", ErrRequest)
	}
	if len(id) > maxID {
		return fmt.Errorf("IDs have at most %d characters, this one has %d: %w", maxID, len(id), ErrRequest)
	}
	for _, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '-', c == '_', c == '.', c == ':':
		default:
			return fmt.Errorf("IDs can't contain %q: %w", c, ErrRequest)
		}
	}
	if id == "." || id == ".." {
		return fmt.Errorf("%q is not an ID: %w", id, ErrRequest)
	}
	return nil
}

// ProfileSeparator is between the name of a profile and what is of it: the name of a service, the ID of a session.
const ProfileSeparator = ":"

// ProfileOf is the profile that a service is of, and the service's own name; empty for one that is of none.
func ProfileOf(service string) (profile, own string) {
	profile, own, found := strings.Cut(service, ProfileSeparator)
	if !found {
		return "", service
	}
	return profile, own
}
