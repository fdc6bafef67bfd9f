package rest

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"lenswatch/client"
)

// redacted is what stands wherever a key would.
const redacted = "[redacted]"

// Secret is an API key, or another text that nobody may read. No formatting, logging or encoding can
// print it, and no printer that looks into values by reflection finds it: it is held by a function.
// The zero value is no secret.
type Secret struct{ open func() opened }

// opened is what a Secret holds.
type opened struct {
	text   string
	traces traces
}

// NewSecret wraps a text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	o := opened{text, tracesOf(text)}
	return Secret{func() opened { return o }}
}

// Keys are the secrets of a run: what comes from one account may hold the key of another, and is masked all the same.
// It may be used by several goroutines at once.
type Keys struct {
	mu    sync.Mutex
	known []Secret
	all   atomic.Pointer[traces]
}

// Add adds a secret, and returns it as one that masks all that are known, also those that are added later.
func (k *Keys) Add(s Secret) Secret {
	if s.IsZero() {
		return s
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	text := s.reveal()
	if !slices.ContainsFunc(k.known, func(x Secret) bool { return x.reveal() == text }) {
		k.known = append(k.known, s)
		var all traces
		for _, x := range k.known {
			all = append(all, x.traces()...)
		}
		k.all.Store(&all)
	}
	return Secret{func() opened { return opened{text, *k.all.Load()} }}
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.open == nil }

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

// reveal returns the text for the one header that carries it.
func (s Secret) reveal() string {
	if s.open == nil {
		return ""
	}
	return s.open().text
}

func (s Secret) traces() traces {
	if s.open == nil {
		return nil
	}
	return s.open().traces
}

// Sendable reports whether a header can carry the key: it is printable ASCII.
func (s Secret) Sendable() bool {
	return !s.IsZero() && !strings.ContainsFunc(s.reveal(), func(r rune) bool { return r <= ' ' || r > '~' })
}

// CheckKey refuses a key that is not there, about which missing says what to do, or that no header can carry.
func CheckKey(op string, key Secret, missing string) error {
	switch {
	case key.IsZero():
		return &client.Error{Op: op, Kind: client.ErrNoKey, Message: missing}
	case !key.Sendable():
		return &client.Error{Op: op, Kind: client.ErrRefused, Message: "the key contains a character that is not allowed in a header; copy it again"}
	}
	return nil
}

// Mask replaces the secret in text from outside, whatever its spelling, and what else [MaskPayload]
// replaces.
func (s Secret) Mask(text string) string {
	if len(text) < minMask {
		return text
	}
	b := unsafe.Slice(unsafe.StringData(text), len(text)) // which nothing changes: most texts need no copy
	if spans := spansOf(b, s.traces(), userinfo); len(spans) > 0 {
		return string(cutOut(b, spans))
	}
	return text
}

// MaskCut is Mask for a text that was cut: its end may be the beginning of the secret.
func (s Secret) MaskCut(text string) string {
	b, traces := []byte(text), s.traces()
	return string(cutOut(b, traces.findCut(b, spansOf(b, traces, userinfo))))
}

// MaskError returns err, or its masked text as an error if that holds the secret. What wraps err
// does not show through then.
func (s Secret) MaskError(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if masked := MaskURLs(s.Mask(text)); masked != text {
		return errors.New(masked)
	}
	return err
}

// MaskPayload replaces the secret in a payload, whatever its spelling, the value of each api_key, and
// user names and passwords in URLs. JSON stays JSON. It takes time linear in the payload's length,
// which is returned as it is, without a copy, if it holds none.
func (s Secret) MaskPayload(payload []byte) []byte { return redact(payload, s.traces()) }
