package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/dialog"
	"lenswatch/ui/events"
	"lenswatch/ui/layout"
	"lenswatch/ui/requests"
)

// The modes of what is typed into above a list, and of what is only looked at.
const (
	choosing = action.PickLens | action.FindSession | action.PaletteMode | action.ThemeMode | action.SavedMode
	asking   = choosing | action.Prompt | action.AttachMode | action.ConfirmID | action.Parameters
)

type rows = []action.Row[*Model]

// actions is the one table of all that a person may do. Keys, footer, help, palette, the settings and docs/keys.md are
// projections of it, in its order.
func actions() action.Table[*Model] {
	var t rows
	for _, part := range []struct {
		group string
		rows  rows
	}{
		{"Sessions", sessionActions()}, {"Go to", moveActions()}, {"Events", listActions()}, {"Screen", layoutActions()},
		{"Recordings", replayActions()}, {"Program", programActions()}, {"", dialogActions()},
	} {
		for _, r := range part.rows {
			r.Group, r.Also = part.group, action.AlsoCalled(r.ID)
			t = append(t, r)
		}
	}
	return t
}

// DefaultKeys are the keys that lenswatch starts with.
func DefaultKeys() action.Keys { return actions().Keys() }

// sessionActions are about sessions.
func sessionActions() rows {
	const live, one = action.Live, action.Live | action.Session
	return rows{
		{ID: action.Create, In: action.Main | action.DiagnosisMode, Keys: "c", Hint: "create", Help: "create a session", Needs: live,
			Run: func(m *Model) tea.Cmd { return m.manage.AskCreate(host{m}) }},
		{ID: action.CreateAnother, In: action.Main | action.DiagnosisMode, Keys: "A", Hint: "create another", Help: "create another like it", Needs: one,
			Run: func(m *Model) tea.Cmd { return m.manage.CreateAnother(host{m}, subject(m)) }},
		{ID: action.Destroy, In: action.Main | action.DiagnosisMode, Keys: "d delete", Hint: "destroy", Help: "destroy the session", Needs: one,
			Run: func(m *Model) tea.Cmd { return m.manage.Destroy(host{m}, subject(m)) }},
		{ID: action.DestroyOwn, In: action.Main, Keys: "D", Hint: "destroy yours", Help: "destroy your sessions", Needs: live,
			Run: func(m *Model) tea.Cmd { return m.manage.DestroyOwn(host{m}) }},
		{ID: action.Attach, In: action.Main, Keys: "a", Hint: "attach", Help: "attach by session ID", Needs: live,
			Run: func(m *Model) tea.Cmd { return m.manage.AskAttach(host{m}) }},
		{ID: action.Reconnect, In: action.Main | action.DiagnosisMode, Keys: "r", Hint: "reconnect", Help: "reconnect now", Needs: one,
			Run: func(m *Model) tea.Cmd { return m.manage.Reconnect(host{m}, subject(m)) }},
		{ID: action.SwitchChannel, In: action.Main | action.DiagnosisMode, Keys: "x", Hint: "channel", Help: "switch to SSE or mailbox", Needs: one,
			Run: func(m *Model) tea.Cmd { return m.manage.SwitchChannel(host{m}, subject(m)) }},
		{ID: action.SetOutput, In: action.Main | action.DiagnosisMode, Keys: "b", Hint: "add output", Help: "add an output stream", Needs: one,
			Run: func(m *Model) tea.Cmd { return m.manage.SetOutput(host{m}, subject(m)) }},
		{ID: action.SetInput, In: action.Main | action.DiagnosisMode, Keys: "I", Hint: "input", Help: "set the input", Needs: one,
			Run: func(m *Model) tea.Cmd { return m.manage.AskInput(host{m}, subject(m)) }},
		{ID: action.SetQuestion, In: action.Main | action.DiagnosisMode, Keys: "E", Hint: "question", Help: "show / change the question", Needs: one,
			Run: func(m *Model) tea.Cmd { return m.manage.AskQuestion(host{m}, subject(m)) }},
		{ID: action.ShowRecord, In: action.Main | action.DiagnosisMode, Keys: "V", Hint: "record", Help: "session record", Needs: one, Run: showRecord},
		{ID: action.Diagnosis, In: action.Main, Keys: "i", Hint: "diagnose", Help: "diagnose this session", Run: diagnose},
		{ID: action.Report, In: action.Main | action.DiagnosisMode, Keys: "W", Hint: "report", Help: "copy and save a report", Run: writeReport},
		{ID: action.Requests, In: action.Main, Keys: "U", Hint: "requests", Help: "request log",
			Run: func(m *Model) tea.Cmd { m.show(requests.New(m.store)); return nil }},
		{ID: action.Alerts, In: action.Main, Keys: "B", Hint: "alerts", Help: "list alerts",
			Run: func(m *Model) tea.Cmd { m.show(alertlist.NewDialog(m.rules)); return nil }},
		{ID: action.Messages, In: action.Main, Keys: ";", Hint: "messages", Help: "message history",
			Run: func(m *Model) tea.Cmd { m.show(dialog.NewMessageList(&m.toast.Past)); return nil }},
	}
}

