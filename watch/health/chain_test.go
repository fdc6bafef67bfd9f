package health

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// brokenBy is the link that each fault's verdict has to name on the chain; of those that are not here none is broken.
var brokenBy = map[VerdictCode]LinkCode{
	ConnectionDead: LinkNetwork, NetworkDown: LinkNetwork, RegularCut: LinkNetwork, Buffered: LinkNetwork, ProxyRefused: LinkNetwork,
	ServerError: LinkService, ServerLoops: LinkService, RateLimited: LinkService, KeyRefused: LinkService, WrongEndpoint: LinkService,
	QuotaFull: LinkSession, Rejected: LinkSession, NoSuchSession: LinkSession, SessionFailed: LinkSession, SessionStale: LinkSession, NotStarted: LinkSession,
	NoInput:         LinkInput,
	PipelineStalled: LinkLens, LensErrors: LinkLens, Starved: LinkLens,
	WrongChannel: LinkOutput, AnotherReader: LinkOutput, OutputsLost: LinkOutput, NoOutputStream: LinkOutput, Late: LinkOutput,
	ViewerBehind: LinkViewer, LocalLimit: LinkViewer,
}

// Through every fault, at every second, the chain names the link of the verdict next to it and no other, and shows
// nothing as broken that is only suspected.
func TestChainNamesTheLinkOfTheVerdict(t *testing.T) {
	for _, x := range slices.Concat(outputFaults, readersFaults, lineFaults, overFaults) {
		t.Run(x.name, func(t *testing.T) {
			w := newWorld(t, 1)
			if x.setup != nil {
				x.setup(w)
			}
			if !w.unopened {
				w.open()
			}
			w.run(x.at)
			if x.strike != nil {
				x.strike(w)
			}
			for end := w.now + x.within + 5*time.Second; w.now < end; {
				w.run(w.now + time.Second)
				for _, v := range []Verdict{w.m.Verdict(w.time()), w.m.Guess(w.time())} {
					agrees(t, v, w.m.Chain(w.time(), v))
				}
			}
		})
	}
}

func agrees(t *testing.T, v Verdict, c Chain) {
	t.Helper()
	want, named := brokenBy[v.Code]
	named = named && !v.Doubted
	at := slices.IndexFunc(c, func(l Link) bool { return l.State == LinkBroken })
	broken := at >= 0
	switch {
	case broken != named, broken && c[at].Code != want:
		t.Errorf("%v (%v confidence), and the chain is %v", v.Code, v.Confidence, c)
	case broken && strings.Count(c.String(), "✗") != 1:
		t.Errorf("more than one link is broken: %v", c)
	case broken && !strings.Contains(c.String(), strings.ToUpper(want.String())):
		t.Errorf("the broken link is not in capitals: %v", c)
	}
}

func (s *script) chain(want string) *script {
	s.t.Helper()
	if got := s.m.Chain(s.now, s.m.Verdict(s.now)).String(); got != want {
		s.t.Errorf("after %v the chain is\n%s, want\n%s", s.now.Sub(epoch), got, want)
	}
	return s
}

func chainOf(w *world) string { return w.m.Chain(w.time(), w.m.Verdict(w.time())).String() }

func TestChainOfAStall(t *testing.T) {
	w := newWorld(t, 1)
	w.m.Lag(0, 0, epoch)
	w.open()
	if got := chainOf(w.run(60 * time.Second)); got != "network ✓ → service ✓ → session ✓ → input ✓ 56 → lens ✓ → output ✓ 60 → viewer ✓" {
		t.Errorf("while results arrive: %s", got)
	}
	w.stalled = true
	w.run(80 * time.Second)
	if got := chainOf(w); !strings.Contains(got, "lens ? ") || strings.Contains(got, "✗") {
		t.Errorf("while it may be a pause: %s", got)
	}
	w.run(105 * time.Second)
	if got := chainOf(w); got != "network ✓ → service ✓ → session ✓ → input ✓ +40 → LENS ✗ 44 s → output … 0 → viewer ✓" {
		t.Errorf("stalled: %s\n%s", got, w.story())
	}
}

func TestChainSaysWhatIsNotKnown(t *testing.T) {
	s := begin(t)
	s.chain("network … → service … → session … → input ? → lens … → output … → viewer ?")
	s.connect().chain("network ✓ → service ✓ → session ? → input ? → lens … 0 s → output … 0 → viewer ✓")
}

// A record that was read before the first result does not speak against it.
func TestChainOfAResultBeforeTheRecordSaysRunning(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(10 * time.Second)
	w.record = func(_ *world, r *client.Session) { r.Status, r.StatusText = client.StatusRegistered, "registered" }
	w.run(40 * time.Second)
	if got := chainOf(w); !strings.Contains(got, "session ✓") {
		t.Errorf("while results arrive: %s", got)
	}
}

func TestChainOfWhatIsOver(t *testing.T) {
	w := newWorld(t, 1)
	w.open()
	w.run(minute)
	became(client.StatusDestroyed, true)(w)
	w.run(minute + 10*time.Second)
	if got := chainOf(w); !strings.Contains(got, "session ended → input ended → lens ended → output ended") {
		t.Errorf("a session that was destroyed: %s", got)
	}
}
