package health

import (
	"time"

	"lenswatch/client"
)

// fault is one thing that goes wrong, and what is to be said of it.
type fault struct {
	name   string
	setup  func(*world)  // before the session begins
	at     time.Duration // when it strikes
	strike func(*world)
	// want is the verdict that has to stand within so long after the strike, at least as sure.
	want   VerdictCode
	within time.Duration
	sure   Confidence
	state  StateCode
	// before are the verdicts that may be given, between the strike and want. Healthy may be too.
	before []VerdictCode
	loud   []VerdictCode // of those, the ones that may raise an alarm
	step   Action        // the first step that is advised
}

const minute = time.Minute

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func lostTo(r client.Remedy, status int, phase client.Phase) func(*world) {
	return func(w *world) {
		w.answer = func(*world, ProbeKind) ProbeResult { return ProbeResult{Remedy: r, Status: status, Phase: phase} }
		w.unlisted = true
		w.lose(2, 2*time.Second, client.Notice{Remedy: r, Status: status, Phase: phase}, "")
	}
}

func closedBy(r client.Remedy, status int) func(*world) {
	return func(w *world) {
		w.up, w.unlisted = false, true
		w.answer = func(*world, ProbeKind) ProbeResult { return ProbeResult{Remedy: r, Status: status} }
		w.notice(client.Notice{Code: client.NoticeClosed, Remedy: r, Status: status}, "")
	}
}

// refused keeps the first connection from being made.
func refused(w *world) { w.gap, w.unopened = nil, true }

// became has the records say another status, once the stream is over or not.
func became(s client.Status, ended bool) func(*world) {
	return func(w *world) {
		w.record = func(_ *world, r *client.Session) { r.Status, r.StatusText = s, s.String() }
		if ended {
			w.end()
			w.notice(client.Notice{Code: client.NoticeClosed}, "the session is over")
		}
		w.gap, w.inputEvery = nil, 0
	}
}

// streamFaults deliver what they should not.
var streamFaults = []fault{
	{
		name: "the same result again and again", at: minute, strike: func(w *world) { w.stuck = w.time() },
		want: Repeating, within: seconds(9), sure: High, state: Live, before: []VerdictCode{Unknown, PipelineStalled}, step: ActionReconnect,
	},
	{
		name: "another session's events", at: minute, strike: func(w *world) {
			w.notice(client.Notice{Code: client.NoticeForeign, Other: "lsn-other"}, "")
		},
		want: WrongStream, within: seconds(1), sure: High, state: Live, step: ActionReconnect,
	},
}

