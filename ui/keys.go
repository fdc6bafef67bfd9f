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
	ActClearFilters
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
	ActGrowHeight
	ActShrinkHeight
	ActGrowWidth
	ActShrinkWidth
	ActResetSizes
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
	ActTheme
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
	k.lists()
	k.recordings()
	k.rest()
	k.typed()
	k.questions()
	k.closer()
	return k
}

// bind adds a binding: label and description are for help, the word for the footer.
func (k *KeyMap) bind(m Mode, a Action, label, word, desc string, keys ...string) {
	k.bindings = append(k.bindings, Binding{m, a, word, key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, desc))})
}

// spelt is the map with words for the keys whose labels are arrows, for screens without them.
func (k KeyMap) spelt() KeyMap {
	var pairs []string
	for word, arrow := range arrows {
		pairs = append(pairs, arrow, word)
	}
	words := strings.NewReplacer(pairs...)
	k.bindings = slices.Clone(k.bindings)
	for i := range k.bindings {
		b := &k.bindings[i]
		b.SetHelp(words.Replace(b.Help().Key), b.Help().Desc)
	}
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
