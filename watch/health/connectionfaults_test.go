package health

import (
	"time"

	"lenswatch/client"
)

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
