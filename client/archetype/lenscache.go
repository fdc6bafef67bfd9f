package archetype

import (
	"cmp"
	"sync"

	"lenswatch/client"
)

// lensCache remembers what later records do not report: a lens's name and channel, a session's lens and
// the channel by which its output arrives. It is safe for concurrent use.
type lensCache struct {
	mu       sync.Mutex
	lenses   map[string]client.Lens
	sessions map[string]client.Session
}

// maxCached bounds each part of what is known. Beyond it that part starts over.
const maxCached = 4096

// put remembers lenses.
func (k *lensCache) put(lenses []client.Lens) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, l := range lenses {
		if k.lenses == nil || len(k.lenses) >= maxCached {
			k.lenses = map[string]client.Lens{}
		}
		k.lenses[l.ID] = client.Lens{Name: l.Name, Channel: l.Channel}
	}
}

// complete adds what is known to a session, and remembers it.
func (k *lensCache) complete(s *client.Session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	before := k.sessions[s.ID]
	s.LensID = cmp.Or(s.LensID, before.LensID)
	lens := k.lenses[s.LensID]
	s.LensName = cmp.Or(s.LensName, lens.Name)
	s.Channel = cmp.Or(s.Channel, before.Channel, lens.Channel)
	if s.ID == "" {
		return
	}
	if k.sessions == nil || len(k.sessions) >= maxCached {
		k.sessions = map[string]client.Session{}
	}
	k.sessions[s.ID] = client.Session{ID: s.ID, LensID: s.LensID, Channel: s.Channel}
}

// session is what is remembered of a session.
func (k *lensCache) session(id string) client.Session {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.sessions[id]
	s.Channel = cmp.Or(s.Channel, k.lenses[s.LensID].Channel)
	return s
}
