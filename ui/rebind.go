package ui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
)

// BindingError is a key of the settings that cannot be bound.
type BindingError struct {
	Action  string // its name in the settings
	Unknown bool   // there is no such action
	reason  string
}

// Error says why.
func (e *BindingError) Error() string { return fmt.Sprintf("keys.%s: %s", e.Action, e.reason) }

// alwaysLeaves is the key that quits or goes back in every mode. It cannot be taken away: a
// person who has bound every other key wrongly still gets out.
const alwaysLeaves = "ctrl+c"

// Rebind gives actions other keys, by the actions' names. The new keys take the place of all that
// an action had, in each mode in which it has some; but in a mode in which text is typed, a key
// that types a character is left out, and if no other is given the usual keys stay there. An
// action without any key can still be found in the palette, unless people would be stuck without
// it. The error is a [*BindingError]; the map is as it was then.
func (k *KeyMap) Rebind(keys map[string][]string) error {
	changed := KeyMap{bindings: slices.Clone(k.bindings)}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		i := slices.Index(configNames[:], name)
		if i <= int(ActNone) {
			return &BindingError{Action: name, Unknown: true, reason: "there is no such action"}
		}
		if err := changed.rebind(Action(i), keys[name]); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if err := changed.clash(name); err != nil {
			return err
		}
	}
	k.bindings = changed.bindings
	return nil
}

func (k *KeyMap) rebind(a Action, keys []string) error {
	refuse := func(format string, args ...any) error {
		return &BindingError{Action: a.Name(), reason: fmt.Sprintf(format, args...)}
	}
	if len(keys) == 0 && essential(a) {
		return refuse("it has to keep a key; without it there would be no way on")
	}
	var good []string
	for _, text := range keys {
		stroke, ok := keystroke(text)
		if !ok {
			return refuse(`%q is no key; keys look like "c", "C", "ctrl+n", "f5", "enter" or "space"`, text)
		}
		if stroke == alwaysLeaves {
			return refuse("ctrl+c always leaves, and cannot be bound")
		}
		good = append(good, twins(stroke)...)
	}
	for i, b := range k.bindings {
		if b.Action == a {
			k.bindings[i] = b.with(good)
		}
	}
	return nil
}

// with is the binding with other keys.
func (b Binding) with(keys []string) Binding {
	if b.Mode.typing() {
		usable := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "space" || utf8.RuneCountInString(k) == 1 })
		if len(usable) == 0 {
			return b
		}
		keys = usable
	}
	label := keyLabel(keys)
	if slices.Contains(b.Keys(), alwaysLeaves) {
		keys = append(slices.Clone(keys), alwaysLeaves)
		if label == "" {
			label = alwaysLeaves
		}
	}
	b.Binding = key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, b.Help().Desc))
	return b
}

// clash finds a key of an action that another action of the same mode has too.
func (k *KeyMap) clash(name string) error {
	for _, b := range k.bindings {
		if b.Action.Name() != name {
			continue
		}
		for _, other := range k.bindings {
			if other.Mode != b.Mode || other.Action == b.Action {
				continue
			}
			for _, x := range b.Keys() {
				if slices.Contains(other.Keys(), x) {
					return &BindingError{Action: name, reason: fmt.Sprintf("%q is a key of %s already (%s); give that another key too",
						x, other.Action.Name(), b.Mode)}
				}
			}
		}
	}
	return nil
}

// typing reports whether characters are text in a mode, and not commands.
func (m Mode) typing() bool {
	switch m {
	case ModePicker, ModeSwitch, ModeForm, ModeConfirmID, ModePalette, ModePrompt, ModeAttach, ModeHelp:
		return true
	}
	return false
}

// essential are the actions without which a person could not go on or get out.
func essential(a Action) bool {
	switch a {
	case ActQuit, ActInterrupt, ActCancel, ActChoose, ActYes, ActNo, ActUp, ActDown, ActDestroyMine, ActKeep, ActLeaveNow, ActPalette:
		return true
	}
	return false
}

// modifiers are those that a key may have, in the order in which a keystroke names them.
var modifiers = []string{"ctrl", "alt", "shift", "meta", "hyper", "super"}

// namedKeys are the keys that are no characters, beside f1 to f20.
var namedKeys = []string{
	"enter", "tab", "backspace", "esc", "space", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "insert", "delete",
}

// keystroke brings a key into the form in which the terminal's keys are told.
func keystroke(text string) (string, bool) {
	if text == " " {
		return "space", true
	}
	var held []string
	name := text
	if before, ok := strings.CutSuffix(text, "++"); ok { // the key + itself, with others
		held, name = strings.Split(before, "+"), "+"
	} else if i := strings.LastIndex(text, "+"); i > 0 {
		held, name = strings.Split(text[:i], "+"), text[i+1:]
	}
	for i, m := range held {
		if !slices.Contains(modifiers, m) || slices.Contains(held[:i], m) {
			return "", false
		}
	}
	r, n := utf8.DecodeRuneInString(name)
	character := n == len(name) && n > 0 && unicode.IsGraphic(r) && !unicode.IsSpace(r)
	if !character && !slices.Contains(namedKeys, name) && !functionKey(name) {
		return "", false
	}
	slices.SortFunc(held, func(a, b string) int { return slices.Index(modifiers, a) - slices.Index(modifiers, b) })
	return strings.Join(append(held, name), "+"), true
}

func functionKey(name string) bool {
	for i := 1; i <= 20; i++ {
		if name == fmt.Sprintf("f%d", i) {
			return true
		}
	}
	return false
}

// twins are a key and its other form: terminals tell a capital letter as itself or as the small
// one with shift.
func twins(stroke string) []string {
	small, shifted := strings.CutPrefix(stroke, "shift+")
	if shifted && utf8.RuneCountInString(small) == 1 && strings.ToUpper(small) != small {
		return []string{strings.ToUpper(small), stroke}
	}
	if utf8.RuneCountInString(stroke) == 1 && strings.ToLower(stroke) != stroke {
		return []string{stroke, "shift+" + strings.ToLower(stroke)}
	}
	return []string{stroke}
}

var arrows = map[string]string{"up": "↑", "down": "↓", "left": "←", "right": "→"}

// keyLabel is what help shows for keys: the first two, without twins.
func keyLabel(keys []string) string {
	var shown []string
	for _, k := range keys {
		if small, ok := strings.CutPrefix(k, "shift+"); ok && slices.Contains(keys, strings.ToUpper(small)) {
			continue
		}
		if arrow, ok := arrows[k]; ok {
			k = arrow
		}
		if shown = append(shown, k); len(shown) == 2 {
			break
		}
	}
	return strings.Join(shown, "/")
}