// moveActions are about where the person is.
func moveActions() rows {
	const scrolling = action.Main | action.DiagnosisMode
	return rows{
		{ID: action.NextPane, In: action.Main, Keys: "tab right l", Hint: "pane", Help: "next pane", Run: focusBy(1)},
		{ID: action.PrevPane, In: action.Main, Keys: "shift+tab left h", Hint: "back", Help: "previous pane", Run: focusBy(layout.PaneCount - 1)},
		{ID: action.Up, In: scrolling | action.Quota | action.TogglesMode | action.RecordMode, Keys: "up k", Hint: "up", Help: "up"},
		{ID: action.Down, In: scrolling | action.Quota | action.TogglesMode | action.RecordMode, Keys: "down j", Hint: "down", Help: "down"},
		{ID: action.PageUp, In: scrolling | action.InspectMode | action.RecordMode, Keys: "pgup ctrl+b ctrl+u", Hint: "page up", Help: "page up"},
		{ID: action.PageDown, In: scrolling | action.InspectMode | action.RecordMode, Keys: "pgdown ctrl+f ctrl+d", Hint: "page down", Help: "page down"},
		{ID: action.Top, In: action.Main, Keys: "g home", Hint: "oldest", Help: "jump to oldest"},
		{ID: action.Bottom, In: action.Main, Keys: "G end", Hint: "follow", Help: "jump to newest and follow"},
		{ID: action.NextSession, In: scrolling, Keys: "]", Hint: "next", Help: "next session", Run: stepSession(1)},
		{ID: action.PrevSession, In: scrolling, Keys: "[", Hint: "previous", Help: "previous session", Run: stepSession(-1)},
		{ID: action.NextSession, In: action.PresentMode, Keys: "] right down", Hint: "next", Help: "next session"},
		{ID: action.Cycle, In: action.PresentMode, Keys: "a", Hint: "auto-cycle", Help: "cycle every 10 s"},
		{ID: action.Wall, In: action.PresentMode, Keys: "w", Hint: "wall", Help: "single / wall"},
		{ID: action.Loud, In: action.PresentMode, Keys: "!", Hint: "diagnosis", Help: "show / hide diagnosis"},
		{ID: action.PrevSession, In: action.PresentMode, Keys: "[ left up", Hint: "previous", Help: "previous session"},
		{ID: action.SwitchSession, In: action.Main, Keys: "s", Hint: "find", Help: "find a session", Run: findSession},
		{ID: action.AllSessions, In: action.Main, Keys: "0", Hint: "all", Help: "show all sessions",
			Run: func(m *Model) tea.Cmd { host{m}.Select(""); return nil }},
		{ID: action.NextProblem, In: scrolling, Keys: "!", Hint: "attention", Help: "next needing attention", Run: nextProblem(1)},
		{ID: action.Sort, In: action.Main, Keys: "S", Hint: "sort", Help: "sort the sessions", Run: sortSessions},
		{ID: action.Pin, In: action.Main | action.PresentMode, Keys: "p", Hint: "pin", Help: "pin / unpin the session", Needs: action.Session, Run: pin},
		{ID: action.Alias, In: action.Main, Keys: "@", Hint: "name", Help: "give the session a name", Needs: action.Session, Run: askAlias},
		{ID: action.MuteSession, In: action.Main | action.DiagnosisMode, Keys: "K", Hint: "mute", Help: "acknowledge / mute alerts", Needs: action.Session, Run: muteSession},
		{ID: action.ShowEnded, In: action.Main, Keys: "X", Hint: "ended", Help: "show / hide ended", Run: showEnded},
		{ID: action.GoSessions, In: action.Main, Keys: "1", Hint: "sessions", Help: "go to the sessions", Run: focusOn(layout.Sessions)},
		{ID: action.GoResults, In: action.Main, Keys: "2", Hint: "results", Help: "go to the results", Run: focusOn(layout.Results)},
		{ID: action.GoHealth, In: action.Main, Keys: "3", Hint: "health", Help: "go to the health", Run: focusOn(layout.Health)},
		{ID: action.GoLogs, In: action.Main, Keys: "4", Hint: "logs", Help: "go to the logs", Run: focusOn(layout.Logs)},
		{ID: action.Timeline, In: action.Main, Keys: "5", Hint: "timeline", Help: "timeline", Run: showTimeline},
		{ID: action.Statistics, In: action.Main, Keys: "6", Hint: "statistics", Help: "statistics", Run: showStatistics},
		{ID: action.Back, In: action.Main, Keys: "esc", Hint: "back", Help: "back", Run: back},
		{ID: action.Pause, In: action.Main, Keys: "space", Hint: "pause", Help: "pause / resume following", Run: pause},
		{ID: action.Zoom, In: action.Main, Keys: "z", Hint: "zoom", Help: "zoom the pane", Run: zoom},
	}
}

