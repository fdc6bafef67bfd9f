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

// lineFaults are between the service and here.
var lineFaults = []fault{
	{
		name: "half-open", at: minute, strike: func(w *world) { w.dead = true },
		want: ConnectionDead, within: seconds(35), sure: Medium, state: Silent, before: []VerdictCode{Unknown}, step: ActionReconnect,
	},
	{
		name: "half-open with nothing else answering but probes", setup: func(w *world) { w.unlisted = true }, at: minute,
		strike: func(w *world) { w.dead = true },
		want:   ConnectionDead, within: seconds(35), sure: Medium, state: Silent, before: []VerdictCode{Unknown, ConnectionDead}, step: ActionReconnect,
	},
	{
		name: "half-open without heartbeats", setup: func(w *world) { w.heartbeats = 0 }, at: minute, strike: func(w *world) { w.dead = true },
		want: ConnectionDead, within: seconds(43), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionReconnect,
	},
	{
		name: "silence", at: minute, strike: func(w *world) { w.dead, w.stalled = true, true },
		want: ConnectionDead, within: seconds(35), sure: Medium, state: Silent, before: []VerdictCode{Unknown, PipelineStalled}, step: ActionReconnect,
	},
	{
		name: "network lost while silent", at: minute, strike: func(w *world) {
			w.dead, w.unlisted = true, true
			w.answer = func(*world, ProbeKind) ProbeResult {
				return ProbeResult{Remedy: client.RemedyNetwork, Phase: client.PhaseDNS}
			}
		},
		want: NetworkDown, within: seconds(22), sure: High, state: Silent, before: []VerdictCode{Unknown, ConnectionDead, NetworkDown}, step: ActionDoctor,
	},
	{
		name: "DNS", at: minute, strike: lostTo(client.RemedyNetwork, 0, client.PhaseDNS),
		want: NetworkDown, within: seconds(1), sure: High, state: Reconnecting, step: ActionDoctor,
	},
	{
		name: "connect", at: minute, strike: lostTo(client.RemedyNetwork, 0, client.PhaseConnect),
		want: NetworkDown, within: seconds(1), sure: High, state: Reconnecting, step: ActionDoctor,
	},
	{
		name: "TLS", at: minute, strike: lostTo(client.RemedyNetwork, 0, client.PhaseTLS),
		want: NetworkDown, within: seconds(1), sure: High, state: Reconnecting, step: ActionDoctor,
	},
	{
		name: "accepted, not answered", at: minute, strike: lostTo(client.RemedyNetwork, 0, client.PhaseRequest),
		want: ServerError, within: seconds(1), sure: Medium, state: Reconnecting, step: ActionWait,
	},
	{
		name: "server error", at: minute, strike: lostTo(client.RemedyServer, 500, client.PhaseNone),
		want: ServerError, within: seconds(1), sure: High, state: Reconnecting, step: ActionWait,
	},
	{
		name: "bad gateway", at: minute, strike: lostTo(client.RemedyServer, 502, client.PhaseNone),
		want: ServerError, within: seconds(1), sure: High, state: Reconnecting, step: ActionWait,
	},
	{
		name: "HTML with 200", strike: closedBy(client.RemedyProtocol, 200), setup: refused,
		want: ServerError, within: seconds(1), sure: Medium, state: Failed, step: ActionReconnect,
	},
	{
		name: "no file descriptors", at: minute, strike: lostTo(client.RemedyLocal, 0, client.PhaseConnect),
		want: LocalLimit, within: seconds(1), sure: High, state: Reconnecting, step: ActionNone,
	},
	{
		name: "HTTP 407", at: minute, strike: lostTo(client.RemedyProxy, 407, client.PhaseConnect),
		want: ProxyRefused, within: seconds(1), sure: High, state: Reconnecting, step: ActionDoctor,
	},
	{
		name: "login page", strike: closedBy(client.RemedyIntermediary, 200), setup: refused,
		want: WrongEndpoint, within: seconds(1), sure: High, state: Failed, step: ActionDoctor,
	},
	{
		name: "certificate", at: minute, strike: lostTo(client.RemedyCertificate, 0, client.PhaseTLS),
		want: NetworkDown, within: seconds(1), sure: High, state: Reconnecting, step: ActionDoctor,
	},
	{
		name: "stream path not found", at: minute, strike: func(w *world) {
			w.lose(1, 2*time.Second, client.Notice{Remedy: client.RemedyNotFound, Status: 404, Session: client.StatusRunning}, "")
		},
		want: ServerError, within: seconds(1), sure: High, state: Reconnecting, step: ActionWait,
	},
	{
		name: "cut every minute", strike: func(w *world) {
			for range 3 {
				w.run(w.now + minute)
				w.lose(1, time.Second, client.Notice{Remedy: client.RemedyNetwork, Phase: client.PhaseBody}, "")
				w.run(w.now + time.Second)
				w.open()
			}
		},
		want: RegularCut, within: 3*minute + seconds(5), sure: Medium, state: Live, before: []VerdictCode{WarmingUp, Unknown, ConnectionLost}, step: ActionNone,
	},
	{
		name: "rate limit", at: minute, strike: lostTo(client.RemedyRateLimited, 429, client.PhaseNone),
		want: RateLimited, within: seconds(1), sure: High, state: Reconnecting, step: ActionWait,
	},
	{
		name: "EOF again and again", at: minute, strike: func(w *world) {
			w.gap = func(w *world) time.Duration {
				if w.up {
					w.lose(1, time.Second, client.Notice{}, "")
				} else {
					w.open()
				}
				return 2 * time.Second
			}
			w.stalled = true
		},
		want: ServerLoops, within: seconds(14), sure: Medium, before: []VerdictCode{ConnectionLost, Unknown}, state: Reconnecting, step: ActionCreate,
	},
	{
		name: "bursts", setup: func(w *world) { w.hold = 10 * time.Second },
		want: Buffered, within: seconds(45), sure: Medium, state: Live, before: []VerdictCode{WarmingUp, Unknown}, step: ActionDoctor,
	},
	{
		name: "short bursts with times", setup: func(w *world) { w.hold = 3 * time.Second },
		want: Buffered, within: seconds(60), sure: Medium, state: Live, before: []VerdictCode{WarmingUp}, step: ActionDoctor,
	},
	{
		name: "long bursts", at: minute, strike: func(w *world) { w.hold = 30 * time.Second; w.nextFlush = w.now + w.hold },
		want: Buffered, within: seconds(70), sure: Medium, state: Live, before: []VerdictCode{Unknown, ConnectionDead}, loud: []VerdictCode{ConnectionDead}, step: ActionDoctor,
	},
	{
		name: "drop", at: minute, strike: func(w *world) {
			w.lose(1, 2*time.Second, client.Notice{Remedy: client.RemedyNetwork, Phase: client.PhaseBody}, "")
		},
		want: ConnectionLost, within: seconds(1), sure: Medium, state: Reconnecting, step: ActionWait,
	},
	{
		name: "viewer behind", at: minute, strike: func(w *world) {
			w.record = func(w *world, _ *client.Session) { w.m.Lag(1500*time.Millisecond, 90_000, w.time()) }
		},
		want: ViewerBehind, within: seconds(11), sure: High, state: Live, step: ActionNone,
	},
	{
		name: "no answer to the first request", setup: func(w *world) {
			refused(w)
			w.unlisted = true
			w.notice(client.Notice{Code: client.NoticeConnecting, Attempt: 1}, "")
			w.answer = func(*world, ProbeKind) ProbeResult {
				return ProbeResult{Remedy: client.RemedyNetwork, Phase: client.PhaseConnect}
			}
		},
		want: NetworkDown, within: seconds(6), sure: High, state: Connecting, before: []VerdictCode{Opening}, step: ActionDoctor,
	},
}

