package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
)

// Where sessions were named, the others of the account are listed, and said to be what they are: not
// watched, which is neither a state of theirs nor anything that needs attention.
func TestSessionsThatWereNotNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.add("lsn-one-0001", "lns-activity")
		f.add("lsn-two-0002", "lns-machine")
		hub := watch.NewHub([]client.Service{f}, watch.Options{})
		hub.Start()
		t.Cleanup(hub.Close)
		if err := hub.Watch(f.Name(), "lsn-one-0001"); err != nil {
			t.Fatal(err)
		}
		x := startOn(t, medium, Options{Sessions: []string{"lsn-one-0001"}}, hub, nil)
		f.say("lsn-one-0001", client.KindResult, "the named one", nil)
		x.pass(time.Minute)
		x.want("the named one", "Machine State 0002", "not watched")
		x.wantNot("1 connecting", "2 live")
		x.press("]")
		x.want("Health · Machine State 0002", "Not watched: other sessions", "were named", "Press r to watch it")
		x.press("i")
		x.want("Diagnosis · Machine State 0002", "Not watched: other sessions were named")
		x.press("esc", "r")
		f.say("lsn-two-0002", client.KindResult, "now the other too", nil)
		x.pass(time.Second)
		x.want("now the other too", "2 live")
		x.wantNot("not watched")
	})
}
