// Package sse is a Server-Sent Events source that can be trusted: the whole WHATWG processing
// model, resuming and reconnecting by itself, over github.com/r3labs/sse/v2.
//
// What it promises:
//
//   - Every complete event of the stream is handed on once, in order, with the id in force; an
//     incomplete one never, nor does its id count. An event above the limit is skipped and
//     reported, and its neighbours are untouched.
//   - Comments and every read of the body are handed on at once: they are the state of the connection.
//   - A connection that fails or ends is made again, with the Last-Event-ID, after a delay that
//     grows, has jitter and a cap, and starts over after a good connection, for as long as the
//     reason may pass. What cannot pass ends [Source.Run] with an [*Error] that is Final.
//   - Cancelling the context or calling [Source.Restart] works at once in every state, and Run
//     leaves no goroutine and no connection behind.
//   - Credentials go to the origin of [Options].URL only, and into no error.
//   - Memory is bounded by one event of the largest size, and small while the stream is quiet.
//
// # How it stands on the library
//
// One client of the library and one Subscribe serve a Run (Restart subscribes again with the same
// client). The library makes the requests, judges answers by its validator, reads the body to its end in a
// goroutine of its own, keeps the last event id and sends it, and waits between attempts. What its
// parser gets wrong is not repaired behind it but read in front of it, in the body that the
// RoundTripper of its http.Client gives it:
//
//	wire -> body: parser -> receiver -> Handler
//	              last event id -> library: scanner, id, loop -> next request
//
// The parser follows the WHATWG text. Each read of the wire hands its events, comments and skips on at
// once, in the order in which they stand in the stream, and then gives the library one block of canonical
// SSE with the newest id, if it has changed (one of more than 500 bytes is stored for it instead): so an id is never ahead of its event, and the library
// reconnects from the last event that was handed on.
//
// The events themselves do not go through the library: one block of id, event and data for each took 3.4 times as
// long with 200 B (154,000 events/s in place of 522,000, side by side), because it searches all it holds for
// every block, copies each line and changes goroutines twice an event. Many of them packed into one block,
// with their texts queued next to it, took twice as long: 760,000 to 920,000 events/s
// became 1,570,000 to 2,030,000 with 200 B, and 83,000 became 127,000 to 164,000 with 4 KiB (two cores, loopback;
// BenchmarkStream).
package sse
