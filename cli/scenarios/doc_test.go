// Package scenarios holds no program: it puts lenswatch to a server that nobody who wrote lenswatch's rules
// had in mind, and says beforehand what is right.
//
// The server is written from the API's documents and shares no code with the clients or the simulator. A
// [script] says what a session does over time, in a few lines, and what lenswatch has to say of it: which
// verdicts, from when on at the latest, with which exit code, and what it may never say. Times are those of
// the viewer: it starts at 0, and what was before it is negative.
//
// Periods, amounts and orders are drawn by a seed, so that no rule can be fitted to a case. Everything runs
// in virtual time; `go test ./cli/scenarios -real` runs the program over real sockets instead. See
// CONTRIBUTING.md.
package scenarios
