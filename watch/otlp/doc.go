// Package otlp sends what watched sessions say to an OpenTelemetry collector: events as logs, and the
// metrics of package metrics, by OTLP over HTTP with protobuf.
//
// What it promises:
//
//   - Nothing here holds a stream up. While the collector does not respond, up to [QueueSize] events and
//     [QueueBytes] wait, and are tried until they are delivered.
//   - Nothing is lost silently. An event that finds the queue full, that the collector rejected, or that
//     still waits at the end is counted in [Lost].
//   - https uses TLS with the system's roots; only http is without. Credentials for the collector come from
//     OTEL_EXPORTER_OTLP_HEADERS, never from an argument, and are sent to its address only: no redirect is
//     followed.
//   - No key of a lens service is in an event, and so none is sent.
//
// The messages are encoded with protowire: the official types register hundreds of descriptors in every start
// of the program, and are 1.6 MB of it; the official exporters link gRPC, 5 MB. The tests read what is sent with
// the official types.
//
// docs/fleets.md lists the attributes.
package otlp
