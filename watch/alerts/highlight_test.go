package alerts

import (
	"testing"
	"time"

	"lenswatch/client"
)

// The colour is that of the rule that says how, then of one that fires by the event alone. One that counts colours nothing
// unless it says how: its row would show an alert that there is not.
func TestTheRuleThatSaysHowGivesTheColour(t *testing.T) {
	many := Rule{Name: "many", Match: []string{"kind:log"}, Count: 5, Within: time.Minute}
	fires, bad := Rule{Name: "fires", Match: []string{"crane"}}, Rule{Name: "bad", Match: []string{"crane"}, Highlight: "bad"}
	for _, c := range []struct {
		rules     []Rule
		name, how string
	}{
		{[]Rule{many}, "", ""},
		{[]Rule{{Name: "said", Match: many.Match, Count: 5, Within: time.Minute, Highlight: "good"}}, "said", "good"},
		{[]Rule{many, fires}, "fires", "warn"},
		{[]Rule{many, fires, bad}, "bad", "bad"},
		{[]Rule{bad, many, {Name: "second", Match: []string{"crane"}, Highlight: "good"}}, "bad", "bad"},
	} {
		ev := client.Event{Kind: client.KindLog, Text: "the crane moves"}
		if name, how := NewHighlighter(c.rules).Of(&ev); name != c.name || how != c.how {
			t.Errorf("%+v: %s, %s; want %s, %s", c.rules, name, how, c.name, c.how)
		}
	}
}
