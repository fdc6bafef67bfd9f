package ui

import (
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// A session that is gone has no rate, however many results it had just before.
func TestNoRateOfASessionThatIsGone(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("c", "enter")
		x.want("Created")
		x.press("]", "]", "]")
		for range 5 {
			f.say(x.model.shared.scope, client.KindResult, "scene", nil)
			x.pass(time.Second)
		}
		x.press("d", "y")
		x.want("Destroyed")
		for _, line := range strings.Split(x.screen(), "\n") {
			if strings.Contains(line, "×▎") && strings.Contains(line[:strings.Index(line, "││")], "/s") {
				t.Errorf("it has a rate: %s", line)
			}
		}
		x.want("×▎")
	})
}
