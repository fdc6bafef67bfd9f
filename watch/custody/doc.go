// Package custody keeps the sessions that lenswatch created from being forgotten: a ledger, on disk,
// that outlives the process.
//
// It promises:
//
//   - Before a session is asked for, the intent stands in the ledger; before its id is returned, the
//     id does. A process that is killed at any moment leaves behind what the next one needs.
//   - A session leaves the ledger when the service confirmed its end, or when it was handed over on
//     purpose ([Ledger.Keep]).
//   - A run holds a lock as long as it lives. Only the sessions of runs whose lock is free are orphans;
//     two runs at once never clean each other's sessions.
//   - An answer that never arrived is looked for in the service's list. A session is taken in only if
//     it is the only one that it can be; otherwise the candidates are named and none is touched.
//   - The ledger holds ids, times and endpoints. It never holds a key or anything made from one.
//
// Where the ledger cannot be written, [Ledger.Create] refuses with [ErrLedger] before anything is
// asked for. A person who was told calls [Ledger.Accept]; from then on this run remembers its
// sessions in memory only, which is enough for every end but a sudden one.
//
// # The file
//
// One JSON object a line: a header with the version of the format and the number of entries, then the
// entries. It is replaced as a whole, by renaming, under a lock beside it. A file that was cut is read
// as far as it goes, kept under another name, and reported.
package custody
