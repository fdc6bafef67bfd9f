package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
)

// Mode is what the screen is doing; it decides what a key means.
type Mode uint8

// The modes.
const (
	ModeMain      Mode = iota
	ModePicker         // choosing a lens to create a session of
	ModeSwitch         // choosing the session to look at
	ModeForm           // saying what a lens has to be told
	ModeConfirm        // answering yes or no
	ModeConfirmID      // typing the id of a session made elsewhere, to destroy it
	ModeQuota          // choosing a session to free its slot
	ModePalette        // choosing an action by name
	ModePrompt         // typing what to search for, or a filter
	ModeAttach         // typing a session id
	ModeLeave          // deciding what becomes of one's own sessions
	ModeDiagnosis      // why a session is as it is
	ModeInspect        // looking inside one event
	ModePresent        // one session, large
	ModeHelp
	ModeToggles // which kinds and levels a list shows
	modeCount
)

var modeNames = [modeCount]string{
	ModeMain: "Main", ModePicker: "Create a session", ModeSwitch: "Go to a session", ModeForm: "What the session needs", ModeConfirm: "Confirm", ModeConfirmID: "Destroy what was made elsewhere", ModeQuota: "The quota is full", ModePalette: "Palette",
	ModePrompt: "Search and filter", ModeAttach: "Attach", ModeLeave: "Quit", ModeDiagnosis: "Diagnosis",
	ModeInspect: "Inspect an event", ModePresent: "Presentation", ModeHelp: "Help", ModeToggles: "Kinds and levels",
}

// String is the word for help and documents.
func (m Mode) String() string { return modeNames[min(m, modeCount-1)] }

// Action is something that a person may do. Keys, help and footer are ways to reach one.
type Action uint8

// The actions.
const (
	ActNone Action = iota
	ActCreate
	ActDestroy
	ActAttach
	ActReconnect
	ActSwitchChannel
	ActDiagnosis
	ActNextPane
	ActPrevPane
	ActUp
	ActDown
	ActPageUp
	ActPageDown
	ActTop
	ActBottom
	ActNextSession
	ActPrevSession
	ActAllSessions
	ActPause
	ActZoom
	ActPresent
	ActSearch
	ActSearchNext
	ActSearchPrev
	ActFilter
	ActUnfilter
	ActNextNotable
	ActPrevNotable
	ActInspect
	ActStamps
	ActMark
	ActCopyText
	ActCopyJSON
	ActCopyCurl
	ActPalette
	ActHelp
	ActQuit
	ActYes
	ActNo
	ActChoose
	ActCancel
	ActDestroyOwn
	ActSuspend
	ActInterrupt
	ActDestroyMine
	ActKeep
	ActLeaveNow
	ActNextEvent
	ActPrevEvent
	ActNextPart
	ActPrevPart
	ActFold
	ActUnfoldAll
	ActFoldAll
	ActTaller
	ActLower
	ActWider
	ActNarrower
	ActUsualSizes
	ActMouse
	ActSwitch
	ActRecord
	ActStep
	ActStepBack
	ActForward
	ActRewind
	ActFaster
	ActSlower
	ActNextError
	ActPrevError
	ActJump
	ActColours
	ActFoldRepeats
	ActWrap
	ActLeft
	ActRight
	ActToggles
	ActExport
	ActToggle
	ActShowAll
	actionCount
)

// Binding ties keys to an action in one mode.
type Binding struct {
	Mode   Mode
	Action Action
	Word   string // what it does in one word, for the footer
	key.Binding
}

// KeyMap is every binding. Footer, help and the README's table are made from it.
type KeyMap struct{ bindings []Binding }

// DefaultKeyMap is the one that lenswatch starts with, in the order in which help shows it.
func DefaultKeyMap() KeyMap {
	var k KeyMap
	k.main()
	k.dialogs()
	return k
}

// bind adds a binding: label and description are for help, the word for the footer.
func (k *KeyMap) bind(m Mode, a Action, label, word, desc string, keys ...string) {
	k.bindings = append(k.bindings, Binding{m, a, word, key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, desc))})
}

