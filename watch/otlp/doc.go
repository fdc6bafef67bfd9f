// Package otlp sends what watched sessions say to an OpenTelemetry collector: events as logs, and the
// metrics of package metrics, by OTLP over gRPC.
//
// What it promises:
//
//   - The official SDK batches, retries and waits. Nothing here holds a stream up: while the collector does
//     not answer, up to [QueueSize] events wait.
//   - Nothing is lost silently. An event that finds the queue full, or that could not be delivered within the
//     SDK's retries, or that the collector rejected, is counted in [Lost].
//   - https uses TLS with the system's roots; only http is without. Credentials for the collector come from
//     OTEL_EXPORTER_OTLP_HEADERS, which the SDK reads, and never from an argument.
//   - No key of a lens service is in an event, and so none is sent.
//
// docs/fleets.md lists the attributes.
package otlp
