// Command contract offers the event source of client/sse to contract suites that are written
// against a REST protocol, such as LaunchDarkly's sse-contract-tests:
//
//	go run ./client/sse/contract --addr 127.0.0.1:8000
//
// What it promises:
//
//   - GET / reports the capabilities; POST / makes a stream and answers before that connects;
//     POST /<id> restarts it; DELETE /<id> ends it; DELETE / ends the program.
//   - What a stream says is posted to its callback URL in order, as /1, /2, /3 and so on.
//   - It listens on the loopback only, because whoever reaches it can have it make requests.
package main
