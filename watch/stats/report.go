package stats

import (
	"cmp"
	"slices"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// Report is what was counted. In JSON it is what `lenswatch stats -o json` writes: fields are added, never renamed or
// given another meaning; docs/stats.md describes them. Times are durations in seconds, but for moments.
type Report struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Sessions []Session `json:"sessions"`
	Groups   []Group   `json:"groups"`
	// Other are the events of sessions beyond the bound, OtherTexts the texts of no group, Lost those that the recording
	// itself left out.
	Other      int64 `json:"other_events"`
	OtherTexts int64 `json:"other_texts"`
	Lost       int64 `json:"lost_events"`
}

// Session is what was counted of one session.
type Session struct {
	ID          string             `json:"session"`
	Events      int64              `json:"events"`
	Kinds       map[string]int64   `json:"kinds"`
	Warnings    int64              `json:"warnings"`
	Payload     int64              `json:"payload_bytes"`
	Wire        int64              `json:"wire_bytes"`
	Notices     map[string]int64   `json:"notices"`
	Labels      []Label            `json:"labels"`
	OtherLabels int64              `json:"other_labels"`
	Transitions []Transition       `json:"transitions"`
	OtherSteps  int64              `json:"other_transitions"`
	Confidence  []int64            `json:"confidence"`
	Interval    Quantiles          `json:"interval"`
	Delay       Quantiles          `json:"delay"`
	Rate        Rate               `json:"rate"`
	States      map[string]float64 `json:"states"`
	Uptime      *float64           `json:"uptime"`
	Stalls      []Stall            `json:"stalls"`
}

// Label is what was counted of one label. The dwell time is how long it was the newest one.
type Label struct {
	Name    string  `json:"label"`
	Count   int64   `json:"count"`
	Share   float64 `json:"share"`
	Dwell   float64 `json:"dwell"`
	Longest float64 `json:"longest_dwell"`
}

// Transition is from one label to another.
type Transition struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Count int64  `json:"count"`
}

// Quantiles are within a sixteenth.
type Quantiles struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

// Rate is how many results there were in each part of the time.
type Rate struct {
	From    time.Time `json:"from"`
	Part    float64   `json:"part"`
	Results []uint32  `json:"results"`
}

// Stall is a time without results, from the last one on, or without a connection. The state is that in which most of it was.
type Stall struct {
	State   string    `json:"state"`
	From    time.Time `json:"from"`
	Seconds float64   `json:"duration"`
}

// Group is texts that are alike: <*> stands for what differs.
type Group struct {
	Template string    `json:"template"`
	Count    int64     `json:"count"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Example  string    `json:"example"`
}

// Report is what was counted so far. Texts are clean.
func (c *Collector) Report() Report {
	r := Report{From: moment(c.from), To: moment(c.to), Sessions: []Session{}, Groups: []Group{}, Other: c.other, OtherTexts: c.groups.other, Lost: c.lost}
	for _, s := range c.order {
		r.Sessions = append(r.Sessions, s.report(c.to))
	}
	byTemplate := map[string]int{}
	for _, g := range c.groups.all {
		t := client.Line1(g.template())
		i, ok := byTemplate[t]
		if !ok { // what groups have in common may have become the same
			i = len(r.Groups)
			byTemplate[t] = i
			r.Groups = append(r.Groups, Group{Template: t, First: moment(g.first), Example: client.Line1(g.example)})
		}
		x := &r.Groups[i]
		x.Count += g.count
		x.Last = later(x.Last, moment(g.last))
	}
	slices.SortStableFunc(r.Groups, func(a, b Group) int { return cmp.Compare(b.Count, a.Count) })
	return r
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func moment(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

func seconds(ns int64) float64 { return time.Duration(ns).Seconds() }

func (s *session) report(now int64) Session {
	out := Session{
		ID: client.Line1(s.id), Kinds: map[string]int64{}, Warnings: s.warnings, Payload: s.payload, Wire: s.wire, Notices: map[string]int64{},
		Labels: []Label{}, OtherLabels: s.otherLabels, Transitions: []Transition{}, OtherSteps: s.otherSteps, Confidence: slices.Clone(s.confidence[:]),
		Interval: quantilesOf(&s.intervals), Delay: quantilesOf(&s.delays), Rate: s.rate.report(), States: map[string]float64{}, Stalls: []Stall{},
	}
	for k, n := range s.kinds {
		if n > 0 {
			out.Kinds[client.Kind(k).String()] = n
			out.Events += n
		}
	}
	for code, n := range s.notices {
		out.Notices[client.Line1(string(code))] = n
	}
	s.reportLabels(&out)
	st := s.states // a copy, which may be settled
	st.time, st.stalls = map[string]int64{}, slices.Clone(s.states.stalls)
	for name, ns := range s.states.time {
		st.time[name] = ns
	}
	st.settle(now)
	if isStall(st.current) {
		st.end()
	}
	total := 0.0
	for name, ns := range st.time {
		out.States[client.Line1(name)] = seconds(ns)
		total += seconds(ns)
	}
	out.Stalls = append(out.Stalls, st.stalls...)
	if total > 0 {
		up := out.States[health.Live.String()] / total
		out.Uptime = &up
	}
	return out
}

func (s *session) reportLabels(out *Session) {
	total := float64(s.otherLabels)
	for _, l := range s.byNumber {
		total += float64(l.count)
	}
	for _, l := range s.byNumber {
		x := Label{Name: client.Line1(l.name), Count: l.count, Share: float64(l.count) / max(total, 1), Dwell: seconds(l.dwell), Longest: seconds(l.longest)}
		if l == s.label && s.last > s.labelAt { // it is still the newest
			x.Dwell += seconds(s.last - s.labelAt)
			x.Longest = max(x.Longest, seconds(s.last-s.labelAt))
		}
		out.Labels = append(out.Labels, x)
	}
	for key, n := range s.transitions {
		out.Transitions = append(out.Transitions, Transition{out.Labels[key>>8].Name, out.Labels[key&0xff].Name, n})
	}
	slices.SortFunc(out.Transitions, func(a, b Transition) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	slices.SortStableFunc(out.Labels, func(a, b Label) int { return cmp.Compare(b.Count, a.Count) })
}

func quantilesOf(d *health.Durations) Quantiles {
	q := d.Quantiles()
	exact := func(x time.Duration) float64 { return x.Truncate(time.Microsecond).Seconds() } // 0 stays 0
	return Quantiles{q.N, exact(q.P50), exact(q.P95), exact(q.P99), exact(q.Max)}
}

func (s *series) report() Rate {
	out := Rate{From: moment(s.begin), Part: seconds(s.part), Results: []uint32{}}
	n := len(s.counts)
	for n > 0 && s.counts[n-1] == 0 {
		n--
	}
	out.Results = append(out.Results, s.counts[:n]...)
	return out
}
