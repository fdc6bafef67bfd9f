// Package rest is what clients of key-protected JSON APIs have in common: keys that do not leak,
// requests with time limits and retries, and errors by remedy.
//
// What it promises:
//
//   - The key goes into one header of requests to the endpoint's own origin, and nowhere else: a
//     redirect to another host does not get it, no error holds it, and no formatting of a [Secret]
//     prints it.
//   - A call that may not be repeated is sent once.
//   - Every attempt has a time limit, and no answer is read beyond [MaxBody].
//   - Every error wraps a sentinel of package client.
//
// It knows no service.
package rest
