package rest

import (
	"lenswatch/client"
	"lenswatch/client/sse"
)

// Phases translates the steps of making a request, as [sse.Trace] reports them.
var Phases = map[sse.Phase]client.Phase{
	sse.PhaseDNS: client.PhaseDNS, sse.PhaseConnect: client.PhaseConnect, sse.PhaseTLS: client.PhaseTLS,
	sse.PhaseRequest: client.PhaseRequest, sse.PhaseBody: client.PhaseBody,
}
