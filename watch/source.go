package watch

import (
	"context"
	"time"

	"lenswatch/client"
	"lenswatch/watch/custody"
	"lenswatch/watch/pipeline"
)

// Source is where batches come from: a [Hub], or a recording that is played. It is all that a screen needs to
// show what is in them. It is safe for concurrent use, but for Next.
type Source interface {
	// Next waits for the next batch. It fails when there will be none.
	Next(ctx context.Context) (Batch, error)
	// Services are those whose sessions are in the batches.
	Services() []ServiceInfo
	// SetBatchInterval sets the shortest time between two batches.
	SetBatchInterval(interval time.Duration)
}

// Live is a Source of what happens now, whose sessions can be acted on. The batches of any other Source bring
// their own time: whoever follows one has no clock of its own, and takes a second as over when Batch.Tick says so.
type Live interface {
	Source
	// Service finds a service by name, or nil.
	Service(name string) client.Service
	// ServiceOf names the service that an id must be of.
	ServiceOf(id string) string
	// Watch begins to watch a session.
	Watch(service, id string) error
	// Command steers a session's stream, and reports whether the stream will see it.
	Command(id string, c client.Command) bool
	// Create starts a session, Destroy ends one.
	Create(ctx context.Context, service string, req client.CreateRequest) (client.Session, error)
	Destroy(ctx context.Context, service, id string) (client.Session, error)
	// Setup gives a session an output or an input, and reports each step. SetQuestion changes what its model is asked
	// to do, and returns the whole question. What they do becomes events of the session; a session that is being
	// changed is left alone ([ErrBusy]).
	Setup(ctx context.Context, service, id string, p pipeline.Plan, report func(pipeline.Progress)) error
	SetQuestion(ctx context.Context, service, id string, change client.QuestionChange) (client.Question, error)
	// Custody has the sessions that this run created.
	Custody() *custody.Ledger
	// Probe asks the service about a session, on suspicion.
	Probe(p ProbeRequest)
}

// ServiceInfo names a service.
type ServiceInfo struct{ Name, Endpoint string }

// InfoOf names services.
func InfoOf(services []client.Service) []ServiceInfo {
	out := make([]ServiceInfo, len(services))
	for i, s := range services {
		out[i] = ServiceInfo{s.Name(), s.Endpoint()}
	}
	return out
}

// Services are those that the hub was made with.
func (h *Hub) Services() []ServiceInfo { return InfoOf(h.services) }
