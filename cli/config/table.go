package config

import (
	"slices"
	"time"
)

// setting is one line of the table of settings.
type setting struct {
	name   string   // with its section: "panes.focus"
	env    string   // the variable of the environment that sets it; empty if none does
	flag   string   // the flag that sets it; empty if none does
	negate bool     // the flag means the opposite
	secret bool     // its value may hold a secret, such as a password in a command
	choice []string // what is allowed, if that is a list
	min    int64    // the least that is allowed: bytes, nanoseconds or a number
	max    int64    // the most; 0 is no bound
	help   string
	// field is where the value goes: a *string, *bool, *int, *Bytes, *time.Duration.
	field func(*Config) any
}

// keysSection is the section whose names are those of actions. What they are is known to the
// screen, which checks them.
const keysSection = "keys"

// table lists every setting but those of the section keys, in the order in which they are shown.
func table() []setting {
	return slices.Concat(accounts(), screenSettings(), bounds(), thresholds())
}

func accounts() []setting {
	return []setting{
		{name: "endpoint", env: "ATAI_API_ENDPOINT", help: "base URL of the Lens API; empty is production",
			field: func(c *Config) any { return &c.Endpoint }},
		{name: "agenthuman_endpoint", env: "AGENTHUMAN_API_ENDPOINT", help: "base URL of the AgentHuman API; empty is production",
			field: func(c *Config) any { return &c.AgentHumanEndpoint }},
		{name: "api_key_command", secret: true, help: "command that prints the key of the Lens API; `sh -c` runs it, for 10 s at most",
			field: func(c *Config) any { return &c.APIKeyCommand }},
		{name: "agenthuman_api_key_command", secret: true, help: "the same for the AgentHuman API",
			field: func(c *Config) any { return &c.AgentHumanAPIKeyCommand }},
		{name: "api_key_file", help: "file that holds the key of the Lens API; only its owner may read it (0600)",
			field: func(c *Config) any { return &c.APIKeyFile }},
		{name: "agenthuman_api_key_file", help: "the same for the AgentHuman API",
			field: func(c *Config) any { return &c.AgentHumanAPIKeyFile }},
	}
}

func screenSettings() []setting {
	return []setting{
		{name: "theme", env: "LENSWATCH_THEME", flag: "theme", choice: []string{"auto", "dark", "light", "high-contrast", "mono"},
			help:  "colours; auto follows the terminal's background",
			field: func(c *Config) any { return &c.Theme }},
		{name: "ascii", env: "LENSWATCH_ASCII", flag: "ascii", help: "draw borders and glyphs in ASCII only",
			field: func(c *Config) any { return &c.ASCII }},
		{name: "panes.focus", choice: []string{"sessions", "results", "logs", "health"}, help: "the pane that has the keys at the start",
			field: func(c *Config) any { return &c.Panes.Focus }},
		{name: "panes.timestamps", choice: []string{"clock", "milliseconds", "age", "mark", "off"}, help: "how the times of events are shown at the start",
			field: func(c *Config) any { return &c.Panes.Timestamps }},
		{name: "panes.wrap", help: "break long lines rather than cutting them",
			field: func(c *Config) any { return &c.Panes.Wrap }},
		{name: "panes.mouse", env: "LENSWATCH_MOUSE", help: "take clicks and the wheel; shift selects text then",
			field: func(c *Config) any { return &c.Panes.Mouse }},
		{name: "panes.remember", help: "keep what was arranged for the next start",
			field: func(c *Config) any { return &c.Panes.Remember }},
	}
}

func bounds() []setting {
	return []setting{
		{name: "retention.bytes", env: "LENSWATCH_RETENTION_BYTES", min: int64(minRetention), help: "how much of the newest events is kept, over all sessions",
			field: func(c *Config) any { return &c.Retention.Bytes }},
		{name: "alerts.bell", flag: "silent", negate: true, help: "ring the terminal's bell when a stream stalls",
			field: func(c *Config) any { return &c.Alerts.Bell }},
		{name: "alerts.notify", help: "ask the terminal for a desktop notification when a stream stalls",
			field: func(c *Config) any { return &c.Alerts.Notify }},
		{name: "alerts.only_unfocused", help: "alert only while the terminal is not in front",
			field: func(c *Config) any { return &c.Alerts.OnlyUnfocused }},
		{name: "record.max_size", flag: "record-max-size", help: "begin the next file when a recording is this large; 0 is no limit",
			field: func(c *Config) any { return &c.Record.MaxSize }},
	}
}

// thresholds are those of a health.Config, by the same names.
func thresholds() []setting {
	span := func(name, help string, field func(*Config) *time.Duration) setting {
		return setting{name: "thresholds." + name, help: help, min: 1, field: func(c *Config) any { return field(c) }}
	}
	count := func(name, help string, most int64, field func(*Config) *int) setting {
		return setting{name: "thresholds." + name, help: help, min: 1, max: most, field: func(c *Config) any { return field(c) }}
	}
	probe := span("probe_every", "shortest time between two probes of one session",
		func(c *Config) *time.Duration { return &c.Thresholds.ProbeEvery })
	probe.min = int64(minProbeInterval)
	return []setting{
		span("quiet_floor", "shortest pause that can make a stream quiet", func(c *Config) *time.Duration { return &c.Thresholds.QuietFloor }),
		span("warm_up", "time that a session is given to begin", func(c *Config) *time.Duration { return &c.Thresholds.WarmUp }),
		span("first_result", "time until a missing first result counts", func(c *Config) *time.Duration { return &c.Thresholds.FirstResult }),
		span("slow_stream", "longest time that a stream with few results is given", func(c *Config) *time.Duration { return &c.Thresholds.SlowStream }),
		span("beat", "time between two heartbeats until it is learnt", func(c *Config) *time.Duration { return &c.Thresholds.HeartbeatInterval }),
		count("missed_beats", "missing heartbeats in a row that make the line silent", 0, func(c *Config) *int { return &c.Thresholds.MissedHeartbeats }),
		span("hard_idle", "time without a byte that makes a line without heartbeats silent", func(c *Config) *time.Duration { return &c.Thresholds.HardIdle }),
		span("idle_close", "shortest time without a result that makes an end an idle close", func(c *Config) *time.Duration { return &c.Thresholds.IdleClose }),
		span("inactivity", "time without an event that ends a session", func(c *Config) *time.Duration { return &c.Thresholds.Inactivity }),
		count("loop_count", "connections ended by the server that make it loop", maxLoops, func(c *Config) *int { return &c.Thresholds.LoopCount }),
		span("loop_window", "time within which they count", func(c *Config) *time.Duration { return &c.Thresholds.LoopWindow }),
		span("loop_life", "a connection that lasted longer does not count", func(c *Config) *time.Duration { return &c.Thresholds.LoopLife }),
		span("lag", "how far the viewer may be behind", func(c *Config) *time.Duration { return &c.Thresholds.Lag }),
		probe,
	}
}

// find looks a setting up by its name.
func find(name string) (setting, bool) {
	all := table()
	i := slices.IndexFunc(all, func(s setting) bool { return s.name == name })
	if i < 0 {
		return setting{}, false
	}
	return all[i], true
}
