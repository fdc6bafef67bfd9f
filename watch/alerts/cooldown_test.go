package alerts

import (
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/watch"
)

// A condition that comes back within the cooldown, and goes on, fires when the cooldown is over: whoever got "resolved"
// must not be left with that.
func TestWhatComesBackWithinTheCooldownFiresAtItsEnd(t *testing.T) {
	t.Run("label", func(t *testing.T) {
		r := newRun(t, Rule{Name: "worn", Label: "worn", Cooldown: 10 * time.Second})
		for _, l := range []string{"worn", "normal", "worn"} {
			r.label(l, 1)
			r.wait(time.Second)
		}
		r.wait(20 * time.Second)
		r.label("normal", 1)
		r.want("0s worn firing", "1s worn resolved", "10s worn firing (1 suppressed)", "23s worn resolved")
	})
	t.Run("label, by its next event", func(t *testing.T) {
		r := newRun(t, Rule{Name: "worn", Label: "worn", Cooldown: 1500 * time.Millisecond})
		for _, l := range []string{"worn", "normal"} {
			r.label(l, 1)
		}
		r.wait(time.Second)
		r.label("worn", 1)
		r.now += 600 * time.Millisecond
		r.label("worn", 1)
		r.want("0s worn firing", "0s worn resolved", "1.6s worn firing (1 suppressed)")
	})
	t.Run("held", func(t *testing.T) {
		r := newRun(t, Rule{Name: "held", Label: "worn", HeldFor: 2 * time.Second, Cooldown: 10 * time.Second})
		for _, l := range []string{"worn", "normal", "worn"} {
			r.label(l, 1)
			r.wait(3 * time.Second)
		}
		r.wait(10 * time.Second)
		r.want("2s held firing", "3s held resolved", "12s held firing (1 suppressed)")
	})
	t.Run("count", func(t *testing.T) {
		r := newRun(t, Rule{Name: "many", Match: []string{"kind:error"}, Count: 2, Within: 4 * time.Second, Cooldown: 10 * time.Second})
		for range 2 {
			for range 2 {
				r.say(client.Event{Kind: client.KindError, Text: "x"})
			}
			r.wait(7 * time.Second)
		}
		r.want("0s many firing", "5s many resolved", "10s many firing (1 suppressed)", "12s many resolved")
	})
	t.Run("no result", func(t *testing.T) {
		r := newRun(t, Rule{Name: "away", NoResultFor: 5 * time.Second, Cooldown: 20 * time.Second})
		r.wait(7 * time.Second)
		r.label("normal", 1)
		r.wait(33 * time.Second)
		r.want("6s away firing", "8s away resolved", "26s away firing (1 suppressed)")
	})
	t.Run("verdict", func(t *testing.T) {
		r := newRun(t, Rule{Name: "failed", Verdicts: []string{"failed"}, Cooldown: 10 * time.Second})
		for _, s := range []client.Status{client.StatusFailed, client.StatusRunning, client.StatusFailed} {
			r.store.AddSample(watch.Sample{Session: client.Session{Service: "archetype", ID: "lsn-1", Status: s, StatusText: string(s)}}, start.Add(r.now))
			r.wait(2 * time.Second)
		}
		r.wait(20 * time.Second)
		r.want("1s failed firing", "3s failed resolved", "11s failed firing (1 suppressed)", "21s failed resolved")
	})
}

// What is over again before the cooldown is, does not fire.
func TestWhatIsOverWithinTheCooldownStaysResolved(t *testing.T) {
	r := newRun(t, Rule{Name: "worn", Label: "worn", Cooldown: 10 * time.Second})
	for _, l := range []string{"worn", "normal", "worn", "normal"} {
		r.label(l, 1)
		r.wait(time.Second)
	}
	r.wait(20 * time.Second)
	r.want("0s worn firing", "1s worn resolved")
}
