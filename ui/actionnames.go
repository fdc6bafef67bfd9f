package ui

import "slices"

// configNames are the names by which the settings know the actions. They stay as they are when
// words on the screen change.
var configNames = [actionCount]string{
	ActCreate: "create", ActDestroy: "destroy", ActAttach: "attach", ActReconnect: "reconnect",
	ActSwitchChannel: "switch-channel", ActDiagnosis: "diagnosis", ActNextPane: "next-pane", ActPrevPane: "previous-pane",
	ActUp: "up", ActDown: "down", ActPageUp: "page-up", ActPageDown: "page-down", ActTop: "top", ActBottom: "bottom",
	ActNextSession: "next-session", ActPrevSession: "previous-session", ActAllSessions: "all-sessions",
	ActPause: "pause", ActZoom: "zoom", ActPresent: "present", ActSearch: "search", ActSearchNext: "search-next",
	ActSearchPrev: "search-previous", ActFilter: "filter", ActClearFilters: "unfilter", ActNextNotable: "next-notable",
	ActPrevNotable: "previous-notable", ActInspect: "inspect", ActStamps: "timestamps", ActMark: "mark",
	ActCopyText: "copy-text", ActCopyJSON: "copy-json", ActCopyCurl: "copy-curl", ActPalette: "palette",
	ActHelp: "help", ActQuit: "quit", ActYes: "yes", ActNo: "no", ActChoose: "choose", ActCancel: "cancel",
	ActDestroyOwn: "destroy-own", ActSuspend: "suspend", ActInterrupt: "interrupt", ActDestroyMine: "destroy-mine", ActKeep: "keep", ActLeaveNow: "leave-now", ActNextEvent: "next-event",
	ActPrevEvent: "previous-event", ActNextPart: "next-part", ActPrevPart: "previous-part", ActFold: "fold",
	ActUnfoldAll: "unfold-all", ActFoldAll: "fold-all", ActGrowHeight: "taller", ActShrinkHeight: "lower", ActGrowWidth: "wider",
	ActShrinkWidth: "narrower", ActResetSizes: "usual-sizes", ActMouse: "mouse", ActTheme: "colours",
	ActFoldRepeats: "fold-repeats", ActWrap: "wrap", ActLeft: "left", ActRight: "right", ActToggles: "toggles",
	ActExport: "export", ActSwitch: "switch-session", ActToggle: "toggle", ActShowAll: "show-all",
	ActRecord: "record", ActStep: "step", ActStepBack: "step-back", ActForward: "forward", ActRewind: "rewind",
	ActFaster: "faster", ActSlower: "slower", ActNextError: "next-error", ActPrevError: "previous-error", ActJump: "jump",
}

// Name is the action's name in the settings.
func (a Action) Name() string { return configNames[min(a, actionCount-1)] }

// ActionNames lists the names of all actions, in order.
func ActionNames() []string {
	names := slices.Clone(configNames[ActNone+1:])
	slices.Sort(names)
	return names
}