// overFaults end the stream, or keep it from ever beginning.
var overFaults = []fault{
	{
		name: "unauthorized", setup: refused, strike: closedBy(client.RemedyRefused, 401),
		want: KeyRefused, within: seconds(1), sure: High, state: Failed, step: ActionFixKey,
	},
	{
		name: "unauthorized in the middle", at: minute, strike: closedBy(client.RemedyRefused, 401),
		want: KeyRefused, within: seconds(1), sure: High, state: Failed, step: ActionFixKey,
	},
	{
		name: "quota full", setup: refused, strike: closedBy(client.RemedyQuota, 429),
		want: QuotaFull, within: seconds(1), sure: High, state: Failed, step: ActionDestroyOther,
	},
	{
		name: "rejected", setup: refused, strike: closedBy(client.RemedyRequest, 422),
		want: Rejected, within: seconds(1), sure: High, state: Failed, step: ActionNone,
	},
	{
		name: "not found", setup: func(w *world) { refused(w); w.unlisted = true }, strike: closedBy(client.RemedyNotFound, 404),
		want: NoSuchSession, within: seconds(1), sure: High, state: Failed, step: ActionList,
	},
	{
		name: "gone in the middle", at: minute, strike: closedBy(client.RemedyNotFound, 404),
		want: SessionDestroyed, within: seconds(1), sure: Medium, state: Destroyed, step: ActionCreate,
	},
	{
		name: "destroyed", at: minute, strike: became(client.StatusDestroyed, true),
		want: SessionDestroyed, within: seconds(6), sure: High, state: Destroyed, before: []VerdictCode{StreamEnded}, step: ActionCreate,
	},
	{
		name: "destroyed, and the stream stays open", at: minute, strike: became(client.StatusDestroyed, false),
		want: SessionDestroyed, within: seconds(6), sure: High, state: Destroyed, step: ActionCreate,
	},
	{
		name: "failed", at: minute, strike: became(client.StatusFailed, false),
		want: SessionFailed, within: seconds(6), sure: High, state: Failed, step: ActionCreate,
	},
	{
		name: "stale", at: minute, strike: became(client.StatusStale, true),
		want: SessionStale, within: seconds(6), sure: High, state: Destroyed, before: []VerdictCode{StreamEnded}, step: ActionCreate,
	},
	{
		name: "expired", at: 40 * minute, setup: func(w *world) { w.record = func(_ *world, r *client.Session) { r.TTL = 40 * minute } },
		strike: func(w *world) {
			became(client.StatusDestroyed, true)(w)
			end := w.time()
			w.record = func(_ *world, r *client.Session) {
				r.TTL, r.Ended, r.Status, r.StatusText = 40*minute, end, client.StatusDestroyed, "DESTROYED"
			}
		},
		want: SessionExpired, within: seconds(6), sure: High, state: Destroyed, before: []VerdictCode{StreamEnded}, step: ActionCreate,
	},
	{
		name: "expired by inactivity", setup: func(w *world) { w.gap, w.inputEvery = nil, 0 }, at: minute, strike: func(w *world) {
			w.run(31 * minute)
			became(client.StatusDestroyed, true)(w)
		},
		want: SessionExpired, within: 30*minute + seconds(6), sure: Medium, state: Destroyed,
		before: []VerdictCode{WarmingUp, Unknown, NoInput, StreamEnded}, loud: []VerdictCode{NoInput}, step: ActionCreate,
	},
	{
		name: "idle close", at: minute, strike: func(w *world) { w.end(); w.notice(client.Notice{Code: client.NoticeIdleClose}, "") },
		setup: func(w *world) { w.gap = nil },
		want:  IdleClose, within: seconds(1), sure: High, state: Reconnecting, before: []VerdictCode{StreamEnded, WarmingUp}, step: ActionWait,
	},
	{
		name: "source exhausted", at: minute, strike: func(w *world) {
			w.inputEvery, w.gap = 0, nil
			w.end()
			w.notice(client.Notice{Code: client.NoticeIdleClose}, "")
			w.now += time.Second
			w.open()
		},
		want: SourceExhausted, within: seconds(17), sure: Medium, state: Live, before: []VerdictCode{StreamEnded, Unknown}, step: ActionCreate,
	},
	{
		name: "file exhausted, stream open", setup: func(w *world) {
			w.m.Lens(client.Lens{Inputs: []string{"csv_file_reader"}, Channel: client.ChannelSSE})
		}, at: minute, strike: func(w *world) { w.inputEvery, w.gap = 0, nil },
		want: SourceExhausted, within: seconds(43), sure: Medium, state: Quiet, before: []VerdictCode{Unknown}, step: ActionCreate,
	},
	{
		name: "ended without a reason", at: minute, strike: func(w *world) {
			w.unlisted = true
			w.end()
			w.notice(client.Notice{Code: client.NoticeClosed}, "")
			w.answer = func(*world, ProbeKind) ProbeResult { return ProbeResult{Remedy: client.RemedyServer} }
		},
		want: StreamEnded, within: seconds(1), sure: Medium, state: Ended, step: ActionList,
	},
}
