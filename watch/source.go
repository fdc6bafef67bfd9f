package watch

import (
	"context"
	"time"

	"lenswatch/client"
	"lenswatch/watch/custody"
)

// Source is where batches come from: a [Hub], or a recording that is played. Whoever follows one
// cannot tell which it is, but by Recorded. It is safe for concurrent use, but for Next.
type Source interface {
	// Next waits for the next batch. It fails when there will be none.
	Next(ctx context.Context) (Batch, error)
	// Recorded reports whether the batches bring their own time: whoever follows has no clock of its
	// own then, and takes a second as over when Batch.Tick says so.
	Recorded() bool

	// Services are those whose sessions are told of.
	Services() []client.Service
	// Service finds one by name, or nil.
	Service(name string) client.Service
	// ServiceOf names the service that an id must be of.
	ServiceOf(id string) string

	// Watch begins to watch a session, Unwatch ends it.
	Watch(service, id string) error
	Unwatch(id string)
	// Command steers a session's stream, and reports whether the stream will see it.
	Command(id string, c client.Command) bool
	// Create starts a session, Destroy ends one.
	Create(ctx context.Context, service string, req client.CreateRequest) (client.Session, error)
	Destroy(ctx context.Context, service, id string) (client.Session, error)
	// Custody has the sessions that this run created.
	Custody() *custody.Ledger
	// Refresh asks for a service's sessions now.
	Refresh(service string)
	// Probe puts a question about a session.
	Probe(p ProbeRequest)
	// SetBatchInterval sets the shortest time between two batches.
	SetBatchInterval(frame time.Duration)
}

// Recorded is false: a hub's batches are of now.
func (h *Hub) Recorded() bool { return false }
