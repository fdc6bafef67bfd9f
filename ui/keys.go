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
	ModeConfirm        // answering yes or no
	ModePalette        // choosing an action by name
	ModePrompt         // typing what to search for, or a filter
	ModeAttach         // typing a session id
	ModeLeave          // deciding what becomes of one's own sessions
	ModeDiagnosis      // why a session is as it is
	ModeInspect        // looking inside one event
	ModePresent        // one session, large
	ModeHelp
	modeCount
)

var modeNames = [modeCount]string{
	ModeMain: "Main", ModePicker: "Create a session", ModeConfirm: "Confirm", ModePalette: "Palette",
	ModePrompt: "Search and filter", ModeAttach: "Attach", ModeLeave: "Quit", ModeDiagnosis: "Diagnosis",
	ModeInspect: "Inspect an event", ModePresent: "Presentation", ModeHelp: "Help",
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
	bind := func(m Mode, a Action, label, word, desc string, keys ...string) {
		k.bindings = append(k.bindings, Binding{m, a, word, key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, desc))})
	}
	bind(ModeMain, ActCreate, "c", "create", "create a session", "c")
	bind(ModeMain, ActDestroy, "d", "destroy", "destroy the session", "d", "delete")
	bind(ModeMain, ActAttach, "a", "attach", "attach to a session by id", "a")
	bind(ModeMain, ActReconnect, "r", "reconnect", "reconnect the stream now", "r")
	bind(ModeMain, ActSwitchChannel, "x", "channel", "read the other channel", "x")
	bind(ModeMain, ActDiagnosis, "i", "why", "why it is quiet: diagnosis", "i")
	bind(ModeMain, ActNextPane, "tab", "pane", "next pane", "tab", "right", "l")
	bind(ModeMain, ActPrevPane, "shift+tab", "back", "previous pane", "shift+tab", "left", "h")
	bind(ModeMain, ActUp, "↑/k", "up", "up", "up", "k")
	bind(ModeMain, ActDown, "↓/j", "down", "down", "down", "j")
	bind(ModeMain, ActPageUp, "pgup", "page up", "page up", "pgup", "ctrl+b", "ctrl+u")
	bind(ModeMain, ActPageDown, "pgdown", "page down", "page down", "pgdown", "ctrl+f", "ctrl+d")
	bind(ModeMain, ActTop, "g", "oldest", "oldest", "g", "home")
	bind(ModeMain, ActBottom, "G", "follow", "newest, and follow", "G", "shift+g", "end")
	bind(ModeMain, ActNextSession, "]", "next", "next session", "]")
	bind(ModeMain, ActPrevSession, "[", "previous", "previous session", "[")
	bind(ModeMain, ActAllSessions, "0", "all", "all sessions, merged", "0")
	bind(ModeMain, ActPause, "space", "pause", "pause, then follow again", "space")
	bind(ModeMain, ActZoom, "z", "zoom", "zoom the pane", "z")
	bind(ModeMain, ActSearch, "/", "search", "search in the list", "/")
	bind(ModeMain, ActSearchNext, "n", "next match", "next match, downwards", "n")
	bind(ModeMain, ActSearchPrev, "N", "match above", "next match, upwards", "N", "shift+n")
	bind(ModeMain, ActFilter, "f", "filter", "add a filter to the list", "f")
	bind(ModeMain, ActUnfilter, "F", "unfilter", "take all filters away", "F", "shift+f")
	bind(ModeMain, ActNextNotable, "}", "next event", "next error, gap, label change", "}")
	bind(ModeMain, ActPrevNotable, "{", "event above", "error, gap, change above", "{")
	bind(ModeMain, ActInspect, "enter", "inspect", "look inside the event", "enter")
	bind(ModeMain, ActStamps, "t", "times", "how times are shown", "t")
	bind(ModeMain, ActMark, "m", "mark", "mark this moment", "m")
	bind(ModeMain, ActCopyText, "y", "copy", "copy the event's text", "y")
	bind(ModeMain, ActCopyJSON, "Y", "copy JSON", "copy the event's payload", "Y", "shift+y")
	bind(ModeMain, ActCopyCurl, "u", "curl", "copy the curl command", "u")
	bind(ModeMain, ActPalette, "ctrl+p", "palette", "every action, by name", "ctrl+p", ":")
	bind(ModeMain, ActPresent, "P", "present", "present one session, large", "P", "shift+p")
	bind(ModeMain, ActHelp, "?", "help", "help", "?")
	bind(ModeMain, ActQuit, "q", "quit", "quit", "q", "ctrl+c")

	bind(ModePicker, ActUp, "↑", "up", "up", "up", "ctrl+p")
	bind(ModePicker, ActDown, "↓", "down", "down", "down", "ctrl+n")
	bind(ModePicker, ActChoose, "enter", "create", "create", "enter")
	bind(ModePicker, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	bind(ModeConfirm, ActYes, "y", "yes", "yes", "y", "Y", "shift+y")
	bind(ModeConfirm, ActNo, "n/esc", "no", "no", "n", "N", "shift+n", "esc", "q", "ctrl+c")

	bind(ModePalette, ActUp, "↑", "up", "up", "up", "ctrl+p")
	bind(ModePalette, ActDown, "↓", "down", "down", "down", "ctrl+n")
	bind(ModePalette, ActChoose, "enter", "do it", "do it", "enter")
	bind(ModePalette, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	bind(ModePrompt, ActChoose, "enter", "take it", "take it", "enter")
	bind(ModePrompt, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	bind(ModeAttach, ActChoose, "enter", "attach", "attach", "enter")
	bind(ModeAttach, ActCancel, "esc", "cancel", "cancel", "esc", "ctrl+c")

	bind(ModeLeave, ActDestroyMine, "enter", "destroy and quit", "destroy them and quit", "enter", "y", "d")
	bind(ModeLeave, ActKeep, "k", "keep and quit", "keep them and quit", "k")
	bind(ModeLeave, ActLeaveNow, "ctrl+c", "quit now", "quit now, name what is left", "ctrl+c")
	bind(ModeLeave, ActCancel, "esc", "stay", "stay", "esc", "n", "q")

	bind(ModeDiagnosis, ActUp, "↑/k", "up", "up", "up", "k")
	bind(ModeDiagnosis, ActDown, "↓/j", "down", "down", "down", "j")
	bind(ModeDiagnosis, ActNextSession, "]", "next", "next session", "]")
	bind(ModeDiagnosis, ActPrevSession, "[", "previous", "previous session", "[")
	bind(ModeDiagnosis, ActReconnect, "r", "reconnect", "reconnect the stream now", "r")
	bind(ModeDiagnosis, ActSwitchChannel, "x", "channel", "read the other channel", "x")
	bind(ModeDiagnosis, ActCreate, "c", "create", "create a session", "c")
	bind(ModeDiagnosis, ActDestroy, "d", "destroy", "destroy the session", "d")
	bind(ModeDiagnosis, ActCancel, "esc", "close", "close", "esc", "i", "q", "enter", "ctrl+c")

	bind(ModePresent, ActNextSession, "]", "next", "next session", "]", "right", "down")
	bind(ModePresent, ActPrevSession, "[", "previous", "previous session", "[", "left", "up")
	bind(ModePresent, ActCancel, "esc", "close", "close", "esc", "P", "shift+p", "q", "enter", "ctrl+c")

	bind(ModeInspect, ActUp, "↑", "up", "up", "up")
	bind(ModeInspect, ActDown, "↓", "down", "down", "down")
	bind(ModeInspect, ActPageUp, "pgup", "page up", "page up", "pgup", "ctrl+b", "ctrl+u")
	bind(ModeInspect, ActPageDown, "pgdown", "page down", "page down", "pgdown", "ctrl+f", "ctrl+d")
	bind(ModeInspect, ActTop, "g", "top", "to the top", "g", "home")
	bind(ModeInspect, ActBottom, "G", "bottom", "to the bottom", "G", "shift+g", "end")
	bind(ModeInspect, ActNextEvent, "j", "next", "next event", "j")
	bind(ModeInspect, ActPrevEvent, "k", "previous", "previous event", "k")
	bind(ModeInspect, ActNextPart, "tab", "part", "next part: text, JSON, raw", "tab", "right", "l")
	bind(ModeInspect, ActPrevPart, "shift+tab", "back", "previous part", "shift+tab", "left", "h")
	bind(ModeInspect, ActFold, "space", "fold", "fold or unfold", "space", "enter")
	bind(ModeInspect, ActUnfoldAll, "E", "unfold all", "unfold all", "E", "shift+e")
	bind(ModeInspect, ActFoldAll, "C", "fold all", "fold all", "C", "shift+c")
	bind(ModeInspect, ActCopyText, "y", "copy text", "copy the text", "y")
	bind(ModeInspect, ActCopyJSON, "Y", "copy JSON", "copy the JSON", "Y", "shift+y")
	bind(ModeInspect, ActCancel, "esc", "close", "close", "esc", "q", "ctrl+c")

	bind(ModeHelp, ActUp, "↑/k", "up", "up", "up", "k")
	bind(ModeHelp, ActDown, "↓/j", "down", "down", "down", "j")
	bind(ModeHelp, ActCancel, "esc", "close", "close", "esc", "?", "q", "enter", "ctrl+c")
	return k
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
