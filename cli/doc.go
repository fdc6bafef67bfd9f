// Package cli is the commands of lenswatch, one file each: flags in, exit code out.
//
// What it promises: nothing is read from the process but through [Env], so that every command
// can be run in a test; no flag and no argument ever takes an API key; each error says what
// happened and what can be done, and has the exit code of its kind ([ExitCode]).
package cli
