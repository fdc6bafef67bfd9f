// Package tape tests demo.tape: it reads the tape by VHS's own grammar and plays its keys on a pseudo-terminal. It is a
// module of its own, so that lenswatch does not require VHS. Run it by go test ./docs/tape.
package tape
