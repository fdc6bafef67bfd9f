package health

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"lenswatch/client"
)

// span writes a duration for a sentence: "0.3 s", "42 s", "3 min", "2 h 5 min".
func span(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "under 1 ms"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 9950*time.Millisecond:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", (d+time.Second/2)/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	hours, minutes := d/time.Hour, d%time.Hour/time.Minute
	if minutes == 0 {
		return fmt.Sprintf("%d h", hours)
	}
	return fmt.Sprintf("%d h %d min", hours, minutes)
}

// short is one clean line of at most n bytes. What it returns does not keep a longer text alive.
func short(s string, n int) string {
	cut := len(s) > n
	if cut {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	s = client.Line1(s)
	if cut {
		return strings.Clone(s) + "…"
	}
	return s
}

// failureText says why a connection or a probe failed.
func failureText(f *failure) string {
	switch {
	case f.text != "":
		return f.text
	case f.remedy.Err() == nil:
		return "the connection ended"
	case f.status != 0:
		return fmt.Sprintf("%v (HTTP %d)", f.remedy.Err(), f.status)
	case f.phase != client.PhaseNone:
		return fmt.Sprintf("%v (%s)", f.remedy.Err(), f.phase)
	}
	return f.remedy.Err().Error()
}

// channelWord is a channel for a sentence.
func channelWord(c client.Channel) string {
	if c == client.ChannelSSE {
		return "SSE stream"
	}
	return c.String()
}
