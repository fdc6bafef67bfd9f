// Package custody keeps the sessions that lenswatch created from being forgotten: a ledger, on disk,
// that outlives the process.
//
// It promises:
//
//   - Before a session is asked for, the intent stands in the ledger; before its id is returned, the
//     id does. A process that is killed at any moment leaves behind what the next one needs.
//   - A session leaves the ledger when the service confirmed its end, or when it was handed over on
//     purpose ([Ledger.Keep]). An answer that does not say so of this session leaves it in the ledger,
//     as uncertain.
//   - A run holds a lock as long as it lives. Only the sessions of runs whose lock is free are orphans;
//     two runs at once never clean each other's sessions, also if the lock's file was removed.
//   - An answer that never arrived is looked for in the service's list: by the lens, by what was there
//     before, and by the service's own clock. Sessions are taken in if there are no more of them than
//     creates of this person that may have made them; otherwise they are named and none is touched.
//   - The ledger holds ids, times and endpoints. It never holds a key or anything made from one.
//
// Where the ledger cannot be written, [Ledger.Create] refuses with [ErrLedger] before anything is
// asked for. A person who was informed calls [Ledger.Accept]; from then on this run remembers its
// sessions in memory only, which is enough unless it crashes.
//
// # The file
//
// One JSON object a line: a header with the version of the format and the number of entries, then the
// entries. It is replaced as a whole, by renaming, under a lock next to it. A file that was cut is read
// as far as it goes, retained under another name, and reported.
package custody
