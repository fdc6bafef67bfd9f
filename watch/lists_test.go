package watch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

func TestAllWatchesWhatAppears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := &service{name: "a", watch: wait, sessions: func() ([]client.Session, error) {
			if asked++; asked == 1 {
				return []client.Session{{ID: "one"}}, nil
			}
			return []client.Session{{ID: "one"}, {ID: "two"}, {ID: "three", Status: client.StatusDestroyed}}, nil
		}}
		h := NewHub([]client.Service{s}, Options{All: true})
		h.Start()
		defer h.Close()
		opened := map[string]bool{}
		for !opened["one"] || !opened["two"] {
			b, err := h.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range b.Opened {
				if opened[o.Session] {
					t.Fatalf("%s was opened twice", o.Session)
				}
				opened[o.Session] = true
			}
		}
		if opened["three"] {
			t.Fatal("a session that is over was watched")
		}
	})
}

// A stream that is refused although its session is listed is tried again, but not with each list.
func TestEndedStreamIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		s := &service{
			name:     "a",
			sessions: func() ([]client.Session, error) { return []client.Session{{ID: "one"}}, nil },
			watch: func(context.Context, string, client.WatchOptions, func(client.Event)) error {
				tries++
				return client.ErrRefused
			},
		}
		h := NewHub([]client.Service{s}, Options{All: true})
		h.Start()
		defer h.Close()
		<-time.After(time.Minute + time.Second)
		synctest.Wait()
		if tries < 2 || tries > 3 {
			t.Fatalf("%d tries in a minute", tries)
		}
	})
}

func TestListFailuresBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := &service{name: "a", sessions: func() ([]client.Session, error) {
			asked++
			return nil, &client.Error{Op: "list", Kind: client.ErrRateLimited, RetryAfter: 90 * time.Second}
		}}
		h := NewHub([]client.Service{s}, Options{})
		h.Start()
		defer h.Close()
		<-time.After(80 * time.Second)
		synctest.Wait()
		if asked != 1 {
			t.Fatalf("asked %d times within the time that the service asked to wait", asked)
		}
		if err := h.Watch("a", "one"); err != nil {
			t.Fatal(err)
		}
		h.Command("one", client.CommandReconnect)
		synctest.Wait()
		if asked != 2 {
			t.Fatal("a person may ask at once")
		}
	})
}

// A service that is heard again is asked for its list at the normal pace, however long it had failed.
func TestListOfAServiceThatRecovers(t *testing.T) {
	for kind, want := range map[error]bool{client.ErrNetwork: true, client.ErrServer: true, client.ErrRateLimited: false} {
		synctest.Test(t, func(t *testing.T) {
			var asked []time.Time
			s := &service{
				name: "a",
				sessions: func() ([]client.Session, error) {
					asked = append(asked, time.Now())
					return nil, &client.Error{Op: "list", Kind: kind}
				},
				watch: func(ctx context.Context, id string, _ client.WatchOptions, sink func(client.Event)) error {
					<-time.After(90 * time.Second)
					for range 100 { // a loud stream
						sink(client.Event{Service: "a", Session: id, Kind: client.KindResult, Received: time.Now()})
						<-time.After(100 * time.Millisecond)
					}
					return wait(ctx, id, client.WatchOptions{}, nil)
				},
			}
			h := NewHub([]client.Service{s}, Options{})
			h.Start()
			defer h.Close()
			if err := h.Watch("a", "one"); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			<-time.After(101 * time.Second)
			synctest.Wait()
			again := 0
			for _, at := range asked {
				if at.Sub(start) >= 90*time.Second {
					again++
				}
			}
			if want != (again > 0) || again > 3 {
				t.Errorf("%v: asked %d times in the 10 s in which the service was heard again", kind, again)
			}
		})
	}
}
