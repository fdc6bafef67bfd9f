package archetype

import (
	"bytes"
	"fmt"

	"lenswatch/client"
)

// What is decoded of one payload or answer. All readers go over a text a fixed number of times, whatever
// it holds.
const (
	// An answer that says what failed is no longer than maxFailure, in bytes, and nested no deeper than
	// failureDepth. Anything else is shown as it arrived.
	maxFailure   = 64 << 10
	failureDepth = 16
	// maxRecord is the longest record of a session or lens, in bytes: configurations may be in it.
	maxRecord = 1 << 20
	// maxParts is how many texts of an answer in parts are shown.
	maxParts = 1 << 10
	// maxClip is how much of a JSON text is made fit to be shown, in bytes. It is more than an event's text may have.
	maxClip = 64 << 10
)

// beyond reports whether an answer is no report of a failure, for its size or depth.
func beyond(body []byte) bool { return len(body) > maxFailure || client.DeeperThan(body, failureDepth) }

// decodeShallow is decode for a payload that may be nested to any depth. What is nested too deep is stored
// and shown as it arrived.
func decodeShallow(payload []byte, ev *client.Event) {
	if !client.DeeperThan(payload, client.MaxDepth) {
		decode(payload, ev)
		return
	}
	ev.Raw = bytes.Clone(payload)
	ev.Kind, ev.Level = client.KindOther, client.LevelWarn
	ev.Text = client.Clean(fmt.Sprintf("nested deeper than %d levels, and not decoded: %s", client.MaxDepth, payload[:min(len(payload), maxClip)]))
}

// clip shortens a JSON string to what may be shown of it.
func clip(v []byte) []byte {
	if len(v) <= maxClip {
		return v
	}
	i := 1
	for i < maxClip {
		switch {
		case v[i] == '\\' && v[i+1] == 'u':
			i += len(`\u0000`)
		case v[i] == '\\':
			i += 2
		default:
			i++
		}
	}
	return append(bytes.Clone(v[:i]), '"')
}
