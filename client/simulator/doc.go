// Package simulator is the Archetype Lens API and AgentHuman on loopback: a real HTTP server for the
// demonstration, the tests and the benchmarks, on which every fault can be made to happen.
//
// It is written from the APIs' documents alone and shares no code with the clients of this module:
// what both misread the same way is then at least misread twice.
//
// What it promises:
//
//   - Clients of the real service, curl -N and the vendor's Python SDK among them, work unchanged
//     with the base URL of [Simulator.Listen] and the key of [Config]. The key is [DefaultKey]
//     unless another is set; it protects nothing.
//   - The same [Config.Seed] and the same order of creations give the same session ids (but for
//     the date in them) and the same content in the same order. Only times differ.
//   - [Config.Speed] divides every wait. Timestamps, ages and durations are those of the real clock.
//   - Output continues while nobody reads it, into a ring that is bounded in events and bytes. A reader
//     resumes with Last-Event-ID. A slow reader holds up nobody and takes no memory: it loses what
//     the ring had to evict, and /_sim/state says how much.
//   - After [Simulator.Close] no goroutine is left. All waits are made with package time and all
//     connections come from the listener, so that everything runs in a testing/synctest bubble over
//     package memnet.
//
// # The service
//
// Below /v0.5, with "Authorization: Bearer KEY" (a browser may offer KEY or bearer.KEY as a
// WebSocket subprotocol instead):
//
//	GET  /lens/info, /lens/metadata                   lens_id, shard_index, max_items_per_shard
//	POST /lens/register, /clone, /modify, /delete
//	GET  /lens/sessions/info, /lens/sessions/metadata session_id, shard_index, max_items_per_shard
//	POST /lens/sessions/create, /lens/sessions/destroy
//	POST /lens/sessions/events/process
//	GET  /lens/sessions/consumer/{session_id}         Server-Sent Events
//	GET  /lens/sessions/{session_id}                  WebSocket
//	POST /files, /files/base64                        multipart, field "file"
//	GET  /files/info, /files/metadata, /files/metadata/{file_id}, /files/download/{file_id}
//	DELETE /files/delete/{file_id}
//
// A session is REGISTERED for 250 ms, then RUNNING; its first result arrives [Config.WarmUp] later. The stream of one
// that is fed by pushes alone ends when nothing is pushed for 58 s, as the service's do. A session
// becomes STALE 30 minutes after its last input and is destroyed after 24 hours. FAILED and STALE
// sessions are listed for five more minutes and hold no runner.
//
// The lenses are an activity monitor (sentences), a machine-state classifier (label and scores), an
// embedding lens, a noop lens that echoes what it is sent, one that writes to the mailbox of
// session.read, one that has no output stream until output_stream.set gives it one, one that has no input
// either, a test lens that echoes once it has an output, and one that answers model.query about an image. A lens that is
// registered does what the processors in its pipeline do, if it has an input stream.
//
// Where the documents say nothing the simulator had to choose: the shape of the two info answers, HTTP
// 400 for a full quota, an empty list for the metadata of an unknown id, mailbox_writer as the name
// of the mailbox's writer, and the shapes of log.info (event_data.message), frame.processed and error
// (message).
//
// # AgentHuman
//
// Below /v1 of the same server, with "x-api-key: KEY" ([DefaultHumanKey]); see [HumanEndpoint]:
//
//	GET  /sessions             status: all, started, ended; any other means all
//	POST /sessions             avatar, aspect_ratio, room, metadata: the session is started at once
//	GET  /sessions/{session_id}
//	POST /sessions/{session_id}/end
//	GET  /usage, /avatars
//
// 60 requests a minute are answered, and every answer says how many are left. A session ends when it
// is asked to, when its time is up, and on its own, for which there is the control endpoint. Minutes
// are rounded up for each session and deducted when it ends. The command WebSocket is not served.
//
// The simulator had to choose what the documents leave open: 201 for create; 403 and the code
// CONCURRENCY_LIMIT_EXCEEDED for too many sessions, 403 for no minutes; 400 for ending a session that has
// not started; the text for a wrong key; the order of lists, newest first; the inner members of billing;
// and an hour as the longest session.
//
// # Faults
//
// A [Fault] is in force from the start ([Config.Faults]), from [Simulator.Inject], or by the control
// endpoint, for one session or for all, until it is healed. [Faults] lists them with their arguments;
// [ParseFault] reads NAME[=ARG].
//
//   - Durations are Go's (1m30s) or seconds (90). Sizes are bytes, or have the unit KiB or MiB.
//   - The faults of HTTP answers (unauthorized, not-found, rate-limit, server-error, bad-gateway, reset,
//     hang) take a group of paths as their argument, after a comma where there is another:
//     rate-limit=7,consumer. The groups are consumer, create, destroy, files, human, lens, process,
//     sessions and socket. Limited to a session they strike the requests that name it. They strike before the
//     key is looked at, and do not touch streams that are open.
//   - The faults of single events (bad-json, missing-type, unknown-type, big-event) strike events by
//     their number, so that an event that is replayed is the same again.
//   - half-open lasts for a connection's life, also when it is healed. drop and eof without a number
//     strike once for each session.
//
// # The control endpoint
//
// Below /_sim, without a key and for programs of this machine alone; all answers are JSON. What a web
// page can make a browser send is refused: other host names than localhost, another site's Origin, and
// bodies that are not declared as application/json.
//
//	GET    /_sim/                           what there is, with the list of faults
//	GET    /_sim/state                      sessions, their counters, rings, readers and losses; faults
//	GET    /_sim/faults                     the faults in force
//	POST   /_sim/faults                     {"fault": "NAME[=ARG]", "session": "lsn-..."}; session may be left out
//	DELETE /_sim/faults?name=N&session=S    heals; either or both may be left out
//	POST   /_sim/sessions                   {"lens_id": "lns-..."}: creates a session as someone else would
//	DELETE /_sim/sessions/{session_id}      destroys one as someone else would
//	POST   /_sim/sessions/{session_id}/emit the body becomes the data of one event, whatever it is;
//	                                        with ?wire=1 it is put on the wire as it is
//	GET, POST /_sim/human                   the account of AgentHuman; its minutes, limits and spelling
//	POST   /_sim/human/sessions             starts a session as someone else would
//	DELETE /_sim/human/sessions/{session_id} ends one on its own; ?cause=disconnect, empty-room, expiry, orphan
//
// For example:
//
//	curl --json '{"fault": "stall"}' http://127.0.0.1:PORT/_sim/faults
//	curl -X DELETE http://127.0.0.1:PORT/_sim/faults
package simulator
