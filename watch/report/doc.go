// Package report is what is known of one session at one moment, put together for a ticket.
//
// What it promises:
//
//   - No report holds a credential: the whole of it, texts and payloads, goes through [rest.MaskCredentials].
//   - Its size is bounded, whatever a server sends: so many events and failures, each cut.
//   - Text from outside cannot become markup: a report can be pasted anywhere that shows Markdown.
//
// It does no I/O. The command line and the screen write the same report.
package report
