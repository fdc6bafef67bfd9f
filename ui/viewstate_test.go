package ui

import (
	"reflect"
	"testing"
	"testing/synctest"

	"lenswatch/theme"
	"lenswatch/ui/eventline"
	"lenswatch/ui/events"
	"lenswatch/ui/layout"
	"lenswatch/ui/sessions"
	"lenswatch/watch"
)

// All that can be arranged is saved, and restored by the next screen.
func TestViewStateIsRestored(t *testing.T) {
	var arranged ViewState
	bubble(t, medium, func(t *testing.T, x *terminal, f *fake) {
		x.press("S", "]", "p", "@", "crane", "enter", "esc", "tab", "w", "o", "+", "tab", "w", "t", "t", "M", "T", "down", "down", "enter", "f", "crane", "enter", "\"", "cranes", "enter")
		arranged = x.model.ViewState()
	})
	want := ViewState{
		Splits: arranged.Splits, Stamps: eventline.Age, NoMouse: true, Palette: theme.Light,
		FlatResults: true, FlatLogs: true, Unfolded: true,
		Filters: []string{"crane"}, Saved: []events.SavedFilter{{Name: "cranes", Filters: []string{"!level:debug", "crane"}}},
		Sort: sessions.ByName, Choices: []sessions.Chosen{{Session: "lsn-one-0001", Choices: watch.Choices{Alias: "crane", Pinned: true}}},
	}
	if !reflect.DeepEqual(arranged, want) || arranged.Splits == (layout.Splits{}) {
		t.Fatalf("%+v", arranged)
	}
	synctest.Test(t, func(t *testing.T) {
		x := start(t, medium, Options{ViewState: arranged}, newFake())
		if again := x.model.ViewState(); !reflect.DeepEqual(again, arranged) {
			t.Fatalf("%+v became %+v", arranged, again)
		}
	})
}

// A file that somebody edited must not break the screen.
func TestInvalidViewStateIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s layout.Splits
		for a := range s {
			s[a] = layout.Split{-5, 5000, 1 << 40}
		}
		x := start(t, medium, Options{ViewState: ViewState{Splits: s, Stamps: 99, Palette: 99, Sort: 99, Choices: []sessions.Chosen{{}, {Session: "x", Choices: watch.Choices{Alias: "\x1b[31mred"}}}}}, newFake())
		x.want("Sessions", "Results", "Logs", "Health")
		x.press("T", "esc", "t")
		x.want("Timestamps")
	})
}
