package simulator_test

import (
	"context"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// startStory starts the story, and returns a function that ends it.
func (w *world) startStory() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.sim.Story(ctx); close(done) }()
	return func() {
		cancel()
		<-done
	}
}

func TestStoryFirstMinute(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		began := time.Now()
		defer w.startStory()()
		until := func(d time.Duration) { w.pass(time.Until(began.Add(d))) }
		outputs := func(id string) float64 { return w.metadata(id)["num_outputs"].(float64) }

		until(2 * time.Second)
		ids := w.sim.Sessions()
		if len(ids) != 2 {
			t.Fatalf("after 2 s: %v", ids)
		}
		site, machine := ids[0], ids[1]
		for _, id := range ids {
			if outputs(id) == 0 {
				t.Errorf("after 2 s there is no result of %v", w.metadata(id)["lens_id"])
			}
		}
		s := w.open(site, "")
		broke := make(chan time.Duration, 1)
		go func() {
			if _, err := s.during(2 * time.Minute); err != nil {
				broke <- time.Since(began)
			}
			close(broke)
		}()

		until(10 * time.Second)
		ids = w.sim.Sessions()
		if len(ids) != 3 || w.metadata(ids[2])["lens_id"] != simulator.LensEmbedding {
			t.Fatalf("after 10 s: %v", ids)
		}
		pump := ids[2]

		stalled, inputs := outputs(machine), w.metadata(machine)["num_inputs"].(float64)
		until(26 * time.Second)
		if got := outputs(machine); got != stalled || w.metadata(machine)["num_inputs"].(float64) < inputs+8 {
			t.Errorf("during the stall outputs went from %v to %v", stalled, got)
		}
		until(30 * time.Second)
		if outputs(machine) == stalled {
			t.Error("it did not recover")
		}

		until(57 * time.Second)
		if at := <-broke; at < 50*time.Second || at > 53*time.Second {
			t.Errorf("the connection was dropped after %v", at)
		}
		if w.metadata(pump) != nil {
			t.Error("the third session has not ended")
		}
		if w.metadata(site)["session_status"] != "SESSION_STATUS_RUNNING" {
			t.Error("the first session has")
		}
	})
}

func TestStoryGoesOnAndLeavesRoom(t *testing.T) {
	for quota, least := range map[int]int{3: 0, 4: 1, 5: 2, 8: 12} {
		inBubble(t, simulator.Config{Quota: quota}, func(w *world) {
			defer w.startStory()()
			seen := map[string]bool{}
			for range 25 {
				w.pass(time.Minute)
				var createdHere []string
				for range 3 { // what a person may do at any moment
					createdHere = append(createdHere, w.create(simulator.LensNoop))
				}
				for _, id := range createdHere {
					if err := w.sim.Destroy(id); err != nil {
						t.Fatal(err)
					}
				}
				ids := w.sim.Sessions()
				for _, id := range ids {
					seen[id] = true
				}
				if len(ids) > 4 {
					t.Fatalf("with a quota of %d the story has %d sessions", quota, len(ids))
				}
				if len(ids) < min(2, quota-3) {
					t.Fatalf("with a quota of %d the story has ended", quota)
				}
			}
			if len(seen) < least {
				t.Errorf("with a quota of %d: %d sessions in 25 minutes", quota, len(seen))
			}
			if _, _, body := w.doWith("GET", "/_sim/faults", "", nil); len(list(t, body)) > 2 {
				t.Errorf("faults pile up: %s", body)
			}
		})
	}
}

func TestStorySurvivesAPersonWhoDestroysEverything(t *testing.T) {
	inBubble(t, simulator.Config{Speed: 10}, func(w *world) {
		defer w.startStory()()
		for range 20 {
			w.pass(7 * time.Second)
			for _, id := range w.sim.Sessions() {
				if err := w.sim.Destroy(id); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.pass(20 * time.Second)
		if len(w.sim.Sessions()) == 0 {
			t.Error("nothing came back")
		}
	})
}

func TestStoryEndsWithTheSimulator(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		end := w.startStory()
		w.pass(20 * time.Second)
		w.sim.Close()
		end()
	})
}
