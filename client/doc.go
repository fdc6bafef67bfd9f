// Package client is the domain of lenswatch: services, the lenses they offer, the sessions that
// run them, and the events that a session says.
//
// What it promises:
//
//   - A [Service] is the only seam between a remote API and everything that shows or stores its
//     events. The screen, the commands and the recorder cannot distinguish one Service from another.
//   - Every string of an [Event], [Session] or [Lens] that is meant for a person has passed
//     [Clean] once, on arrival: it holds no control character, no escape sequence, no
//     bidirectional override. Event.Raw alone is retained as it was received, but for the key
//     where a service echoes it, and is never written to a terminal as it is.
//   - Errors wrap one of the sentinels of this package, each documented by what a person can do.
//   - No type of this package holds an API key or a token.
//
// It does no I/O and knows no terminal. Its folders below hold one implementation each.
package client