// listActions are about the events of a list.
func listActions() rows {
	return rows{
		{ID: action.Search, In: action.Main, Keys: "/", Hint: "search", Help: "search", Run: search},
		{ID: action.SearchNext, In: action.Main, Keys: "n", Hint: "next match", Help: "next match", Run: searchStep(1)},
		{ID: action.SearchPrev, In: action.Main, Keys: "N", Hint: "previous match", Help: "previous match", Run: searchStep(-1)},
		{ID: action.Filter, In: action.Main, Keys: "f", Hint: "filter", Help: "add a filter",
			Run: func(m *Model) tea.Cmd { list(m).AskFilter(host{m}, &m.filters); return nil }},
		{ID: action.SaveFilter, In: action.Main, Keys: "\"", Hint: "save filter", Help: "save the filters",
			Run: func(m *Model) tea.Cmd { list(m).AskSave(host{m}, &m.saved); return nil }},
		{ID: action.SavedFilters, In: action.Main, Keys: "'", Hint: "saved filters", Help: "apply a saved filter",
			Run: func(m *Model) tea.Cmd { m.show(events.NewSavedDialog(list(m), &m.saved)); return nil }},
		{ID: action.Context, In: action.Main, Keys: "C", Hint: "context", Help: "context around matches", Run: showAround},
		{ID: action.Unfilter, In: action.Main, Keys: "F", Hint: "unfilter", Help: "clear all filters",
			Run: func(m *Model) tea.Cmd { list(m).ClearFilters(m.c); return nil }},
		{ID: action.NextNotable, In: action.Main, Keys: "}", Hint: "next notable", Help: "next error, gap, change", Run: notable(1)},
		{ID: action.PrevNotable, In: action.Main, Keys: "{", Hint: "previous notable", Help: "previous error, gap, change", Run: notable(-1)},
		{ID: action.Inspect, In: action.Main, Keys: "enter", Hint: "details", Help: "open event details", Run: inspectEvent},
		{ID: action.Timestamps, In: action.Main, Keys: "t", Hint: "times", Help: "cycle timestamp format", Run: nextStamps},
		{ID: action.Mark, In: action.Main, Keys: "m", Hint: "mark", Help: "set a time mark", Run: setMark},
		{ID: action.CopyText, In: action.Main, Keys: "y", Hint: "copy", Help: "copy the event's text", Needs: action.Event, Run: copyText},
		{ID: action.CopyJSON, In: action.Main, Keys: "Y", Hint: "copy JSON", Help: "copy the event's payload", Needs: action.Event, Run: copyJSON},
		{ID: action.CopyCurl, In: action.Main | action.InspectMode, Keys: "u", Hint: "curl", Help: "copy the curl command", Needs: action.Live | action.Session,
			Run: func(m *Model) tea.Cmd { return m.manage.CopyCurl(host{m}, subject(m)) }},
		{ID: action.Export, In: action.Main, Keys: "e", Hint: "export", Help: "export visible events", Run: export},
		{ID: action.Toggles, In: action.Main, Keys: "v", Hint: "kinds", Help: "choose kinds and levels", Run: chooseTypes},
		{ID: action.FoldRepeats, In: action.Main, Keys: "o", Hint: "repeats", Help: "collapse / expand repeats", Run: collapse},
		{ID: action.Wrap, In: action.Main, Keys: "w", Hint: "wrap", Help: "toggle line wrap", Run: wrap},
		{ID: action.Left, In: action.Main, Keys: "< shift+left", Hint: "left", Help: "scroll left", Run: slide(-1)},
		{ID: action.Right, In: action.Main, Keys: "> shift+right", Hint: "right", Help: "scroll right", Run: slide(1)},
	}
}

