package health

import (
	"strings"
	"testing"
	"unicode"
)

func TestCatalogue(t *testing.T) {
	seen := map[VerdictCode]bool{}
	names := map[string]bool{}
	for _, e := range Catalogue() {
		if seen[e.Code] || names[e.Name] || names[e.Code.String()] && e.Name != e.Code.String() {
			t.Errorf("%v stands twice", e.Code)
		}
		seen[e.Code], names[e.Name] = true, true
		for what, text := range map[string]string{"cause": e.Cause, "evidence": e.Evidence, "rules out": e.RulesOut, "detect": e.Detect} {
			if !strings.HasSuffix(text, ".") || !unicode.IsUpper(rune(text[0])) && !strings.HasPrefix(text, "sse.") && !unicode.IsDigit(rune(text[0])) {
				t.Errorf("%v: %s is no sentence: %q", e.Code, what, text)
			}
		}
		if len(e.Next) == 0 {
			t.Errorf("%v advises nothing", e.Code)
		}
		for _, s := range e.Next {
			if !strings.HasSuffix(s.Text, ".") || s.Action.String() == "unknown" {
				t.Errorf("%v: step %+v", e.Code, s)
			}
		}
	}
	for c := Unknown; c < verdictCount; c++ {
		if !seen[c] {
			t.Errorf("%v is not in the catalogue", c)
		}
	}
	if last := Catalogue()[len(seen)-1]; last.Code != Unknown {
		t.Errorf("the last resort is %v", last.Code)
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{PipelineStalled.String(), "pipeline-stalled"}, {ViewerBehind.String(), "viewer-behind"}, {StreamEnded.String(), "ended"},
		{VerdictCode(200).String(), "unknown"}, {StateCode(200).String(), "unknown"}, {Reconnecting.String(), "reconnecting"},
		{High.String(), "high"}, {Alarm.String(), "alarm"}, {ActionDoctor.String(), "doctor"}, {ProbeCreate.String(), "create"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	seen := map[string]bool{}
	for c := Unknown; c < verdictCount; c++ {
		if s := c.String(); s == "" || seen[s] {
			t.Errorf("the name of verdict %d is %q", c, s)
		} else {
			seen[s] = true
		}
	}
}
