package rest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// redacted is what stands wherever a key would.
const redacted = "[redacted]"

// minMask is the length, in bytes, from which a key is looked for in what the service says. A
// shorter key would match ordinary words.
const minMask = 6

// Secret is an API key that no formatting, logging or encoding can print. The zero value is no
// key. The text is behind a pointer because fmt prints unexported fields without asking them.
type Secret struct{ text *[]byte }

// NewSecret wraps a key.
func NewSecret(key string) Secret {
	if key == "" {
		return Secret{}
	}
	text := []byte(key)
	return Secret{text: &text}
}

// IsZero reports whether there is no key.
func (s Secret) IsZero() bool { return s.text == nil }

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]", whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// reveal returns the key for the one header that carries it.
func (s Secret) reveal() string {
	if s.text == nil {
		return ""
	}
	return string(*s.text)
}

// Sendable reports whether a header can carry the key: it is printable ASCII.
func (s Secret) Sendable() bool {
	return !s.IsZero() && !strings.ContainsFunc(s.reveal(), func(r rune) bool { return r <= ' ' || r > '~' })
}

// masks reports whether the key is long enough to be looked for.
func (s Secret) masks() bool { return s.text != nil && len(*s.text) >= minMask }

// Mask replaces the key in text from outside.
func (s Secret) Mask(text string) string {
	if !s.masks() {
		return text
	}
	return strings.ReplaceAll(text, s.reveal(), redacted)
}

// MaskError returns err, or its masked text as an error if that holds the key.
func (s Secret) MaskError(err error) error {
	if err == nil || !s.masks() || !strings.Contains(err.Error(), s.reveal()) {
		return err
	}
	return errors.New(s.Mask(err.Error()))
}

// MaskPayload replaces the key, and every echoed one, in a payload. The payload is returned as it
// is, without a copy, if it holds none.
func (s Secret) MaskPayload(payload []byte) []byte {
	if s.masks() && bytes.Contains(payload, *s.text) {
		payload = bytes.ReplaceAll(payload, *s.text, []byte(redacted))
	}
	return maskEchoed(payload)
}
