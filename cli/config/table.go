package config

import (
	"slices"
	"time"

	"lenswatch/theme"
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
	// field is where the value goes: a *string, *bool, *int, *float64, *Bytes, *time.Duration or *[]string.
	field func(*Config) any
	// access is where it goes, for one that each account has.
	access func(*Access) *string
}

// keysSection is the section whose names are those of actions. What they are is known to the
// screen, which checks them.
const keysSection = "keys"

// table lists every setting but those of the section keys, in the order in which they are shown.
func table() []setting {
	return slices.Concat(accounts(), screenSettings(), bounds(), thresholds())
}

func accounts() (out []setting) {
	for _, s := range accessSettings() {
		field := s.access
		s.field = func(c *Config) any { return field(&c.Access) }
		out = append(out, s)
	}
	return append(out, setting{name: "profile", env: "LENSWATCH_PROFILE", flag: "profile",
		help:  "profiles to watch, comma-separated (empty: the settings above)",
		field: func(c *Config) any { return &c.Profile }})
}

// accessSettings are the settings of an account, which a profile has too.
func accessSettings() []setting {
	return []setting{
		{name: "endpoint", env: "ATAI_API_ENDPOINT", help: "base URL of the Lens API (empty: production)",
			access: func(a *Access) *string { return &a.Endpoint }},
		{name: "agenthuman_endpoint", env: "AGENTHUMAN_API_ENDPOINT", help: "base URL of the AgentHuman API (empty: production)",
			access: func(a *Access) *string { return &a.AgentHumanEndpoint }},
		{name: "api_key_command", secret: true, help: "command that prints the Lens API key; run by `sh -c` (10 s timeout)",
			access: func(a *Access) *string { return &a.APIKeyCommand }},
		{name: "agenthuman_api_key_command", secret: true, help: "the same for the AgentHuman API",
			access: func(a *Access) *string { return &a.AgentHumanAPIKeyCommand }},
		{name: "api_key_file", help: "file with the Lens API key; must be readable by its owner only (0600)",
			access: func(a *Access) *string { return &a.APIKeyFile }},
		{name: "agenthuman_api_key_file", help: "the same for the AgentHuman API",
			access: func(a *Access) *string { return &a.AgentHumanAPIKeyFile }},
	}
}

func screenSettings() []setting {
	return []setting{
		{name: "theme", env: "LENSWATCH_THEME", flag: "theme", choice: theme.Names(),
			help:  "theme; auto follows the terminal background",
			field: func(c *Config) any { return &c.Theme }},
		{name: "ascii", env: "LENSWATCH_ASCII", flag: "ascii", help: "use ASCII borders and symbols only",
			field: func(c *Config) any { return &c.ASCII }},
		{name: "motion", env: "LENSWATCH_MOTION", help: "move what is new, pending or recovered for a moment (never over ssh)",
			field: func(c *Config) any { return &c.Motion }},
		{name: "panes.focus", choice: []string{"sessions", "results", "logs", "health"}, help: "pane focused at startup",
			field: func(c *Config) any { return &c.Panes.Focus }},
		{name: "panes.timestamps", choice: []string{"clock", "milliseconds", "age", "mark", "off"}, help: "timestamp format at startup",
			field: func(c *Config) any { return &c.Panes.Timestamps }},
		{name: "panes.wrap", help: "wrap long lines",
			field: func(c *Config) any { return &c.Panes.Wrap }},
		{name: "panes.mouse", env: "LENSWATCH_MOUSE", help: "enable mouse (hold shift to select text)",
			field: func(c *Config) any { return &c.Panes.Mouse }},
		{name: "panes.remember", help: "remember layout between runs",
			field: func(c *Config) any { return &c.Panes.Remember }},
	}
}

func bounds() []setting {
	return []setting{
		{name: "retention.bytes", env: "LENSWATCH_RETENTION_BYTES", min: int64(minRetention), help: "memory for retained events, all sessions together",
			field: func(c *Config) any { return &c.Retention.Bytes }},
		{name: "watch.max_sessions", flag: "max-watched", min: 1, help: "most sessions watched at once; others are listed, and watched on request",
			field: func(c *Config) any { return &c.Watch.MaxSessions }},
		{name: "alerts.bell", flag: "silent", negate: true, help: "ring the terminal bell when a stream stalls",
			field: func(c *Config) any { return &c.Alerts.Bell }},
		{name: "alerts.notify", help: "send a desktop notification through the terminal when a stream stalls",
			field: func(c *Config) any { return &c.Alerts.Notify }},
		{name: "alerts.only_unfocused", help: "alert only while the terminal is not focused",
			field: func(c *Config) any { return &c.Alerts.OnlyUnfocused }},
		{name: "record.max_size", flag: "record-max-size", help: "start a new recording file at this size (0: no limit)",
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
	probe := span("probe_every", "minimum time between two probes of a session",
		func(c *Config) *time.Duration { return &c.Thresholds.ProbeEvery })
	probe.min = int64(minProbeInterval)
	return []setting{
		span("quiet_floor", "minimum pause before a stream counts as quiet", func(c *Config) *time.Duration { return &c.Thresholds.QuietFloor }),
		span("warm_up", "grace period for a session to start", func(c *Config) *time.Duration { return &c.Thresholds.WarmUp }),
		span("first_result", "grace period for the first result", func(c *Config) *time.Duration { return &c.Thresholds.FirstResult }),
		span("slow_stream", "maximum grace period for slow streams", func(c *Config) *time.Duration { return &c.Thresholds.SlowStream }),
		span("beat", "heartbeat interval until it is learnt", func(c *Config) *time.Duration { return &c.Thresholds.HeartbeatInterval }),
		count("missed_beats", "missed heartbeats in a row before a connection counts as silent", 0, func(c *Config) *int { return &c.Thresholds.MissedHeartbeats }),
		span("hard_idle", "time without data before a connection without heartbeats counts as silent", func(c *Config) *time.Duration { return &c.Thresholds.HardIdle }),
		span("idle_close", "idle time before a server-side close counts as an idle close", func(c *Config) *time.Duration { return &c.Thresholds.IdleClose }),
		span("inactivity", "time without events after which the service ends a session", func(c *Config) *time.Duration { return &c.Thresholds.Inactivity }),
		count("loop_count", "number of server-side closes that count as a loop", maxLoops, func(c *Config) *int { return &c.Thresholds.LoopCount }),
		span("loop_window", "time window for these closes", func(c *Config) *time.Duration { return &c.Thresholds.LoopWindow }),
		span("loop_life", "longer connections do not count", func(c *Config) *time.Duration { return &c.Thresholds.LoopLife }),
		span("lag", "delay before lenswatch counts as behind", func(c *Config) *time.Duration { return &c.Thresholds.Lag }),
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
