package watch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/simulator"
	"lenswatch/watch/health"
)

// A session whose other channel a person chose to read, which brings nothing, is distinguished from one that
// puts out nothing.
func TestSwitchedToTheWrongChannel(t *testing.T) {
	for _, c := range []struct {
		lens string
		to   client.Command
		read client.Channel
	}{
		{simulator.LensActivityMonitor, client.CommandUseMailbox, client.ChannelMailbox},
		{simulator.LensMailbox, client.CommandUseSSE, client.ChannelSSE},
	} {
		t.Run(c.read.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, simulator.Config{}, c.lens)
				if err := r.hub.Watch("archetype", r.id); err != nil {
					t.Fatal(err)
				}
				r.pass(90*time.Second, func(time.Time) bool { return true })
				r.hub.Command(r.id, c.to)
				var v health.Verdict
				r.pass(25*time.Second, func(now time.Time) bool {
					v = r.session().Health.Verdict(now)
					return v.Confidence < health.High || v.Code != health.WrongChannel
				})
				f := r.session().Health.Metrics(time.Now())
				if v.Code != health.WrongChannel || v.Confidence != health.High || v.Next[0].Action != health.ActionSwitchChannel || f.Channel != c.read {
					t.Errorf("reading %v: %s", f.Channel, describe(r.session(), time.Now()))
				}
			})
		})
	}
}
