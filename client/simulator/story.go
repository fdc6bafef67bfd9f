package simulator

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// storySpare is how many sessions the quota always leaves to the person who watches.
const storySpare = 3

// story is the sessions that a demonstration made.
type story struct {
	sim   *Simulator
	parts map[string]string // part -> session id
	guest string            // the session of AgentHuman
}

// storyStep is something that happens at a time.
type storyStep struct {
	at time.Duration // since the beginning of the act, before Speed
	do func(*story)
}

// firstAct is the first minute: two sessions at once, one of AgentHuman and a third lens join, one
// stalls and recovers, one loses its connection, one ends.
var firstAct = []storyStep{
	{0, func(t *story) {
		t.store(sampleFile, sampleRows)
		t.start("site", LensActivityMonitor)
		t.start("machine", LensMachineState)
		t.earlier("machine", storyAge, 3)
	}},
	{2 * time.Second, (*story).greet},
	{4 * time.Second, func(t *story) { t.start("pump", LensEmbedding) }},
	{9 * time.Second, func(t *story) { t.fault("machine", FaultStall) }},
	{27 * time.Second, func(t *story) { t.heal("machine", FaultStall) }},
	{50 * time.Second, func(t *story) { t.fault("site", FaultDrop) }},
	{56 * time.Second, func(t *story) { t.end("pump") }},
	{65 * time.Second, (*story).part},
	{70 * time.Second, func(t *story) { t.start("warehouse", LensActivityMonitor) }},
}

// When the rounds after it begin, and how long each is.
const (
	firstRound  = 75 * time.Second
	roundLength = 2 * time.Minute
)

// round is one of the rounds.
var round = []storyStep{
	{10 * time.Second, func(t *story) { t.start("site", LensActivityMonitor); t.start("machine", LensMachineState) }},
	{15 * time.Second, (*story).greet},
	{20 * time.Second, func(t *story) { t.fault("machine", FaultStall) }},
	{48 * time.Second, func(t *story) { t.heal("machine", FaultStall) }},
	{60 * time.Second, func(t *story) { t.fault("site", FaultDrop) }},
	{80 * time.Second, func(t *story) { t.end("warehouse") }},
	{95 * time.Second, func(t *story) { t.start("pump", LensEmbedding) }},
	{100 * time.Second, (*story).part},
	{110 * time.Second, func(t *story) { t.end("pump"); t.start("warehouse", LensActivityMonitor) }},
}

// Story plays a demonstration by itself until ctx is done or the simulator is closed: sessions
// start, results flow, one stalls, long enough to be distinguished from a pause by thresholds that suit a demonstration, and recovers, one loses its connection, one ends; then
// rounds of two minutes with the same turns. It touches no session but its own and leaves room for
// three more in the quota. One session of AgentHuman starts and ends too. Sessions that someone destroyed come back in the next round.
func (s *Simulator) Story(ctx context.Context) {
	t := &story{sim: s, parts: make(map[string]string)}
	start := time.Now()
	for going, n := t.play(ctx, start, firstAct), 0; going; n++ {
		going = t.play(ctx, start.Add(s.cfg.scaled(firstRound+time.Duration(n)*roundLength)), round)
	}
}

// play does the beats in their time. It reports false if it was stopped.
func (t *story) play(ctx context.Context, start time.Time, heartbeats []storyStep) bool {
	for _, b := range heartbeats {
		select {
		case <-time.After(time.Until(start.Add(t.sim.cfg.scaled(b.at)))):
		case <-ctx.Done():
			return false
		case <-t.sim.ctx.Done():
			return false
		}
		b.do(t)
	}
	return true
}

// start starts a part's session, unless it runs or the quota would leave too little.
func (t *story) start(part, lensID string) {
	s := t.sim
	if slices.Contains(s.Sessions(), t.parts[part]) {
		return
	}
	s.mu.Lock()
	room := s.cfg.Quota - s.live() - 1
	s.mu.Unlock()
	if room < storySpare {
		return
	}
	id, err := s.Create(lensID)
	if err != nil {
		s.cfg.Log.Info("the story goes on without a session", "part", part, "err", err)
		return
	}
	t.parts[part] = id
}

// The account of a demonstration has a file that a new session can read: for as long as anybody watches.
const (
	sampleFile = "pump-vibration.csv"
	sampleRows = 20_000
)

// store puts a file of sensor rows into the account.
func (t *story) store(name string, rows int) {
	var text bytes.Buffer
	text.WriteString("timestamp,a1,a2,a3\n")
	for i := range rows {
		x := float64(i) / 20
		fmt.Fprintf(&text, "%d,%.3f,%.3f,%.3f\n", i, math.Sin(x), math.Sin(x*1.7), math.Cos(x*0.6))
	}
	t.sim.files.put(&file{name: name, kind: "text/csv", content: text.Bytes(), uploaded: time.Now()})
}

// storyAge is for how long a session of the story has run when somebody begins to watch.
const storyAge = 40 * time.Minute

// earlier lets a part's session have run for a time, some times as fast as its lens does by itself: the faster it was, and
// the longer, the sooner it shows that it has stalled.
func (t *story) earlier(part string, age time.Duration, brisk float64) {
	s := t.sim.find(t.parts[part])
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	age = t.sim.cfg.scaled(age)
	s.registered = s.registered.Add(-age)
	s.started = s.registered
	if p := s.engine.script.kind.rates; p.tick > 0 {
		ticks := int(float64(age) * brisk / float64(t.sim.cfg.scaled(p.tick)))
		s.engine.brisk = brisk
		s.count.inputs += ticks * p.inputs
		s.count.events += ticks * p.inputs
		s.count.outputs += ticks / p.results
	}
}

// greet starts the session of AgentHuman, unless it runs.
func (t *story) greet() {
	s := t.sim
	if slices.Contains(s.HumanSessions(), t.guest) {
		return
	}
	id, err := s.CreateHuman()
	if err != nil {
		s.cfg.Log.Info("the story goes on without a session", "part", "guest", "err", err)
		return
	}
	t.guest = id
}

// part ends the session of AgentHuman as a guest does who closes the window. That it has ended
// already is just as well.
func (t *story) part() { _ = t.sim.EndHuman(t.guest, HumanDisconnect) }

func (t *story) fault(part, name string) {
	if id := t.parts[part]; t.sim.find(id) != nil {
		if err := t.sim.Inject(Fault{Name: name, Session: id}); err != nil {
			t.sim.cfg.Log.Error("the story's fault", "err", err)
		}
	}
}

func (t *story) heal(part, name string) {
	if id := t.parts[part]; id != "" {
		t.sim.Heal(name, id)
	}
}

// end destroys a part's session. That somebody else already did is just as well.
func (t *story) end(part string) {
	if t.sim.Destroy(t.parts[part]) == nil {
		delete(t.parts, part)
	}
}