// outputFaults keep results from coming over a line that is alive.
var outputFaults = []fault{
	{
		name: "stall", at: minute, strike: func(w *world) { w.stalled = true },
		want: PipelineStalled, within: seconds(43), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionCreate,
	},
	{
		name: "stall of a young stream", at: seconds(20), strike: func(w *world) { w.stalled = true },
		want: PipelineStalled, within: seconds(85), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionCreate,
	},
	{
		name: "stall from the start", setup: func(w *world) { w.stalled = true },
		want: PipelineStalled, within: seconds(125), sure: Low, state: Live, before: []VerdictCode{WarmingUp}, step: ActionCreate,
	},
	{
		name: "stall from the start, later", setup: func(w *world) { w.stalled = true },
		want: PipelineStalled, within: 10*minute + seconds(5), sure: Medium, state: Quiet, before: []VerdictCode{WarmingUp, PipelineStalled}, step: ActionCreate,
	},
	{
		name: "stall found by one who comes late", setup: func(w *world) {
			w.stalled, w.inputs, w.outputs = true, 7300, 7200
			w.record = func(_ *world, r *client.Session) {
				r.Registered, r.Started = epoch.Add(-2*time.Hour), epoch.Add(-2*time.Hour)
			}
		},
		want: PipelineStalled, within: seconds(42), sure: Medium, state: Quiet, before: []VerdictCode{WarmingUp, Unknown}, step: ActionCreate,
	},
	{
		name: "stall, counters by probe only", setup: func(w *world) { w.unlisted = true }, at: minute,
		strike: func(w *world) { w.stalled = true },
		want:   PipelineStalled, within: seconds(43), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionCreate,
	},
	{
		name: "no input", at: minute, strike: func(w *world) { w.inputEvery, w.gap = 0, nil },
		want: NoInput, within: seconds(43), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionNone,
	},
	{
		name: "no input ever", setup: func(w *world) { w.inputEvery, w.gap = 0, nil },
		want: NoInput, within: seconds(125), sure: Low, state: Live, before: []VerdictCode{WarmingUp, Unknown}, step: ActionNone,
	},
	{
		name: "mailbox only", setup: func(w *world) { w.elsewhere = true },
		want: WrongChannel, within: seconds(15), sure: High, state: Live, before: []VerdictCode{WarmingUp, Unknown, OutputsLost}, step: ActionSwitchChannel,
	},
	{
		name: "mailbox only, as the lens says", setup: func(w *world) {
			w.elsewhere = true
			w.m.Lens(client.Lens{Channel: client.ChannelMailbox})
		},
		want: WrongChannel, within: seconds(12), sure: High, state: Live, before: []VerdictCode{WarmingUp, Unknown, OutputsLost}, step: ActionSwitchChannel,
	},
	{
		name: "no output stream", setup: func(w *world) {
			w.gap = nil
			w.record = func(_ *world, r *client.Session) { r.Channel = client.ChannelNone }
		},
		want: NoOutputStream, within: seconds(22), sure: High, state: Live, before: []VerdictCode{WarmingUp}, step: ActionSetOutput,
	},
	{
		name: "no output stream, as the lens says", setup: func(w *world) {
			w.gap = nil
			w.m.Lens(client.Lens{Channel: client.ChannelNone})
		},
		want: NoOutputStream, within: 10*minute + seconds(5), sure: Medium, state: Quiet, before: []VerdictCode{WarmingUp, NoOutputStream}, step: ActionSetOutput,
	},
	{
		name: "starved", at: minute, strike: func(w *world) {
			w.stalled = true
			born := w.time()
			w.others = func(w *world) []client.Session {
				return []client.Session{{
					ID: "lsn-other", LensID: "lns-1", Status: client.StatusRunning, StatusText: "RUNNING", Registered: born,
					Counters: client.Counters{Inputs: w.inputs, Outputs: int64(w.now / time.Second)}, HasCounters: true,
				}}
			}
		},
		want: Starved, within: seconds(43), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionDestroyOther,
	},
	{
		name: "lens errors", at: minute, strike: func(w *world) {
			w.gap = func(w *world) time.Duration {
				w.send(client.Event{Kind: client.KindError, Text: "Input stream is unhealthy!"})
				return 4 * time.Second
			}
			w.stalled = true
		},
		want: LensErrors, within: seconds(15), sure: Medium, state: Live, step: ActionNone,
	},
	{
		name: "never runs", setup: func(w *world) {
			w.gap, w.inputEvery = nil, 0
			w.record = func(_ *world, r *client.Session) {
				r.Status, r.StatusText, r.Started = client.StatusRegistered, "SESSION_STATUS_REGISTERED", time.Time{}
			}
		},
		want: NotStarted, within: seconds(122), sure: Medium, state: Live, before: []VerdictCode{WarmingUp}, step: ActionDestroyOther,
	},
	{
		name: "no known cause", setup: func(w *world) {
			w.unlisted, w.answer = true, func(*world, ProbeKind) ProbeResult { return ProbeResult{} }
		},
		at: minute, strike: func(w *world) { w.stalled = true },
		want: Unknown, within: seconds(45), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionReconnect,
	},
}

// readersFaults are outputs that are counted and do not arrive, and results that arrive otherwise than they did.
var readersFaults = []fault{
	{
		name: "another reader", at: minute, strike: func(w *world) {
			w.elsewhere = true
			w.answer = func(*world, ProbeKind) ProbeResult { return ProbeResult{} }
			w.record = func(_ *world, r *client.Session) { r.Counters.Connections = 2 }
		},
		want: AnotherReader, within: seconds(20), sure: Medium, state: Live, before: []VerdictCode{Unknown}, step: ActionNone,
	},
	{
		name: "outputs lost", at: minute, strike: func(w *world) {
			w.elsewhere = true
			w.answer = func(*world, ProbeKind) ProbeResult { return ProbeResult{} }
		},
		want: OutputsLost, within: seconds(20), sure: Medium, state: Live, before: []VerdictCode{Unknown}, step: ActionReconnect,
	},
	{
		name: "slow", at: 5 * minute, strike: func(w *world) { w.gap = regular(15 * time.Second) },
		want: Slow, within: seconds(80), sure: Medium, state: Live, before: []VerdictCode{Unknown, PipelineStalled}, step: ActionNone,
	},
	{
		name: "late", at: 5 * minute, strike: func(w *world) {
			w.gap = func(w *world) time.Duration { w.delay += 500 * time.Millisecond; return time.Second }
		},
		want: Late, within: seconds(70), sure: Medium, state: Live, step: ActionNone,
	},
}
