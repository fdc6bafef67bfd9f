package cli

import (
	"time"

	"lenswatch/watch"
	"lenswatch/watch/health"
)

// diagnosisJSON is what `diagnose -o json` writes for each session. Fields are added, never
// renamed or given another meaning; docs/json.md describes them.
type diagnosisJSON struct {
	Session  string           `json:"session"`
	Service  string           `json:"service"`
	LensID   string           `json:"lens_id"`
	LensName string           `json:"lens_name"`
	At       time.Time        `json:"at"`
	State    string           `json:"state"`
	Since    time.Time        `json:"since"`
	Verdict  verdictJSON      `json:"verdict"`
	Chain    []linkJSON       `json:"chain"`
	Metrics  metricsJSON      `json:"metrics"`
	Timeline []transitionJSON `json:"timeline"`
}

type verdictJSON struct {
	Code       string         `json:"code"`
	Sentence   string         `json:"sentence"`
	Severity   string         `json:"severity"`
	Confidence string         `json:"confidence"`
	Since      time.Time      `json:"since"`
	Evidence   []evidenceJSON `json:"evidence"`
	RuledOut   []ruledOutJSON `json:"ruled_out"`
	RulesOut   string         `json:"rules_out"`
	Awaits     []awaitJSON    `json:"awaits"`
	Next       []stepJSON     `json:"next"`
}

type evidenceJSON struct {
	Metric string `json:"metric"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

// linkJSON is one link of the chain from the network to this program.
type linkJSON struct {
	Link      string `json:"link"`
	State     string `json:"state"`
	Figure    string `json:"figure"`
	Suspected bool   `json:"suspected"`
}

type awaitJSON struct {
	What string    `json:"what"`
	By   time.Time `json:"by"`
}

type ruledOutJSON struct {
	Verdict string `json:"verdict"`
	Because string `json:"because"`
}

type stepJSON struct {
	Text   string `json:"text"`
	Action string `json:"action"`
}

// metricsJSON has times in seconds; an age is null where the thing did not happen.
type metricsJSON struct {
	ByteAge          *float64 `json:"byte_age"`
	HeartbeatAge     *float64 `json:"heartbeat_age"`
	ResultAge        *float64 `json:"result_age"`
	Results          int64    `json:"results"`
	Errors           int64    `json:"errors"`
	ResultRate       float64  `json:"results_per_second"`
	Typical          *float64 `json:"typical_interval"`
	HeartbeatsMissed int64    `json:"heartbeats_missed"`
	Reconnects       int64    `json:"reconnects"`
	Gaps             int64    `json:"gaps"`
	Duplicates       int64    `json:"duplicates_dropped"`
	Channel          string   `json:"channel"`
}

type transitionJSON struct {
	At    time.Time `json:"at"`
	From  string    `json:"from"`
	To    string    `json:"to"`
	Cause string    `json:"cause"`
}

func diagnosisOf(s *watch.Session, now time.Time) diagnosisJSON {
	st, v, f := s.Health.State(now), s.Health.Guess(now), s.Health.Metrics(now)
	d := diagnosisJSON{
		Session: s.Record.ID, Service: s.Record.Service, LensID: s.Record.LensID, LensName: s.Record.LensName,
		At: now, State: st.Code.String(), Since: st.Since,
		Verdict: verdictJSON{
			Code: v.Code.String(), Sentence: v.Sentence, Severity: v.Severity.String(), Confidence: v.Confidence.String(),
			Since: v.Since, RulesOut: v.RulesOut, Evidence: []evidenceJSON{}, RuledOut: []ruledOutJSON{}, Awaits: []awaitJSON{}, Next: []stepJSON{},
		},
		Metrics: metricsJSON{
			ByteAge: age(f.ByteAge), HeartbeatAge: age(f.HeartbeatAge), ResultAge: age(f.ResultAge),
			Results: f.Results, Errors: f.Errors, ResultRate: f.ResultRate, HeartbeatsMissed: f.HeartbeatsMissed,
			Reconnects: f.Reconnects, Gaps: f.Gaps, Duplicates: f.Duplicates, Channel: f.Channel.String(),
		},
		Timeline: []transitionJSON{},
	}
	for _, l := range s.Health.Chain(now, v) {
		d.Chain = append(d.Chain, linkJSON{Link: l.Code.String(), State: l.State.String(), Figure: l.Figure, Suspected: l.Suspected})
	}
	if f.TypicalKnown {
		d.Metrics.Typical = age(f.Typical)
	}
	for _, e := range v.Evidence {
		d.Verdict.Evidence = append(d.Verdict.Evidence, evidenceJSON(e))
	}
	for _, r := range v.RuledOut {
		d.Verdict.RuledOut = append(d.Verdict.RuledOut, ruledOutJSON{Verdict: r.Verdict.String(), Because: r.Because})
	}
	for _, a := range v.Awaits {
		d.Verdict.Awaits = append(d.Verdict.Awaits, awaitJSON(a))
	}
	for _, n := range v.Next {
		d.Verdict.Next = append(d.Verdict.Next, stepJSON{Text: n.Text, Action: n.Action.String()})
	}
	for _, t := range s.Health.Timeline() {
		d.Timeline = append(d.Timeline, transitionJSON{At: t.At, From: t.From.String(), To: t.To.String(), Cause: t.Cause})
	}
	return d
}

func age(d time.Duration) *float64 {
	if d == health.Never {
		return nil
	}
	s := d.Seconds()
	return &s
}
