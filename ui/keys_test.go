package ui

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"lenswatch/ui/action"
)

// Each action has a help text, and each key one meaning in a mode.
func TestNoKeyIsBoundTwiceInAMode(t *testing.T) {
	type place struct {
		mode action.Mode
		key  string
	}
	keys, seen := DefaultKeys(), map[place]action.ID{}
	for _, b := range keys.All() {
		if keys.Label(b) == "" || b.Help == "" || b.Hint == "" {
			t.Errorf("%v in %v has no help", b.Keys, b.Mode)
		}
		for _, k := range b.Keys {
			p := place{b.Mode, k}
			if other, ok := seen[p]; ok {
				t.Errorf("%q is bound to %s and %s in %v", k, other, b.ID, b.Mode)
			}
			seen[p] = b.ID
		}
		if err := keys.Clash(b.ID); err != nil {
			t.Error(err)
		}
	}
}

func TestEveryModeCanBeLeft(t *testing.T) {
	k := DefaultKeys()
	for _, m := range action.Modes() {
		for _, key := range []string{"esc", "ctrl+c"} {
			if (m != action.Main || key != "esc") && k.Lookup(m, key) == action.None {
				t.Errorf("%s does nothing in %v", key, m)
			}
		}
	}
}

// What an action of the main screen needs is there when it runs, or it says what is missing.
func TestRowsThatRunAreOfTheMainScreen(t *testing.T) {
	for _, r := range actions() {
		if r.Run != nil && r.In&action.Main == 0 {
			t.Errorf("%s (%v) runs, but the dialog of its mode does it", r.ID, r.In)
		}
	}
}

func TestRebind(t *testing.T) {
	k := DefaultKeys()
	err := k.Rebind(map[string][]string{
		"create": {"ctrl+n", "O"}, "quit": {"Q"}, "up": {"ctrl+k", "u"}, "copy-curl": nil, "present": {"shift+alt+p"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		mode action.Mode
		key  string
		want action.ID
	}{
		{action.Main, "ctrl+n", action.Create}, {action.Main, "O", action.Create}, {action.Main, "shift+o", action.Create}, {action.Main, "c", action.None},
		{action.DiagnosisMode, "O", action.Create}, {action.DiagnosisMode, "c", action.None},
		{action.Main, "Q", action.Quit}, {action.Main, "q", action.None}, {action.Main, "ctrl+c", action.Interrupt},
		{action.Main, "u", action.Up}, {action.Main, "up", action.None},
		{action.PickLens, "ctrl+k", action.Up}, {action.PickLens, "u", action.None}, // u is text there
		{action.Main, "alt+shift+p", action.Present},
	} {
		if got := k.Lookup(c.mode, c.key); got != c.want {
			t.Errorf("%s in %v is %q, want %q", c.key, c.mode, got, c.want)
		}
	}
	b, _ := k.Find(action.Main, action.Create)
	if k.Label(b) != "ctrl+n" || b.Help != "create a session" {
		t.Errorf("help says %q for %q", k.Label(b), b.Help)
	}
	if !strings.Contains(k.Markdown(), "| `ctrl+n` `O` `shift+o` | create a session | `create` |") {
		t.Error("the table does not follow")
	}
}

func TestRebindRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		keys       []string
	}{
		{"creat", "unknown action", []string{"x"}},
		{"", "unknown action", []string{"x"}},
		{"create", `"d" is already bound to "destroy" (Main)`, []string{"d"}},
		{"create", `"crtl+n" is not a key`, []string{"crtl+n"}},
		{"create", `"" is not a key`, []string{""}},
		{"create", `"ctrl+ctrl+n" is not a key`, []string{"ctrl+ctrl+n"}},
		{"create", `"foo" is not a key`, []string{"foo"}},
		{"create", "ctrl+c always quits", []string{"ctrl+c"}},
		{"quit", "needs at least one key", nil},
		{"cancel", "needs at least one key", []string{}},
	} {
		k := DefaultKeys()
		err := k.Rebind(map[string][]string{c.name: c.keys, "zoom": {"ctrl+x"}})
		var e *action.BindingError
		if !errors.As(err, &e) || e.Action != c.name || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %v: got %v, want %s", c.name, c.keys, err, c.want)
		}
		if !reflect.DeepEqual(k, DefaultKeys()) {
			t.Errorf("%s = %v: the map was changed all the same", c.name, c.keys)
		}
	}
	k := DefaultKeys()
	if err := k.Rebind(map[string][]string{"create": {"d"}, "destroy": {"c"}}); err != nil {
		t.Errorf("keys cannot be swapped: %v", err)
	}
}
