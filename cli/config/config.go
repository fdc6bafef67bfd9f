package config

import (
	"time"

	"lenswatch/watch/alerts"
	"lenswatch/watch/health"
)

// Config is what can be set. [Default] gives the values that hold when nothing is.
type Config struct {
	// Access is that of the account without a name, which is watched unless Profile names others.
	Access
	// Profile names the profiles that are watched, separated by commas.
	Profile string
	// Profiles are those that can be named, in the order of the file.
	Profiles []Profile

	// Theme is auto, dark, light, high-contrast or mono.
	Theme string
	// ASCII draws borders and glyphs in ASCII only.
	ASCII bool
	// Motion lets what is new, pending or recovered move for a moment.
	Motion bool
	// Keys are the keys of actions, by the action's name.
	Keys map[string][]string

	Panes     Panes
	Retention Retention
	Watch     Watch
	Alerts    Alerts
	// Rules are those of content alerts, in the order of the file.
	Rules []alerts.Rule
	// Thresholds decide when a session is called quiet, silent or stalled.
	Thresholds health.Config
	Record     Record
}

// Access is where an account is, and where its keys are.
type Access struct {
	// Endpoint is the Lens API's base URL; empty means that of production.
	Endpoint string
	// AgentHumanEndpoint is the AgentHuman API's base URL; empty means that of production.
	AgentHumanEndpoint string
	// APIKeyCommand and AgentHumanAPIKeyCommand are run by the shell and print a key.
	APIKeyCommand, AgentHumanAPIKeyCommand string
	// APIKeyFile and AgentHumanAPIKeyFile hold a key each, and may be read by their owner only.
	APIKeyFile, AgentHumanAPIKeyFile string
}

// Panes is how the panes of the screen are at the start.
type Panes struct {
	// Focus is the pane that has the keys: sessions, results, logs or health.
	Focus string
	// Timestamps is how times are shown: clock, milliseconds, age, mark or off.
	Timestamps string
	// Wrap breaks long lines rather than cutting them.
	Wrap bool
	// Mouse takes clicks and the wheel; the terminal's own selection needs shift then.
	Mouse bool
	// Remember keeps what was arranged for the next start.
	Remember bool
}

// Retention is how much is retained.
type Retention struct {
	// Bytes of events over all sessions.
	Bytes Bytes
}

// Watch is what is watched.
type Watch struct {
	// MaxSessions is how many listed sessions are watched at once.
	MaxSessions int
}

// Alerts is what happens when a stream stalls.
type Alerts struct {
	// Bell rings the terminal's bell.
	Bell bool
	// Notify asks the terminal for a desktop notification.
	Notify bool
	// OnlyUnfocused does so only while the terminal is not in front.
	OnlyUnfocused bool
}

// Record is how recordings are written.
type Record struct {
	// MaxSize is how large a recording may become before the next file is begun; 0 is no limit.
	MaxSize Bytes
}

// Bytes is an amount of memory or of disk.
type Bytes int64

// The amounts that settings are bounded by.
const (
	defaultRetention   Bytes = 64 << 20
	minRetention       Bytes = 1 << 20
	minProbeInterval         = 5 * time.Second
	maxLoops                 = 8
	defaultMaxSessions       = 200
)

// Default gives the values that hold when nothing is set.
func Default() Config {
	return Config{
		Theme:      "auto",
		Motion:     true,
		Panes:      Panes{Focus: "sessions", Timestamps: "clock", Wrap: true, Mouse: true, Remember: true},
		Retention:  Retention{Bytes: defaultRetention},
		Watch:      Watch{MaxSessions: defaultMaxSessions},
		Alerts:     Alerts{Bell: true, OnlyUnfocused: true},
		Thresholds: health.Defaults(),
	}
}
