package main

// rows is the table, in its order.
func rows() []row {
	return []row{
		{"wire", "wire to typed, cleaned event, one stream of 200 B events", wireRow},
		{"large", "the same over 4 KiB events, and after a 1 MiB event", largeRow},
		{"tail", "tail against curl, of the same stream", tailRow},
		{"tui", "TUI under flood: 50,000 events/s for 20 s at 160x45", tuiRow},
		{"limit", "TUI at its limit", limitRow},
		{"idle", "idle: 10 sessions, a heartbeat each 5 s", idleRow},
		{"many", "1,000 sessions at 1 event/s", manyRow},
		{"retention", "retention: bounded in bytes", keptRow},
		{"filter", "filter or search over 1,000,000 retained events", filterRow},
		{"start", "start to first frame", startRow},
		{"soak", "soak: an hour of simulated time at 1,000 events/s with faults", soakRow},
	}
}
