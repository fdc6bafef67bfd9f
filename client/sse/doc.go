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
// client); the library makes the requests, keeps the last event id, reads the blocks of the stream
// and waits between attempts. What its parser gets wrong is repaired in front of it, in the
// RoundTripper of its http.Client:
//
//	wire -> body: parser -> canonical blocks -> library: scanner, id, loop -> receiver -> Handler
//
// The parser follows the WHATWG text and turns a stream into tokens (see token.go). All frames of
// one read of the wire go into one canonical block, LF ends, every field prefixed, which the body
// hands over in one Read where it fits: the library's scanner, which searches all it holds for every
// block, then holds one block at a time, and the way through its goroutines is gone once a read,
// not once an event. Every event crosses the library, frame by frame and in order; but for short ones,
// the texts of its data wait in the side buffer until their frames have come through (see sidebuffer.go), so that
// no buffer of the library grows with them and none stays large after them. The receiver, called by
// the library, puts the events together. bench_test.go shows what comes of that.
package sse
