// Command bench measures how fast lenswatch is, compared with other readers of the same streams.
//
//	go run ./bench                  the whole table; it takes about eight minutes
//	go run ./bench -quick           every row, measured briefly
//	go run ./bench -run 'tui|idle'  the rows whose names match
//
// It builds lenswatch into a temporary folder and measures that binary against a simulator in a
// process of its own. Readers that are compared run turn and turn about, each in its own process,
// and what counts is the ratio within a turn: absolute numbers depend on the machine and on what
// else it does. What cannot be seen from outside a process, such as the memory of a history, comes
// from the Go benchmarks of the packages, which it runs too.
//
// The table goes to standard output. Without -run and -quick it is also written to bench/RESULTS.md.
// Peers that are not installed are named and left out. Package bench alone imports the Go peers:
// lenswatch does not link them.
package main
