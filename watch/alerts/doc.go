// Package alerts fires rules over what sessions say: on a text, a label, a level, a kind or a jq expression, on low
// confidence, on a label that is held, on a count in a window, on a verdict, or on results that stay away.
//
// What it promises:
//
//   - A rule is edge-triggered: it fires once for a session, and is resolved once. Within its cooldown it does not fire
//     again, and what was suppressed is counted.
//   - Live events and recordings go the same way; the clock is that of the events and of the store.
//   - Commands and webhooks hold nothing up: they wait in a bounded queue, and what does not fit is counted.
//     A command gets no key, runs in no shell, and is ended after a time with all that it has started.
//
// It knows no terminal. An [Engine] belongs to the goroutine of the store; a [Sender] is safe for concurrent use.
package alerts
