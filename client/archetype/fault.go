package archetype

import (
	"slices"
	"strings"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// describeError shows the message, wherever it stands, and what the service says besides it.
func describeError(s *scan, ev *client.Event) {
	src := s.src
	if repaired, ok := rest.Repair(src); ok {
		src = repaired
	}
	c := parseErrors(src)
	switch {
	case s.rank < noAnswer && s.rank != nullAnswer:
		ev.Text = s.answerText()
	case c != nil && len(c.messages) > 0:
		ev.Text = client.Clean(strings.Join(c.messages, "\n"))
	default:
		describeAnswer(s, ev)
	}
	if ev.Fault = faultOf(src, c); ev.Fault != nil {
		ev.Text = client.Clean(ev.Text + faultText(ev.Fault, ev.Text))
	}
}

// faultOf is what an error event says besides its message: in its errors, or in the event itself or its body.
func faultOf(src []byte, c *apiErrors) *client.Fault {
	if c == nil {
		c = &apiErrors{}
	}
	c.addDetail(src)
	f := &client.Fault{Codes: cleanLines(c.codes), UIDs: cleanLines(c.uids), Suggestion: client.Line1(strings.Join(c.suggestions, "; "))}
	if len(f.Codes) == 0 && len(f.UIDs) == 0 && f.Suggestion == "" {
		return nil
	}
	return f
}

// faultText is what a fault has that a text does not say already.
func faultText(f *client.Fault, text string) string {
	var b strings.Builder
	if f.Suggestion != "" && !strings.Contains(text, f.Suggestion) {
		b.WriteString(" (" + f.Suggestion + ")")
	}
	for _, id := range slices.Concat(f.Codes, f.UIDs) {
		if !strings.Contains(text, id) {
			b.WriteString(" [" + id + "]")
		}
	}
	return b.String()
}

// cleanLines makes texts of a service safe to show, each once and none too long.
func cleanLines(texts []string) (out []string) {
	for _, t := range texts {
		if t = rest.Shorten(client.Line1(t)); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