// layoutActions are about how the screen looks.
func layoutActions() rows {
	return rows{
		{ID: action.Taller, In: action.Main, Keys: "+", Hint: "taller", Help: "grow pane (height)", Run: grow(false, 1)},
		{ID: action.Lower, In: action.Main, Keys: "-", Hint: "lower", Help: "shrink pane (height)", Run: grow(false, -1)},
		{ID: action.Wider, In: action.Main, Keys: ")", Hint: "wider", Help: "grow pane (width)", Run: grow(true, 2)},
		{ID: action.Narrower, In: action.Main, Keys: "(", Hint: "narrower", Help: "shrink pane (width)", Run: grow(true, -2)},
		{ID: action.ResetSizes, In: action.Main, Keys: "=", Hint: "reset sizes", Help: "reset pane sizes", Run: resetSizes},
		{ID: action.Theme, In: action.Main, Keys: "T", Hint: "theme", Help: "choose a theme", Run: chooseTheme},
		{ID: action.Mouse, In: action.Main, Keys: "M", Hint: "mouse", Help: "toggle mouse", Run: toggleMouse},
		{ID: action.Present, In: action.Main, Keys: "P", Hint: "present", Help: "presentation mode", Run: presentSession},
	}
}

// replayActions write a recording, or play one.
func replayActions() rows {
	play := func(id action.ID, keys, hint, help string) action.Row[*Model] {
		return action.Row[*Model]{ID: id, In: action.Main | action.TimelineMode, Keys: keys, Hint: hint, Help: "replay: " + help, Needs: action.Replay,
			Run: func(m *Model) tea.Cmd { return m.playback.Act(host{m}, id) }}
	}
	return rows{
		{ID: action.Record, In: action.Main, Keys: "R", Hint: "record", Help: "start / stop recording", Needs: action.Live,
			Run: func(m *Model) tea.Cmd { return m.recording.Toggle(host{m}) }},
		play(action.Step, ".", "step", "next event"),
		play(action.StepBack, ",", "step back", "previous event"),
		play(action.Forward, "ctrl+right", "forward", "skip forward 10 s"),
		play(action.Rewind, "ctrl+left", "rewind", "skip back 10 s"),
		play(action.Faster, "ctrl+up", "faster", "faster"),
		play(action.Slower, "ctrl+down", "slower", "slower"),
		play(action.NextError, "L", "next error", "next error"),
		play(action.PrevError, "H", "previous error", "previous error"),
		play(action.Jump, "J", "go to", "go to a time"),
	}
}

