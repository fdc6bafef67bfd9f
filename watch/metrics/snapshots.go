package metrics

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"lenswatch/watch"
	"lenswatch/watch/health"
)

// MaxSessions is how many sessions are exported at once. Each label makes a series in whatever
// stores them.
const MaxSessions = 1000

// Metric is one value that is exported for a session.
type Metric struct {
	Name    string // dotted, without a unit, below "lenswatch.session."
	Unit    string // UCUM, as OpenTelemetry has it: "s", "By", "{result}"
	Help    string
	Counter bool // it only grows while a session is watched
	value   func(x *extract) (float64, bool)
}

// extract is what numbers are taken from.
type extract struct {
	f       health.Metrics
	limits  []health.Limit
	stalled bool
}

// Table lists the metrics, in the order of [Sample.Values].
func Table() []Metric {
	count := func(get func(*health.Metrics) int64) func(*extract) (float64, bool) {
		return func(x *extract) (float64, bool) { return float64(get(&x.f)), true }
	}
	span := func(get func(*health.Metrics) time.Duration) func(*extract) (float64, bool) {
		return func(x *extract) (float64, bool) { d := get(&x.f); return d.Seconds(), d != health.Never }
	}
	return []Metric{
		{"events", "{event}", "Events received, heartbeats included.", true, count(func(f *health.Metrics) int64 { return f.Events })},
		{"results", "{result}", "Inference results received.", true, count(func(f *health.Metrics) int64 { return f.Results })},
		{"errors", "{error}", "Errors reported by the lens.", true, count(func(f *health.Metrics) int64 { return f.Errors })},
		{"received", "By", "Bytes received over the wire.", true, count(func(f *health.Metrics) int64 { return f.Bytes })},
		{"reconnects", "{connection}", "Reconnects.", true, count(func(f *health.Metrics) int64 { return f.Reconnects })},
		{"gaps", "{gap}", "Times at which events may have been lost.", true, count(func(f *health.Metrics) int64 { return f.Gaps })},
		{"duplicates", "{event}", "Replayed events dropped.", true, count(func(f *health.Metrics) int64 { return f.Duplicates })},
		{"heartbeats.missing", "{heartbeat}", "Expected heartbeats that did not arrive.", false, count(func(f *health.Metrics) int64 { return f.HeartbeatsMissed })},
		{"result.age", "s", "Time since the newest result; absent until there is one.", false, span(func(f *health.Metrics) time.Duration { return f.ResultAge })},
		{"byte.age", "s", "Time since the newest byte; absent until there is one.", false, span(func(f *health.Metrics) time.Duration { return f.ByteAge })},
		{"result.rate", "{result}/s", "Results per second over the last ten seconds.", false, func(x *extract) (float64, bool) { return x.f.ResultRate, true }},
		{"interval.typical", "s", "Typical interval between results; absent until learnt.", false, func(x *extract) (float64, bool) { return x.f.Typical.Seconds(), x.f.TypicalKnown }},
		{"delay", "s", "Estimated delay from the service to lenswatch; absent if events have no time.", false, func(x *extract) (float64, bool) { return x.f.Delay.Seconds(), x.f.DelayKnown }},
		{"limit.remaining", "s", "Time until the service may end the session by itself; absent if not known.", false, func(x *extract) (float64, bool) {
			if len(x.limits) == 0 {
				return 0, false
			}
			return x.limits[0].Left.Seconds(), true
		}},
		{"behind", "s", "How long the oldest received event has waited for lenswatch to process it.", false, func(x *extract) (float64, bool) { return x.f.Lag.Seconds(), true }},
		// No unit "1": a collector that serves it to Prometheus would call it lenswatch_session_stalled_ratio.
		{"stalled", "{stalled}", "1 if the verdict on the session is a warning or an alarm, else 0.", false, func(x *extract) (float64, bool) {
			if x.stalled {
				return 1, true
			}
			return 0, true
		}},
	}
}

// Value is one value of a session. It is absent if there is nothing to report.
type Value struct {
	Is     float64
	Absent bool
}

// Sample is what is exported of one session at one time.
type Sample struct {
	Service, Session, Lens   string
	State, Verdict, Severity string
	Values                   []Value // as in Table
}

// Snapshot is what is exported at one time. It is not changed any more.
type Snapshot struct {
	Samples []Sample
	Omitted int // sessions above MaxSessions
	Open    []Open
}

// Open is how many open sessions a service lists, whoever created them and whether they are watched or not.
type Open struct {
	Service  string
	Sessions int
}

// OpenHelp describes the metric of [Open].
const OpenHelp = "Open sessions that the service lists, watched or not."

// Snapshots has the newest snapshot. The zero value has an empty one. It is safe for concurrent use, but
// for Update, which belongs to the goroutine that has the store.
type Snapshots struct {
	newest atomic.Pointer[Snapshot]
	table  []Metric
}

// Snapshot is the newest one.
func (b *Snapshots) Snapshot() *Snapshot {
	if s := b.newest.Load(); s != nil {
		return s
	}
	return &Snapshot{}
}

// Update takes the metrics of all sessions that are watched. Once a second is often enough.
func (b *Snapshots) Update(now time.Time, store *watch.Store) {
	if b.table == nil {
		b.table = Table()
	}
	snap := &Snapshot{}
	for _, s := range store.Services() {
		if s.Listed {
			snap.Open = append(snap.Open, Open{Service: s.Name})
		}
	}
	for _, s := range store.Sessions() {
		if i := slices.IndexFunc(snap.Open, func(o Open) bool { return o.Service == s.Record.Service }); i >= 0 && s.Listed && !s.Record.Status.Final() {
			snap.Open[i].Sessions++
		}
		switch {
		case !s.Watched:
		case len(snap.Samples) == MaxSessions:
			snap.Omitted++
		default:
			snap.Samples = append(snap.Samples, b.sample(now, s))
		}
	}
	b.newest.Store(snap)
}

func (b *Snapshots) sample(now time.Time, s *watch.Session) Sample {
	state := s.Health.State(now)
	verdict, severity := s.Health.Severity(now)
	x := extract{f: s.Health.Metrics(now), limits: s.Health.Limits(now), stalled: severity >= health.Warning}
	out := Sample{
		Service: s.Record.Service, Session: s.Record.ID, Lens: cmp.Or(s.Record.LensName, s.Record.LensID),
		State: state.Code.String(), Verdict: verdict.String(), Severity: severity.String(),
		Values: make([]Value, len(b.table)),
	}
	for i, f := range b.table {
		is, ok := f.value(&x)
		out.Values[i] = Value{Is: is, Absent: !ok}
	}
	return out
}
