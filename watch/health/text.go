package health

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"lenswatch/client"
)

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