// programActions are always of use.
func programActions() rows {
	return rows{
		{ID: action.Palette, In: action.Main, Keys: "ctrl+p :", Hint: "commands", Help: "command palette", Run: palette},
		{ID: action.Help, In: action.Main | action.DiagnosisMode | action.InspectMode | action.PresentMode | action.RecordMode | action.TimelineMode |
			action.StatisticsMode | action.AlertsMode | action.RequestsMode | action.MessagesMode, Keys: "?", Hint: "help", Help: "help"},
		{ID: action.Suspend, In: action.Main, Keys: "ctrl+z", Hint: "suspend", Help: "suspend (fg to resume)",
			Run: func(*Model) tea.Cmd { return tea.Suspend }},
		{ID: action.Quit, In: action.Main, Keys: "q", Hint: "quit", Help: "quit", Run: quit},
		{ID: action.Interrupt, In: action.Main, Keys: "ctrl+c", Hint: "quit now", Help: "destroy yours and quit",
			Run: func(*Model) tea.Cmd { return tea.Interrupt }},
	}
}

// dialogActions are carried out by the dialog that is open.
func dialogActions() rows { return slices.Concat(askActions(), lookActions(), closeActions()) }

// askActions answer a dialog that asks.
func askActions() rows {
	return rows{
		{ID: action.Up, In: choosing | action.HelpMode, Keys: "up ctrl+p", Hint: "up", Help: "up"},
		{ID: action.Down, In: choosing | action.HelpMode, Keys: "down ctrl+n", Hint: "down", Help: "down"},
		{ID: action.Up, In: action.Parameters, Keys: "up", Hint: "up", Help: "up (field or list)"},
		{ID: action.Down, In: action.Parameters, Keys: "down", Hint: "down", Help: "down (field or list)"},
		{ID: action.NextField, In: action.Parameters, Keys: "tab", Hint: "next field", Help: "next field"},
		{ID: action.PrevField, In: action.Parameters, Keys: "shift+tab", Hint: "previous field", Help: "previous field"},
		{ID: action.Choose, In: action.PickLens, Keys: "enter", Hint: "create", Help: "create"},
		{ID: action.Choose, In: action.FindSession, Keys: "enter", Hint: "show", Help: "switch to it"},
		{ID: action.Choose, In: action.Parameters, Keys: "enter", Hint: "next", Help: "next field, then submit"},
		{ID: action.Choose, In: action.PaletteMode, Keys: "enter", Hint: "run", Help: "run"},
		{ID: action.Choose, In: action.ThemeMode, Keys: "enter", Hint: "apply", Help: "apply"},
		{ID: action.Choose, In: action.SavedMode, Keys: "enter", Hint: "apply", Help: "apply"},
		{ID: action.DeleteFilter, In: action.SavedMode, Keys: "delete ctrl+d", Hint: "delete", Help: "delete it"},
		{ID: action.Choose, In: action.Prompt, Keys: "enter", Hint: "apply", Help: "apply"},
		{ID: action.Up, In: action.Prompt, Keys: "up ctrl+p", Hint: "previous", Help: "previous entry"},
		{ID: action.Down, In: action.Prompt, Keys: "down ctrl+n", Hint: "next", Help: "next entry"},
		{ID: action.Choose, In: action.AttachMode, Keys: "enter", Hint: "attach", Help: "attach"},
		{ID: action.Choose, In: action.ConfirmID, Keys: "enter", Hint: "destroy", Help: "destroy if the ID matches"},

		{ID: action.Yes, In: action.Confirm, Keys: "y Y", Hint: "yes", Help: "yes"},
		{ID: action.No, In: action.Confirm, Keys: "n N esc q ctrl+c", Hint: "no", Help: "no"},
		{ID: action.Destroy, In: action.Quota, Keys: "d enter delete", Hint: "destroy", Help: "destroy the session"},
		{ID: action.DestroyMine, In: action.Leave, Keys: "enter y d", Hint: "destroy and quit", Help: "destroy them and quit"},
		{ID: action.Keep, In: action.Leave, Keys: "k", Hint: "keep and quit", Help: "keep them and quit"},
		{ID: action.LeaveNow, In: action.Leave, Keys: "ctrl+c", Hint: "quit now", Help: "quit now, list the rest"},
	}
}

