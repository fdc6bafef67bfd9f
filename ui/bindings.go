package ui

// main binds the keys of the main screen.
func (k *KeyMap) main() {
	k.bind(ModeMain, ActCreate, "c", "create", "create a session", "c")
	k.bind(ModeMain, ActDestroy, "d", "destroy", "destroy the session", "d", "delete")
	k.bind(ModeMain, ActDestroyOwn, "D", "destroy own", "destroy all of one's own", "D", "shift+d")
	k.bind(ModeMain, ActAttach, "a", "attach", "attach to a session by id", "a")
	k.bind(ModeMain, ActReconnect, "r", "reconnect", "reconnect the stream now", "r")
	k.bind(ModeMain, ActSwitchChannel, "x", "channel", "read the other channel", "x")
	k.bind(ModeMain, ActDiagnosis, "i", "why", "diagnosis: why it is so", "i")
	k.bind(ModeMain, ActNextPane, "tab", "pane", "next pane", "tab", "right", "l")
	k.bind(ModeMain, ActPrevPane, "shift+tab", "back", "previous pane", "shift+tab", "left", "h")
	k.bind(ModeMain, ActUp, "↑/k", "up", "up", "up", "k")
	k.bind(ModeMain, ActDown, "↓/j", "down", "down", "down", "j")
	k.bind(ModeMain, ActPageUp, "pgup", "page up", "page up", "pgup", "ctrl+b", "ctrl+u")
	k.bind(ModeMain, ActPageDown, "pgdown", "page down", "page down", "pgdown", "ctrl+f", "ctrl+d")
	k.bind(ModeMain, ActTop, "g", "oldest", "oldest", "g", "home")
	k.bind(ModeMain, ActBottom, "G", "follow", "newest, and follow", "G", "shift+g", "end")
	k.bind(ModeMain, ActNextSession, "]", "next", "next session", "]")
	k.bind(ModeMain, ActPrevSession, "[", "previous", "previous session", "[")
	k.bind(ModeMain, ActSwitch, "s", "go to", "go to a session by name", "s")
	k.bind(ModeMain, ActAllSessions, "0", "all", "all sessions, merged", "0")
	k.bind(ModeMain, ActPause, "space", "pause", "pause, then follow again", "space")
	k.bind(ModeMain, ActZoom, "z", "zoom", "zoom the pane", "z")
}

// lists binds the keys that are about what the lists show, and how.
func (k *KeyMap) lists() {
	k.bind(ModeMain, ActSearch, "/", "search", "search in the list", "/")
	k.bind(ModeMain, ActSearchNext, "n", "next match", "next match, downwards", "n")
	k.bind(ModeMain, ActSearchPrev, "N", "match above", "next match, upwards", "N", "shift+n")
	k.bind(ModeMain, ActFilter, "f", "filter", "add a filter to the list", "f")
	k.bind(ModeMain, ActClearFilters, "F", "unfilter", "take all filters away", "F", "shift+f")
	k.bind(ModeMain, ActNextNotable, "}", "next event", "next error, gap, change", "}")
	k.bind(ModeMain, ActPrevNotable, "{", "event above", "error, gap, change above", "{")
	k.bind(ModeMain, ActInspect, "enter", "inspect", "look inside the event", "enter")
	k.bind(ModeMain, ActStamps, "t", "times", "how times are shown", "t")
	k.bind(ModeMain, ActMark, "m", "mark", "mark this moment", "m")
	k.bind(ModeMain, ActCopyText, "y", "copy", "copy the event's text", "y")
	k.bind(ModeMain, ActCopyJSON, "Y", "copy JSON", "copy the event's payload", "Y", "shift+y")
	k.bind(ModeMain, ActCopyCurl, "u", "curl", "copy the curl command", "u")
	k.bind(ModeMain, ActGrowHeight, "+", "taller", "make the pane taller", "+")
	k.bind(ModeMain, ActShrinkHeight, "-", "lower", "make the pane lower", "-")
	k.bind(ModeMain, ActGrowWidth, ")", "wider", "make the pane wider", ")")
	k.bind(ModeMain, ActShrinkWidth, "(", "narrower", "make the pane narrower", "(")
	k.bind(ModeMain, ActResetSizes, "=", "usual sizes", "all panes in usual sizes", "=")
	k.bind(ModeMain, ActTheme, "T", "colours", "other colours", "T", "shift+t")
	k.bind(ModeMain, ActMouse, "M", "mouse", "mouse on or off", "M", "shift+m")
	k.bind(ModeMain, ActExport, "e", "export", "export what a list shows", "e")
	k.bind(ModeMain, ActToggles, "v", "kinds", "choose kinds and levels", "v")
	k.bind(ModeMain, ActFoldRepeats, "o", "repeats", "fold repeated results", "o")
	k.bind(ModeMain, ActWrap, "w", "wrap", "wrap, or scroll sideways", "w")
	k.bind(ModeMain, ActLeft, "<", "left", "scroll to the left", "<", "shift+left")
	k.bind(ModeMain, ActRight, ">", "right", "scroll to the right", ">", "shift+right")
}

