// Package agenthuman is the AgentHuman API as a [client.Service]: sessions in which an avatar talks in
// a video room.
//
// What it promises:
//
//   - The key goes into the x-api-key header of requests to the endpoint's own origin, and nowhere
//     else. A session's own tokens, its room's token among them, are dropped while decoding: no
//     event, record or error holds them.
//   - A session is created by one request that is never sent twice.
//   - The command WebSocket of a session is never opened: when it closes, the service ends the session.
//   - All requests together keep within the service's rate, 60 a minute, and within what it says is
//     left of that. A part is reserved for creating and ending.
//
// The service reports nothing by itself, so that sessions are watched by asking for the list of
// those that have started, one list for all of them. What differs from the list before becomes an
// event. The service does not say why a session ended; where lenswatch did not ask for it, the event
// names the causes that the documents give.
//
// Its documents come in several generations and show partial records. All forms are read, "active" for
// "started" among them, and the form of the present documents is sent.
package agenthuman
