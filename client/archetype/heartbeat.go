package archetype

import (
	"strconv"
	"strings"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
	"lenswatch/client/units"
)

// describeHeartbeat reads the counters of a heartbeat.
func describeHeartbeat(s *scan, ev *client.Event) {
	ev.Text = "heartbeat"
	if !s.status.present() && !s.messages.present() && !s.bytes.present() && !s.timeout.present() {
		return
	}
	beat := &client.Heartbeat{Status: client.ParseStatus(s.str(s.status)), StatusText: s.line(s.status)}
	beat.Messages, beat.HasMessages = s.count(s.messages)
	beat.Bytes, beat.HasBytes = s.count(s.bytes)
	if seconds, ok := rest.ParseNumber(s.str(s.timeout)); ok {
		beat.MessageTimeout, beat.HasTimeout = sse.Seconds(seconds), true
	}
	ev.Heartbeat = beat
	if text := heartbeatText(beat); text != "" {
		ev.Text = text
	}
}

// count reads a whole number, and reports whether there is one.
func (s *scan) count(p span) (int64, bool) { return rest.ParseCount(s.str(p)) }

// heartbeatText says what a heartbeat claims, and nothing of what it does not.
func heartbeatText(b *client.Heartbeat) string {
	var parts []string
	switch {
	case b.Status != client.StatusUnknown:
		parts = append(parts, b.Status.String())
	case b.StatusText != "":
		parts = append(parts, b.StatusText)
	}
	if b.HasMessages {
		parts = append(parts, strconv.FormatInt(b.Messages, 10)+" messages")
	}
	if b.HasBytes {
		parts = append(parts, strconv.FormatInt(b.Bytes, 10)+" bytes")
	}
	if b.HasTimeout {
		parts = append(parts, "message timeout "+units.Duration(b.MessageTimeout))
	}
	return strings.Join(parts, ", ")
}
