// Package metrics is the health of watched sessions as numbers for machines: one table of what is
// exported, the snapshots that others read, and a page for Prometheus.
//
// What it promises:
//
//   - Names, units and meanings are one table, [Table], which OpenTelemetry and Prometheus share.
//   - A [Snapshots] is brought up to date by the goroutine that has the [watch.Store], and read by any
//     other. Nobody waits for a slow reader.
//   - What is exported is bounded: [MaxSessions] sessions, and what is left out is counted. Sessions that
//     are no longer watched disappear.
//   - A [Server] listens on loopback unless a host is named.
package metrics