// recordings binds the keys that write a recording, and that play one.
func (k *KeyMap) recordings() {
	k.bind(ModeMain, ActRecord, "R", "record", "begin or end a recording", "R", "shift+r")
	k.bind(ModeMain, ActStep, ".", "step", "recording: next event", ".")
	k.bind(ModeMain, ActStepBack, ",", "step back", "recording: previous event", ",")
	k.bind(ModeMain, ActForward, "ctrl+→", "forward", "recording: 10 s on", "ctrl+right")
	k.bind(ModeMain, ActRewind, "ctrl+←", "rewind", "recording: 10 s back", "ctrl+left")
	k.bind(ModeMain, ActFaster, "ctrl+↑", "faster", "recording: faster", "ctrl+up")
	k.bind(ModeMain, ActSlower, "ctrl+↓", "slower", "recording: slower", "ctrl+down")
	k.bind(ModeMain, ActNextError, "L", "next error", "recording: next error", "L", "shift+l")
	k.bind(ModeMain, ActPrevError, "H", "last error", "recording: previous error", "H", "shift+h")
	k.bind(ModeMain, ActJump, "J", "jump", "recording: go to a place", "J", "shift+j")
}

// rest binds the keys that are always of use, which help names last.
func (k *KeyMap) rest() {
	k.bind(ModeMain, ActPalette, "ctrl+p", "palette", "every action, by name", "ctrl+p", ":")
	k.bind(ModeMain, ActPresent, "P", "present", "present a session, large", "P", "shift+p")
	k.bind(ModeMain, ActHelp, "?", "help", "help", "?")
	k.bind(ModeMain, ActSuspend, "ctrl+z", "suspend", "suspend; fg goes on", "ctrl+z")
	k.bind(ModeMain, ActQuit, "q", "quit", "quit", "q")
	k.bind(ModeMain, ActInterrupt, "ctrl+c", "quit now", "destroy one's own, quit", "ctrl+c")
}

