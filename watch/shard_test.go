package watch

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// Each session is in one part, each part has about as many, and which one it is stays the same: machines of a fleet
// may run different versions.
func TestShardsDivideSessions(t *testing.T) {
	const of, sessions = 5, 5000
	count := make([]int, of)
	for i := range sessions {
		id, in := fmt.Sprintf("lsn-%08d", i), 0
		for part := range of {
			if (Shard{Part: part + 1, Of: of}).Has(id) {
				count[part]++
				in++
			}
		}
		if in != 1 {
			t.Fatalf("%s is in %d parts", id, in)
		}
	}
	for part, n := range count {
		if n < sessions/of*8/10 || n > sessions/of*12/10 {
			t.Errorf("part %d has %d of %d", part+1, n, sessions)
		}
	}
	for id, part := range map[string]int{"lsn-251207a89f948ed4e30d8f80aaba77": 5, "lsn-1": 4, "": 3} {
		if !(Shard{Part: part, Of: of}).Has(id) {
			t.Errorf("%q is not in part %d any more", id, part)
		}
	}
}

func TestParseShard(t *testing.T) {
	if s, err := ParseShard("2/5"); err != nil || s != (Shard{Part: 2, Of: 5}) {
		t.Errorf("%v, %v", s, err)
	}
	for _, text := range []string{"", "2", "0/5", "6/5", "-1/5", "1/0", "a/b", "1/2/3", "1/1001"} {
		if s, err := ParseShard(text); err == nil {
			t.Errorf("%q is %v", text, s)
		}
	}
}

// Hubs that share an account watch every session once.
func TestHubsShareAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		watched := map[string]int{}
		s := &service{name: "a", watch: wait, sessions: func() ([]client.Session, error) { return account(100), nil }}
		for part := 1; part <= 3; part++ {
			h := NewHub([]client.Service{s}, Options{All: true, Shard: Shard{Part: part, Of: 3}})
			h.Start()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			for {
				b, err := h.Next(ctx)
				if err != nil {
					break
				}
				for _, o := range b.Opened {
					watched[o.Session]++
				}
				for _, l := range b.Lists {
					if l.NotWatched != 0 {
						t.Errorf("%d are left out", l.NotWatched)
					}
				}
			}
			cancel()
			h.Close()
		}
		if len(watched) != 100 {
			t.Errorf("%d of 100 sessions are watched", len(watched))
		}
		for id, n := range watched {
			if n != 1 {
				t.Errorf("%s is watched by %d", id, n)
			}
		}
	})
}
