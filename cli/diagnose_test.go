package cli

import (
	"testing"

	"lenswatch/watch/health"
)

// What a script learns from the exit code: an end is no stall, a failure is.
func TestExitCodesOfVerdicts(t *testing.T) {
	want := map[health.VerdictCode]int{
		health.Healthy: ExitOK, health.WarmingUp: ExitStalled, health.Opening: ExitStalled, health.Unknown: ExitStalled, health.StreamEnded: ExitOK, health.IdleClose: ExitOK,
		health.SessionDestroyed: ExitOK, health.SessionExpired: ExitOK, health.SourceExhausted: ExitOK,
		health.SessionFailed: ExitStalled, health.SessionStale: ExitStalled, health.PipelineStalled: ExitStalled,
		health.NoInput: ExitStalled, health.WrongChannel: ExitStalled, health.ConnectionDead: ExitStalled,
		health.KeyRefused: ExitRefused, health.NoSuchSession: ExitNotFound, health.Rejected: ExitUsage,
		health.RateLimited: ExitQuota, health.QuotaFull: ExitQuota,
		health.ProxyRefused: ExitNetwork, health.WrongEndpoint: ExitNetwork, health.RegularCut: ExitNetwork, health.LocalLimit: ExitUnexpected,
		health.NetworkDown: ExitNetwork, health.ConnectionLost: ExitNetwork, health.ServerError: ExitNetwork, health.ServerLoops: ExitNetwork,
	}
	for _, e := range health.Catalogue() {
		code, pinned := want[e.Code]
		if got := ExitCode(verdictError(health.Verdict{Code: e.Code, Severity: e.Severity, Confidence: health.Medium})); pinned && got != code {
			t.Errorf("%s: exit code %d, want %d", e.Name, got, code)
		}
		delete(want, e.Code)
	}
	if len(want) > 0 {
		t.Errorf("not in the catalogue: %v", want)
	}
}