// narrowed binds the keys of a list that is narrowed by typing: letters cannot move in it.
func (k *KeyMap) narrowed(m Mode, word, desc string) {
	k.bind(m, ActUp, "↑", "up", "up", "up", "ctrl+p")
	k.bind(m, ActDown, "↓", "down", "down", "down", "ctrl+n")
	k.bind(m, ActChoose, "enter", word, desc, "enter")
	k.bind(m, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")
}

// typed binds the keys of what is typed into.
func (k *KeyMap) typed() {
	k.narrowed(ModePicker, "create", "create")
	k.narrowed(ModeSwitch, "go", "look at it")

	k.bind(ModeForm, ActUp, "↑", "up", "previous field", "up", "shift+tab")
	k.bind(ModeForm, ActDown, "↓", "down", "next field", "down", "tab")
	k.bind(ModeForm, ActChoose, "enter", "next", "next field, then create", "enter")
	k.bind(ModeForm, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.narrowed(ModePalette, "do it", "do it")

	k.bind(ModePrompt, ActChoose, "enter", "take it", "take it", "enter")
	k.bind(ModePrompt, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeAttach, ActChoose, "enter", "attach", "attach", "enter")
	k.bind(ModeAttach, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")
}

// questions binds the keys of what asks before something is lost.
func (k *KeyMap) questions() {
	k.bind(ModeConfirm, ActYes, "y", "yes", "yes", "y", "Y", "shift+y")
	k.bind(ModeConfirm, ActNo, "n/esc", "no", "no", "n", "N", "shift+n", "esc", "q", "ctrl+c")

	k.bind(ModeConfirmID, ActChoose, "enter", "destroy", "destroy if the id fits", "enter")
	k.bind(ModeConfirmID, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeQuota, ActUp, "↑/k", "up", "up", "up", "k")
	k.bind(ModeQuota, ActDown, "↓/j", "down", "down", "down", "j")
	k.bind(ModeQuota, ActDestroy, "d", "destroy", "destroy the session", "d", "enter", "delete")
	k.bind(ModeQuota, ActCancel, "esc", "close", "close", "esc", "q", "ctrl+c")

	k.bind(ModeLeave, ActDestroyMine, "enter", "destroy and quit", "destroy them and quit", "enter", "y", "d")
	k.bind(ModeLeave, ActKeep, "k", "keep and quit", "keep them and quit", "k")
	k.bind(ModeLeave, ActLeaveNow, "ctrl+c", "quit now", "quit now, name those left", "ctrl+c")
	k.bind(ModeLeave, ActCancel, "esc", "stay", "stay", "esc", "n", "q")
}

// closer binds the keys of what is looked at over the main screen.
func (k *KeyMap) closer() {
	k.bind(ModeDiagnosis, ActUp, "↑/k", "up", "up", "up", "k")
	k.bind(ModeDiagnosis, ActDown, "↓/j", "down", "down", "down", "j")
	k.bind(ModeDiagnosis, ActPageUp, "pgup", "page up", "page up", "pgup", "ctrl+b", "ctrl+u")
	k.bind(ModeDiagnosis, ActPageDown, "pgdown", "page down", "page down", "pgdown", "ctrl+f", "ctrl+d")
	k.bind(ModeDiagnosis, ActNextSession, "]", "next", "next session", "]")
	k.bind(ModeDiagnosis, ActPrevSession, "[", "previous", "previous session", "[")
	k.bind(ModeDiagnosis, ActReconnect, "r", "reconnect", "reconnect the stream now", "r")
	k.bind(ModeDiagnosis, ActSwitchChannel, "x", "channel", "read the other channel", "x")
	k.bind(ModeDiagnosis, ActCreate, "c", "create", "create a session", "c")
	k.bind(ModeDiagnosis, ActDestroy, "d", "destroy", "destroy the session", "d")
	k.bind(ModeDiagnosis, ActHelp, "?", "help", "help", "?")
	k.bind(ModeDiagnosis, ActCancel, "esc", "close", "close", "esc", "i", "q", "enter", "ctrl+c")

	k.bind(ModePresent, ActNextSession, "]", "next", "next session", "]", "right", "down")
	k.bind(ModePresent, ActPrevSession, "[", "previous", "previous session", "[", "left", "up")
	k.bind(ModePresent, ActHelp, "?", "help", "help", "?")
	k.bind(ModePresent, ActCancel, "esc", "close", "close", "esc", "P", "shift+p", "q", "enter", "ctrl+c")

	k.bind(ModeInspect, ActUp, "↑", "up", "up", "up")
	k.bind(ModeInspect, ActDown, "↓", "down", "down", "down")
	k.bind(ModeInspect, ActPageUp, "pgup", "page up", "page up", "pgup", "ctrl+b", "ctrl+u")
	k.bind(ModeInspect, ActPageDown, "pgdown", "page down", "page down", "pgdown", "ctrl+f", "ctrl+d")
	k.bind(ModeInspect, ActTop, "g", "top", "to the top", "g", "home")
	k.bind(ModeInspect, ActBottom, "G", "bottom", "to the bottom", "G", "shift+g", "end")
	k.bind(ModeInspect, ActNextEvent, "j", "next", "next event", "j")
	k.bind(ModeInspect, ActPrevEvent, "k", "previous", "previous event", "k")
	k.bind(ModeInspect, ActNextPart, "tab", "part", "next: text, JSON, raw", "tab", "right", "l")
	k.bind(ModeInspect, ActPrevPart, "shift+tab", "back", "previous part", "shift+tab", "left", "h")
	k.bind(ModeInspect, ActFold, "space", "fold", "fold or unfold", "space", "enter")
	k.bind(ModeInspect, ActUnfoldAll, "E", "unfold all", "unfold all", "E", "shift+e")
	k.bind(ModeInspect, ActFoldAll, "C", "fold all", "fold all", "C", "shift+c")
	k.bind(ModeInspect, ActCopyText, "y", "copy text", "copy the text", "y")
	k.bind(ModeInspect, ActCopyJSON, "Y", "copy JSON", "copy the JSON", "Y", "shift+y")
	k.bind(ModeInspect, ActHelp, "?", "help", "help", "?")
	k.bind(ModeInspect, ActCancel, "esc", "close", "close", "esc", "q", "ctrl+c")

	k.bind(ModeToggles, ActUp, "↑/k", "up", "up", "up", "k")
	k.bind(ModeToggles, ActDown, "↓/j", "down", "down", "down", "j")
	k.bind(ModeToggles, ActToggle, "space", "show or hide", "show or hide", "space", "x")
	k.bind(ModeToggles, ActShowAll, "a", "all", "show all", "a")
	k.bind(ModeToggles, ActCancel, "esc", "close", "close", "esc", "v", "q", "enter", "ctrl+c")

	k.bind(ModeHelp, ActUp, "↑", "up", "up", "up", "ctrl+p")
	k.bind(ModeHelp, ActDown, "↓", "down", "down", "down", "ctrl+n")
	k.bind(ModeHelp, ActPageUp, "pgup", "page up", "page up", "pgup")
	k.bind(ModeHelp, ActPageDown, "pgdown", "page down", "page down", "pgdown")
	k.bind(ModeHelp, ActCancel, "esc", "close", "close", "esc", "?", "enter", "ctrl+c")
}
