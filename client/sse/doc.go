// Package sse is a Server-Sent Events source that can be trusted: the whole WHATWG processing
// model, resuming and reconnecting by itself, over github.com/r3labs/sse/v2.
package sse
