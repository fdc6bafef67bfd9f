// Package archetype is the Archetype AI Lens API as a [client.Service]: lenses, sessions, and what
// a session says, by either of its two output channels.
//
// What it promises:
//
//   - The key goes into the Authorization header of requests to the endpoint's own origin, and
//     nowhere else: no error, event, notice or value of this package holds it, and a redirect or a
//     session_endpoint that points to another host does not get it. The key that the API echoes
//     back is dropped while decoding.
//   - A session is created by one request that is never sent twice. Requests that only read are
//     repeated with growing, jittered delays, and so is destroying, which is idempotent.
//   - Every request has a timeout, and no answer is read beyond a limit.
//   - There is one way to decode a payload, whichever channel brought it. A payload of an unknown
//     type, or one that is no JSON, becomes an event that shows it as it is. Content never ends a
//     stream.
//   - A watched session's events arrive in order, each once, as far as the wire allows to know. Where
//     events may have been lost, or replayed ones were dropped, a notice says so.
//
// The API has several vintages. Where its documents, its SDK and its demonstrations disagree, all
// forms are read, and the form that the documents give is sent.
package archetype
