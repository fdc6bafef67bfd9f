package ui

import (
	"strings"
	"testing"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
)

// Whatever word a person has for it, the action is the first that the palette offers, and help has it.
func TestActionsAreFoundByThePersonsWords(t *testing.T) {
	keys := DefaultKeys()
	for query, want := range map[string]action.ID{
		"theme": action.Theme, "colors": action.Theme, "dark": action.Theme, "delete": action.Destroy, "kill": action.Destroy, "remove session": action.Destroy,
		"legend": action.Help, "shortcuts": action.Help, "log level": action.Toggles, "debug": action.Toggles, "verbosity": action.Toggles,
		"rename": action.Alias, "alias": action.Alias, "ack": action.MuteSession, "silence": action.MuteSession, "exit": action.Quit,
		"grep": action.Search, "regex": action.Filter, "bookmark": action.Mark, "fullscreen": action.Zoom, "projector": action.Present,
		"dump": action.Export, "new session": action.Create, "prompt": action.SetQuestion, "camera": action.SetInput, "why": action.Diagnosis,
		"freeze": action.Pause, "retry": action.Reconnect, "duplicate": action.CreateAnother, "filter": action.Filter, "quit": action.Quit,
	} {
		p := dialog.NewPalette(keys.Of(action.Main), &dialog.Recent{})
		if got := p.Find(query); got != want {
			t.Errorf("%q offers %q first, want %q", query, got, want)
		}
	}
}

// What was chosen lately comes first, until something is typed.
func TestRecentCommandsComeFirst(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		first := func() string { return strings.TrimSpace(x.model.dialog.View(x.model.c).Lines[2]) }
		x.press(":")
		if !strings.Contains(first(), "create a session") {
			t.Fatalf("first is %q", first())
		}
		x.press("wrap", "enter", ":", "sort", "enter", ":")
		if !strings.Contains(first(), "sort the sessions") || !strings.Contains(x.model.dialog.View(x.model.c).Lines[3], "toggle line wrap") {
			t.Errorf("first is %q", x.model.dialog.View(x.model.c).Lines[2:4])
		}
	})
}

// Help has its keys by task, and answers to the words of the person.
func TestHelpIsByTaskAndAnswersToOtherWords(t *testing.T) {
	bubble(t, display{w: 100, h: 50}, func(t *testing.T, x *terminal, _ *fake) {
		x.press("?", "kill")
		x.want("destroy the session")
		x.wantNot("toggle mouse")
		x.press("ctrl+u", "log level")
		x.want("choose kinds and levels")
		x.press("ctrl+u", "legend")
		x.want("● live", "re:p[ou]mp$")
		x.press("ctrl+u", "recordings")
		x.want("start / stop recording")
		x.wantNot("destroy the session")
	})
}
