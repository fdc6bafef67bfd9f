package cli

import (
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/watch"
	"lenswatch/watch/health"
)

// diagnosisJSON is what `diagnose -o json` writes for each session. Fields are added, never
// renamed or given another meaning; docs/json.md describes them.
type diagnosisJSON struct {
	Session  string              `json:"session"`
	Service  string              `json:"service"`
	LensID   string              `json:"lens_id"`
	LensName string              `json:"lens_name"`
	At       time.Time           `json:"at"`
	State    health.StateCode    `json:"state"`
	Since    time.Time           `json:"since"`
	Verdict  health.Verdict      `json:"verdict"`
	Chain    health.Chain        `json:"chain"`
	Metrics  metricsJSON         `json:"metrics"`
	Timeline []health.Transition `json:"timeline"`
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

func diagnosisOf(s *watch.Session, now time.Time) diagnosisJSON {
	st, v, f := s.Health.State(now), s.Health.Guess(now), s.Health.Metrics(now)
	d := diagnosisJSON{
		Session: s.Record.ID, Service: s.Record.Service, LensID: s.Record.LensID, LensName: s.Record.LensName,
		At: now, State: st.Code, Since: st.Since, Verdict: v, Chain: s.Health.Chain(now, v), Timeline: s.Health.Timeline(),
		Metrics: metricsJSON{
			ByteAge: age(f.ByteAge), HeartbeatAge: age(f.HeartbeatAge), ResultAge: age(f.ResultAge),
			Results: f.Results, Errors: f.Errors, ResultRate: f.ResultRate, HeartbeatsMissed: f.HeartbeatsMissed,
			Reconnects: f.Reconnects, Gaps: f.Gaps, Duplicates: f.Duplicates, Channel: f.Channel.String(),
		},
	}
	if f.TypicalKnown {
		d.Metrics.Typical = age(f.Typical)
	}
	return d
}

func age(d time.Duration) *float64 {
	if d == health.Never {
		return nil
	}
	return new(d.Seconds())
}

// diagnosisOptions have words for enumerations, and leave what a service sent as it is.
var diagnosisOptions = json.JoinOptions(
	jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(true),
	json.WithMarshalers(json.JoinMarshalers(
		json.MarshalToFunc(writeWord[health.StateCode]), json.MarshalToFunc(writeWord[health.VerdictCode]), json.MarshalToFunc(writeWord[health.Severity]),
		json.MarshalToFunc(writeWord[health.Confidence]), json.MarshalToFunc(writeWord[health.Action]),
		json.MarshalToFunc(writeWord[health.LinkCode]), json.MarshalToFunc(writeWord[health.LinkState]),
	)))

func writeWord[E interface{ String() string }](e *jsontext.Encoder, v E) error {
	return e.WriteToken(jsontext.String(v.String()))
}

// writeDiagnosisJSON writes a diagnosis, or a report that has one, as one object on one line.
func writeDiagnosisJSON(w io.Writer, diagnosis any) error {
	if err := json.MarshalWrite(w, diagnosis, diagnosisOptions); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
