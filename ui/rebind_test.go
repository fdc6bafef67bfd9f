package ui

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Each action that a key reaches has a name of its own in the settings.
func TestActionNames(t *testing.T) {
	seen := map[string]Action{}
	for a := ActNone + 1; a < actionCount; a++ {
		name := a.Name()
		if name == "" {
			t.Errorf("action %d has no name", a)
		}
		if other, ok := seen[name]; ok {
			t.Errorf("actions %d and %d are both called %s", other, a, name)
		}
		seen[name] = a
	}
	if !slices.Contains(ActionNames(), "create") || slices.Contains(ActionNames(), "") {
		t.Errorf("the names are %v", ActionNames())
	}
}

// No key of the map has two meanings in one mode.
func TestDefaultKeysDoNotClash(t *testing.T) {
	k := DefaultKeyMap()
	for _, name := range ActionNames() {
		if err := k.clash(name); err != nil {
			t.Error(err)
		}
	}
}

func TestRebind(t *testing.T) {
	k := DefaultKeyMap()
	err := k.Rebind(map[string][]string{
		"create": {"ctrl+n", "C"}, "quit": {"Q"}, "up": {"ctrl+k", "u"}, "copy-curl": nil, "present": {"shift+alt+p"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		mode Mode
		key  string
		want Action
	}{
		{ModeMain, "ctrl+n", ActCreate}, {ModeMain, "C", ActCreate}, {ModeMain, "shift+c", ActCreate}, {ModeMain, "c", ActNone},
		{ModeDiagnosis, "C", ActCreate}, {ModeDiagnosis, "c", ActNone},
		{ModeMain, "Q", ActQuit}, {ModeMain, "q", ActNone}, {ModeMain, "ctrl+c", ActInterrupt},
		{ModeMain, "u", ActUp}, {ModeMain, "up", ActNone},
		{ModePicker, "ctrl+k", ActUp}, {ModePicker, "u", ActNone}, // u is text there
		{ModeMain, "alt+shift+p", ActPresent},
	} {
		if got := k.Action(c.mode, c.key); got != c.want {
			t.Errorf("%s in %v is %q, want %q", c.key, c.mode, got.Name(), c.want.Name())
		}
	}
	b, _ := k.Find(ModeMain, ActCreate)
	if b.Help().Key != "ctrl+n/C" || b.Help().Desc != "create a session" {
		t.Errorf("help says %q for %q", b.Help().Key, b.Help().Desc)
	}
	if !strings.Contains(k.Markdown(), "| `ctrl+n` `C` `shift+c` | create a session |") {
		t.Error("the table does not follow")
	}
}

func TestRebindRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		keys       []string
	}{
		{"creat", "no such action", []string{"x"}},
		{"", "no such action", []string{"x"}},
		{"create", `"d" is a key of destroy already (Main)`, []string{"d"}},
		{"create", `"crtl+n" is no key`, []string{"crtl+n"}},
		{"create", `"" is no key`, []string{""}},
		{"create", `"ctrl+ctrl+n" is no key`, []string{"ctrl+ctrl+n"}},
		{"create", `"foo" is no key`, []string{"foo"}},
		{"create", "ctrl+c always leaves", []string{"ctrl+c"}},
		{"quit", "has to keep a key", nil},
		{"cancel", "has to keep a key", []string{}},
	} {
		k := DefaultKeyMap()
		err := k.Rebind(map[string][]string{c.name: c.keys, "zoom": {"ctrl+x"}})
		var e *BindingError
		if !errors.As(err, &e) || e.Action != c.name || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %v: got %v, want %s", c.name, c.keys, err, c.want)
		}
		if !reflect.DeepEqual(k, DefaultKeyMap()) {
			t.Errorf("%s = %v: the map was changed all the same", c.name, c.keys)
		}
	}
	k := DefaultKeyMap()
	if err := k.Rebind(map[string][]string{"create": {"d"}, "destroy": {"c"}}); err != nil {
		t.Errorf("keys cannot be swapped: %v", err)
	}
}

func TestKeystroke(t *testing.T) {
	for text, want := range map[string]string{
		"+": "+", "ctrl++": "ctrl++", "shift+ctrl+a": "ctrl+shift+a", " ": "space", "é": "é", "f12": "f12", "pgup": "pgup",
		"f21": "", "ctrl+": "", "++": "", "ab": "", "": "", "\t": "", "\x1b": "",
	} {
		if got, ok := keystroke(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// A mode takes text if, and only if, none of its usual keys is a character.
func TestTypingModes(t *testing.T) {
	for m := range modeCount {
		if m == ModeHelp {
			continue // the key that opened it closes it, and is no text
		}
		characters := slices.ContainsFunc(DefaultKeyMap().Of(m), func(b Binding) bool {
			return slices.ContainsFunc(b.Keys(), func(k string) bool { return utf8.RuneCountInString(k) == 1 })
		})
		if characters == m.typing() {
			t.Errorf("%v: keys that are characters: %v, takes text: %v", m, characters, m.typing())
		}
	}
}
