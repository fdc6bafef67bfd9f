// Package health says whether a watched session is alive, and when it is not, why.
//
// What it promises:
//
//   - It is pure. Events, session records, outcomes of probes and the time go in; a [State],
//     [Metrics] and a [Verdict] are the answers. It does no I/O, starts no goroutine and reads no clock:
//     the same calls give the same answers, in a test, live, and from a recording.
//   - It distinguishes "the connection is alive" from "data is flowing". Heartbeats and bytes are signs of life of the
//     connection; only events of the lens are data.
//   - What is typical is learnt from the stream itself and shown. A stream is not called quiet by
//     somebody else's measure, only by its own, never sooner than [Config.QuietFloor].
//   - A verdict is one row of a table, [Catalogue]. The rows are tried in order; the first that
//     its evidence supports is given, with that evidence, with what was ruled out on the way, and
//     with the step that helps. Where nothing fits, the verdict is [Unknown] and says so.
//   - It would rather be late than cry wolf: what few observations support has [Low] confidence,
//     and a verdict about which there is a doubt is never more than [Info]. One thing it cannot know: the
//     first long rests of a stream that works and rests by turns look like stalls, until a few
//     of them have taught otherwise.
//   - A Monitor has a fixed size, under 8 KiB, however long the stream and whatever it says.
//     Observe allocates nothing in steady state.
//
// What heartbeats claim about the session (status, message counts) is a hint, never evidence by
// itself: the API's document tells clients to ignore it.
//
// A [Monitor] is not safe for concurrent use. Reading methods also settle what the passing of
// time has changed, so they count as use.
package health
