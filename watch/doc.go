// Package watch is what lenswatch knows of the sessions that it watches: the one model that the
// screen, the commands and the recorder share.
//
// It has two halves, and the line between them is the line between goroutines:
//
//   - The [Hub] does what waits: it runs one stream a session, asks for session lists, creates
//     and destroys, and collects what came into a [Batch]. It is safe for concurrent use.
//   - The [Store] does what is remembered: it takes batches in and keeps records, history and
//     health. It waits for nothing and belongs to one goroutine, the one that draws.
//
// What may be lost: nothing. A Hub whose batches are not taken stops reading its streams, so
// that back-pressure reaches the server; it never drops an event. How late a batch is taken is
// in Batch.Oldest, so that the viewer can see itself falling behind.
//
// Batches come at most once in Options.BatchInterval. A batch comes at once when nothing came before it.
package watch
