package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// A session that is over has no rate: the last one would read as if results still came.
func TestASessionThatIsOverHasNoRate(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		for i := range 20 {
			f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("result %d", i), nil)
			x.pass(time.Second)
		}
		row := func() string {
			for _, line := range strings.Split(x.screen(), "\n") {
				if strings.Contains(line, "▎Activity Monitor 0001 ") {
					return strings.Split(line, "││")[0]
				}
			}
			t.Fatalf("no row of the session:\n%s", x.screen())
			return ""
		}
		if !strings.Contains(row(), "1.0/s") {
			t.Fatalf("a live session has the row %q", row())
		}
		if _, err := f.Destroy(t.Context(), "lsn-one-0001"); err != nil {
			t.Fatal(err)
		}
		x.pass(2 * time.Second)
		if got := row(); !strings.Contains(got, "ended") || strings.Contains(got, "/s") {
			t.Fatalf("a session that is over has the row %q", got)
		}
	})
}