// main binds the keys of the main screen.
func (k *KeyMap) main() {
	k.bind(ModeMain, ActCreate, "c", "create", "create a session", "c")
	k.bind(ModeMain, ActDestroy, "d", "destroy", "destroy the session", "d", "delete")
	k.bind(ModeMain, ActDestroyOwn, "D", "destroy own", "destroy all of one's own", "D", "shift+d")
	k.bind(ModeMain, ActAttach, "a", "attach", "attach to a session by id", "a")
	k.bind(ModeMain, ActReconnect, "r", "reconnect", "reconnect the stream now", "r")
	k.bind(ModeMain, ActSwitchChannel, "x", "channel", "read the other channel", "x")
	k.bind(ModeMain, ActDiagnosis, "i", "why", "why it is quiet: diagnosis", "i")
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
	k.bind(ModeMain, ActSearch, "/", "search", "search in the list", "/")
	k.bind(ModeMain, ActSearchNext, "n", "next match", "next match, downwards", "n")
	k.bind(ModeMain, ActSearchPrev, "N", "match above", "next match, upwards", "N", "shift+n")
	k.bind(ModeMain, ActFilter, "f", "filter", "add a filter to the list", "f")
	k.bind(ModeMain, ActUnfilter, "F", "unfilter", "take all filters away", "F", "shift+f")
	k.bind(ModeMain, ActNextNotable, "}", "next event", "next error, gap, change", "}")
	k.bind(ModeMain, ActPrevNotable, "{", "event above", "error, gap, change above", "{")
	k.bind(ModeMain, ActInspect, "enter", "inspect", "look inside the event", "enter")
	k.bind(ModeMain, ActStamps, "t", "times", "how times are shown", "t")
	k.bind(ModeMain, ActMark, "m", "mark", "mark this moment", "m")
	k.bind(ModeMain, ActCopyText, "y", "copy", "copy the event's text", "y")
	k.bind(ModeMain, ActCopyJSON, "Y", "copy JSON", "copy the event's payload", "Y", "shift+y")
	k.bind(ModeMain, ActCopyCurl, "u", "curl", "copy the curl command", "u")
	k.bind(ModeMain, ActTaller, "+", "taller", "make the pane taller", "+")
	k.bind(ModeMain, ActLower, "-", "lower", "make the pane lower", "-")
	k.bind(ModeMain, ActWider, ")", "wider", "make the pane wider", ")")
	k.bind(ModeMain, ActNarrower, "(", "narrower", "make the pane narrower", "(")
	k.bind(ModeMain, ActUsualSizes, "=", "usual sizes", "all panes as large as usual", "=")
	k.bind(ModeMain, ActColours, "T", "colours", "other colours", "T", "shift+t")
	k.bind(ModeMain, ActMouse, "M", "mouse", "mouse on or off", "M", "shift+m")
	k.bind(ModeMain, ActExport, "e", "export", "export what the list shows", "e")
	k.bind(ModeMain, ActToggles, "v", "kinds", "show or hide kinds and levels", "v")
	k.bind(ModeMain, ActFoldRepeats, "o", "repeats", "fold repeated results", "o")
	k.bind(ModeMain, ActWrap, "w", "wrap", "wrap, or scroll sideways", "w")
	k.bind(ModeMain, ActLeft, "<", "left", "scroll to the left", "<", "shift+left")
	k.bind(ModeMain, ActRight, ">", "right", "scroll to the right", ">", "shift+right")
	k.bind(ModeMain, ActRecord, "R", "record", "record, or end the recording", "R", "shift+r")
	k.bind(ModeMain, ActStep, ".", "step", "recording: next event", ".")
	k.bind(ModeMain, ActStepBack, ",", "step back", "recording: previous event", ",")
	k.bind(ModeMain, ActForward, "ctrl+→", "forward", "recording: 10 s on", "ctrl+right")
	k.bind(ModeMain, ActRewind, "ctrl+←", "rewind", "recording: 10 s back", "ctrl+left")
	k.bind(ModeMain, ActFaster, "ctrl+↑", "faster", "recording: faster", "ctrl+up")
	k.bind(ModeMain, ActSlower, "ctrl+↓", "slower", "recording: slower", "ctrl+down")
	k.bind(ModeMain, ActNextError, "L", "next error", "recording: next error", "L", "shift+l")
	k.bind(ModeMain, ActPrevError, "H", "last error", "recording: previous error", "H", "shift+h")
	k.bind(ModeMain, ActJump, "J", "jump", "recording: go to a place", "J", "shift+j")
	k.bind(ModeMain, ActPalette, "ctrl+p", "palette", "every action, by name", "ctrl+p", ":")
	k.bind(ModeMain, ActPresent, "P", "present", "present one session, large", "P", "shift+p")
	k.bind(ModeMain, ActHelp, "?", "help", "help", "?")
	k.bind(ModeMain, ActSuspend, "ctrl+z", "suspend", "suspend; fg goes on", "ctrl+z")
	k.bind(ModeMain, ActQuit, "q", "quit", "quit", "q")
	k.bind(ModeMain, ActInterrupt, "ctrl+c", "quit now", "destroy one's own and quit", "ctrl+c")
}