// lookActions are for what is looked at.
func lookActions() rows {
	return rows{
		{ID: action.Up, In: action.InspectMode, Keys: "up", Hint: "up", Help: "up"},
		{ID: action.Down, In: action.InspectMode, Keys: "down", Hint: "down", Help: "down"},
		{ID: action.Top, In: action.InspectMode, Keys: "g home", Hint: "top", Help: "top"},
		{ID: action.Bottom, In: action.InspectMode, Keys: "G end", Hint: "bottom", Help: "bottom"},
		{ID: action.NextEvent, In: action.InspectMode, Keys: "j", Hint: "next", Help: "next event"},
		{ID: action.PrevEvent, In: action.InspectMode, Keys: "k", Hint: "previous", Help: "previous event"},
		{ID: action.NextPart, In: action.InspectMode, Keys: "tab right l", Hint: "tab", Help: "next tab: text, JSON, raw"},
		{ID: action.PrevPart, In: action.InspectMode, Keys: "shift+tab left h", Hint: "previous tab", Help: "previous tab"},
		{ID: action.Fold, In: action.InspectMode, Keys: "space enter", Hint: "fold", Help: "fold / unfold"},
		{ID: action.UnfoldAll, In: action.InspectMode, Keys: "E", Hint: "unfold all", Help: "unfold all"},
		{ID: action.FoldAll, In: action.InspectMode, Keys: "C", Hint: "fold all", Help: "fold all"},
		{ID: action.CopyText, In: action.InspectMode, Keys: "y", Hint: "copy text", Help: "copy the text"},
		{ID: action.CopyJSON, In: action.InspectMode, Keys: "Y", Hint: "copy JSON", Help: "copy the payload"},
		{ID: action.Top, In: action.RecordMode, Keys: "g home", Hint: "top", Help: "top"},
		{ID: action.Bottom, In: action.RecordMode, Keys: "G end", Hint: "bottom", Help: "bottom"},
		{ID: action.NextPart, In: action.RecordMode, Keys: "tab right l", Hint: "fields / JSON", Help: "fields or JSON"},
		{ID: action.Fold, In: action.RecordMode, Keys: "space enter", Hint: "fold", Help: "fold / unfold the JSON"},
		{ID: action.CopyJSON, In: action.RecordMode, Keys: "Y", Hint: "copy JSON", Help: "copy the record"},
		{ID: action.Up, In: action.RequestsMode, Keys: "up k", Hint: "up", Help: "up"},
		{ID: action.Down, In: action.RequestsMode, Keys: "down j", Hint: "down", Help: "down"},
		{ID: action.Cancel, In: action.RequestsMode, Keys: "esc U q enter ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Up, In: action.MessagesMode, Keys: "up k", Hint: "up", Help: "up"},
		{ID: action.Down, In: action.MessagesMode, Keys: "down j", Hint: "down", Help: "down"},
		{ID: action.Cancel, In: action.MessagesMode, Keys: "esc ; q enter ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Up, In: action.AlertsMode, Keys: "up k", Hint: "up", Help: "up"},
		{ID: action.Down, In: action.AlertsMode, Keys: "down j", Hint: "down", Help: "down"},
		{ID: action.Acknowledge, In: action.AlertsMode, Keys: "space a", Hint: "acknowledge", Help: "acknowledge / undo"},
		{ID: action.Mute, In: action.AlertsMode, Keys: "m", Hint: "mute", Help: "mute / unmute the rule"},
		{ID: action.Choose, In: action.AlertsMode, Keys: "enter", Hint: "session", Help: "switch to its session"},
		{ID: action.Cancel, In: action.AlertsMode, Keys: "esc B q ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Up, In: action.StatisticsMode, Keys: "up k", Hint: "up", Help: "up"},
		{ID: action.Down, In: action.StatisticsMode, Keys: "down j", Hint: "down", Help: "down"},
		{ID: action.PageUp, In: action.StatisticsMode, Keys: "pgup ctrl+b", Hint: "page up", Help: "page up"},
		{ID: action.PageDown, In: action.StatisticsMode, Keys: "pgdown ctrl+f", Hint: "page down", Help: "page down"},
		{ID: action.Choose, In: action.StatisticsMode, Keys: "enter", Hint: "open", Help: "open a session's statistics, go to the session, filter by a text"},
		{ID: action.NextSession, In: action.StatisticsMode, Keys: "]", Hint: "next", Help: "next session"},
		{ID: action.PrevSession, In: action.StatisticsMode, Keys: "[", Hint: "previous", Help: "previous session"},
		{ID: action.AllSessions, In: action.StatisticsMode, Keys: "0", Hint: "all", Help: "all sessions"},
		{ID: action.Cancel, In: action.StatisticsMode, Keys: "esc 6 q ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Up, In: action.TimelineMode, Keys: "up k", Hint: "up", Help: "previous lane"},
		{ID: action.Down, In: action.TimelineMode, Keys: "down j", Hint: "down", Help: "next lane"},
		{ID: action.PageUp, In: action.TimelineMode, Keys: "pgup ctrl+b", Hint: "page up", Help: "page up"},
		{ID: action.PageDown, In: action.TimelineMode, Keys: "pgdown ctrl+f", Hint: "page down", Help: "page down"},
		{ID: action.Pause, In: action.TimelineMode, Keys: "space", Hint: "pause", Help: "pause the recording", Needs: action.Replay},
		{ID: action.Left, In: action.TimelineMode, Keys: "left h", Hint: "earlier", Help: "earlier"},
		{ID: action.Right, In: action.TimelineMode, Keys: "right l", Hint: "later", Help: "later"},
		{ID: action.PrevPart, In: action.TimelineMode, Keys: "< shift+left", Hint: "much earlier", Help: "earlier (large step)"},
		{ID: action.NextPart, In: action.TimelineMode, Keys: "> shift+right", Hint: "much later", Help: "later (large step)"},
		{ID: action.Narrower, In: action.TimelineMode, Keys: "+", Hint: "zoom in", Help: "zoom in"},
		{ID: action.Wider, In: action.TimelineMode, Keys: "-", Hint: "zoom out", Help: "zoom out"},
		{ID: action.Top, In: action.TimelineMode, Keys: "g home", Hint: "oldest", Help: "jump to oldest"},
		{ID: action.Bottom, In: action.TimelineMode, Keys: "G end", Hint: "now", Help: "jump to now and follow"},
		{ID: action.NextNotable, In: action.TimelineMode, Keys: "}", Hint: "next event", Help: "next event in this lane"},
		{ID: action.PrevNotable, In: action.TimelineMode, Keys: "{", Hint: "previous event", Help: "previous event in this lane"},
		{ID: action.Choose, In: action.TimelineMode, Keys: "enter", Hint: "show events", Help: "events at this time"},
		{ID: action.Cancel, In: action.TimelineMode, Keys: "esc 5 q ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Toggle, In: action.TogglesMode, Keys: "space x", Hint: "show / hide", Help: "show / hide"},
		{ID: action.ShowAll, In: action.TogglesMode, Keys: "a", Hint: "all", Help: "show all"},
		{ID: action.PageUp, In: action.HelpMode, Keys: "pgup", Hint: "page up", Help: "page up"},
		{ID: action.PageDown, In: action.HelpMode, Keys: "pgdown", Hint: "page down", Help: "page down"},
	}
}

// closeActions leave a dialog.
func closeActions() rows {
	return rows{
		{ID: action.Cancel, In: asking, Keys: "esc ctrl+c", Hint: "cancel", Help: "cancel"},
		{ID: action.Cancel, In: action.Quota, Keys: "esc q ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Cancel, In: action.Leave, Keys: "esc n q", Hint: "cancel", Help: "cancel"},
		{ID: action.Cancel, In: action.DiagnosisMode, Keys: "esc i q enter ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Cancel, In: action.PresentMode, Keys: "esc P q enter ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Cancel, In: action.InspectMode, Keys: "esc q ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Cancel, In: action.TogglesMode, Keys: "esc v q enter ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Cancel, In: action.RecordMode, Keys: "esc q V ctrl+c", Hint: "close", Help: "close"},
		{ID: action.Cancel, In: action.HelpMode, Keys: "esc ? enter ctrl+c", Hint: "close", Help: "close"},
	}
}
