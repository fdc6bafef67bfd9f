package cli

import (
	"slices"

	"lenswatch/cli/config"
	"lenswatch/theme"
	"lenswatch/ui"
)

// look is how the screen is, by the settings and by what was arranged before.
func (s screen) look() (ui.Options, error) {
	cfg, err := s.env.config()
	if err != nil {
		return ui.Options{}, err
	}
	keys, err := s.env.keyMap()
	if err != nil {
		return ui.Options{}, err
	}
	return ui.Options{
		Title: s.title, Sessions: s.sessions, Keys: keys,
		Remote:     s.env.Getenv("SSH_CONNECTION") != "" || s.env.Getenv("SSH_TTY") != "",
		ASCII:      cfg.ASCII,
		Background: background(cfg.Theme),
		Focus:      paneOf(cfg.Panes.Focus),
		Budget:     int64(cfg.Retention.Bytes),
		Alerts:     ui.Alerts{Bell: cfg.Alerts.Bell, Notify: cfg.Alerts.Notify, Focused: !cfg.Alerts.OnlyUnfocused},
		Thresholds: cfg.Thresholds,
		Arranged:   s.arranged(cfg),
	}, nil
}

// arranged is what was arranged before. What the person has set wins over it, and it wins over
// the defaults.
func (s screen) arranged(cfg *config.Settings) (a ui.Arranged) {
	if cfg.Panes.Remember {
		a = remembered(s.env)
	}
	set := func(name string) bool { return cfg.Source(name).Kind != config.FromDefault }
	if set("panes.timestamps") {
		a.Stamps, _ = ui.ParseStamps(cfg.Panes.Timestamps) // the settings allow no other word
	}
	if set("panes.mouse") {
		a.NoMouse = !cfg.Panes.Mouse
	}
	if set("panes.wrap") {
		a.FlatResults, a.FlatLogs = !cfg.Panes.Wrap, !cfg.Panes.Wrap
	}
	if set("theme") {
		a.Palette, _ = theme.ParsePalette(cfg.Theme) // auto, dark and light are the terminal's own
	}
	return a
}

// keep remembers what is arranged now, if the person wants that.
func (s screen) keep(was, now ui.Arranged) error {
	cfg, err := s.env.config()
	if err != nil || !cfg.Panes.Remember {
		return err
	}
	return remember(s.env, was, now)
}

func background(theme string) ui.Background {
	switch theme {
	case "dark":
		return ui.BackgroundDark
	case "light":
		return ui.BackgroundLight
	}
	return ui.BackgroundDetected
}

// paneOf finds a pane by its word in the settings.
func paneOf(word string) ui.Pane {
	panes := []string{ui.PaneSessions: "sessions", ui.PaneResults: "results", ui.PaneLogs: "logs", ui.PaneHealth: "health"}
	return ui.Pane(max(slices.Index(panes, word), 0))
}