// dialogs binds the keys of all that stands over it.
func (k *KeyMap) dialogs() {
	k.bind(ModePicker, ActUp, "↑", "up", "up", "up", "ctrl+p")
	k.bind(ModePicker, ActDown, "↓", "down", "down", "down", "ctrl+n")
	k.bind(ModePicker, ActChoose, "enter", "create", "create", "enter")
	k.bind(ModePicker, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeSwitch, ActUp, "↑", "up", "up", "up", "ctrl+p")
	k.bind(ModeSwitch, ActDown, "↓", "down", "down", "down", "ctrl+n")
	k.bind(ModeSwitch, ActChoose, "enter", "go", "look at it", "enter")
	k.bind(ModeSwitch, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeForm, ActUp, "↑", "up", "previous field", "up", "shift+tab")
	k.bind(ModeForm, ActDown, "↓", "down", "next field", "down", "tab")
	k.bind(ModeForm, ActChoose, "enter", "next", "next field, then create", "enter")
	k.bind(ModeForm, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeConfirm, ActYes, "y", "yes", "yes", "y", "Y", "shift+y")
	k.bind(ModeConfirm, ActNo, "n/esc", "no", "no", "n", "N", "shift+n", "esc", "q", "ctrl+c")

	k.bind(ModeConfirmID, ActChoose, "enter", "destroy", "destroy, if the id is right", "enter")
	k.bind(ModeConfirmID, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeQuota, ActUp, "↑/k", "up", "up", "up", "k")
	k.bind(ModeQuota, ActDown, "↓/j", "down", "down", "down", "j")
	k.bind(ModeQuota, ActDestroy, "d", "destroy", "destroy the session", "d", "enter", "delete")
	k.bind(ModeQuota, ActCancel, "esc", "close", "close", "esc", "q", "ctrl+c")

	k.bind(ModePalette, ActUp, "↑", "up", "up", "up", "ctrl+p")
	k.bind(ModePalette, ActDown, "↓", "down", "down", "down", "ctrl+n")
	k.bind(ModePalette, ActChoose, "enter", "do it", "do it", "enter")
	k.bind(ModePalette, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModePrompt, ActChoose, "enter", "take it", "take it", "enter")
	k.bind(ModePrompt, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeAttach, ActChoose, "enter", "attach", "attach", "enter")
	k.bind(ModeAttach, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	k.bind(ModeLeave, ActDestroyMine, "enter", "destroy and quit", "destroy them and quit", "enter", "y", "d")
	k.bind(ModeLeave, ActKeep, "k", "keep and quit", "keep them and quit", "k")
	k.bind(ModeLeave, ActLeaveNow, "ctrl+c", "quit now", "quit now, name what is left", "ctrl+c")
	k.bind(ModeLeave, ActCancel, "esc", "stay", "stay", "esc", "n", "q")

	k.bind(ModeDiagnosis, ActUp, "↑/k", "up", "up", "up", "k")
	k.bind(ModeDiagnosis, ActDown, "↓/j", "down", "down", "down", "j")
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
	k.bind(ModeInspect, ActNextPart, "tab", "part", "next part: text, JSON, raw", "tab", "right", "l")
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

// Action is what a key means in a mode; [ActNone] if nothing.
func (k KeyMap) Action(m Mode, keystroke string) Action {
	for _, b := range k.bindings {
		if b.Mode == m && slices.Contains(b.Keys(), keystroke) {
			return b.Action
		}
	}
	return ActNone
}

// Of lists a mode's bindings, in order.
func (k KeyMap) Of(m Mode) (out []Binding) {
	for _, b := range k.bindings {
		if b.Mode == m {
			out = append(out, b)
		}
	}
	return out
}

// Find gives the binding of an action in a mode.
func (k KeyMap) Find(m Mode, a Action) (Binding, bool) {
	i := slices.IndexFunc(k.bindings, func(b Binding) bool { return b.Mode == m && b.Action == a })
	if i < 0 {
		return Binding{}, false
	}
	return k.bindings[i], true
}

// Markdown is the key table of the README.
func (k KeyMap) Markdown() string {
	var b strings.Builder
	for m := range modeCount {
		b.WriteString("| " + m.String() + " | |\n| --- | --- |\n")
		for _, x := range k.Of(m) {
			b.WriteString("| `" + strings.Join(x.Keys(), "` `") + "` | " + x.Help().Desc + " |\n")
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
