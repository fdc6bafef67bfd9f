// Package recording is the file of the flight recorder: what a run of lenswatch heard, saw and did,
// one JSON object a line (NDJSON), and the one JSON encoding of events that every other output uses.
//
// What it promises:
//
//   - A line is one whole JSON object. It holds no control character, no bidirectional override and
//     no line end but the one that closes it, so that it is safe to show and to pipe.
//   - Names of fields are stable: fields are added, never renamed or given another meaning.
//     docs/recording.md describes them.
//   - No type of this package holds an API key or a token, and so none gets into a file: the clients
//     drop them before an event or a record is made.
//
// It knows files and client's types. It knows no terminal, and nothing of what is done with what it reads.
package recording
