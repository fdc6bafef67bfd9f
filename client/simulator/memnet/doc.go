// Package memnet is a network inside the process: a [net.Listener] whose connections are made by
// [net.Pipe], and a dialler and HTTP transport that reach it.
//
// It exists so that an HTTP server and its client can run together in a testing/synctest bubble,
// where real sockets would keep time from moving. What it promises:
//
//   - It starts no goroutine.
//   - After Close every dial and Accept fails, and every connection that was made is closed at both
//     ends, so that nobody stays blocked in a Read or Write.
//   - Connections have no buffer: a Write returns when the other side has read it, or has gone.
//     Deadlines work as on a socket.
package memnet
