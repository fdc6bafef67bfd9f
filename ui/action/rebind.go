package action

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// BindingError is a key of the settings that cannot be bound.
type BindingError struct {
	Action  string // its name in the settings
	Unknown bool   // there is no such action
	reason  string
}

// Error says why.
func (e *BindingError) Error() string { return fmt.Sprintf("keys.%s: %s", e.Action, e.reason) }

// alwaysLeaves is the key that quits or goes back in every mode. It cannot be rebound: a person who has
// bound every other key wrongly still gets out.
const alwaysLeaves = "ctrl+c"

// essential are the actions without which a person could not go on or get out.
var essential = []ID{Quit, Interrupt, Cancel, Choose, Yes, No, Up, Down, DestroyMine, Keep, LeaveNow, Palette}

// Rebind gives actions other keys, by the actions' names. The new keys replace all that an action had, in
// each mode; but in a mode in which text is typed, a key that types a character is left out, and if no
// other is given the default keys stay there. An action without any key is still in the palette, unless
// people would be stuck without it. The error is a [*BindingError]; the keys are as they were then.
func (k *Keys) Rebind(keys map[string][]string) error {
	changed := Keys{bindings: slices.Clone(k.bindings), ascii: k.ascii}
	names := slices.Sorted(maps.Keys(keys))
	for _, name := range names {
		if !k.knows(ID(name)) {
			return &BindingError{Action: name, Unknown: true, reason: "unknown action"}
		}
		if err := changed.rebind(ID(name), keys[name]); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := changed.Clash(ID(name)); err != nil {
			return err
		}
	}
	*k = changed
	return nil
}

func (k *Keys) rebind(id ID, keys []string) error {
	refuse := func(format string, args ...any) error {
		return &BindingError{Action: string(id), reason: fmt.Sprintf(format, args...)}
	}
	if len(keys) == 0 && slices.Contains(essential, id) {
		return refuse("this action needs at least one key")
	}
	var good []string
	for _, text := range keys {
		stroke, ok := keystroke(text)
		if !ok {
			return refuse(`%q is not a key; keys look like "c", "C", "ctrl+n", "f5", "enter" or "space"`, text)
		}
		if stroke == alwaysLeaves {
			return refuse("ctrl+c always quits and cannot be rebound")
		}
		good = append(good, twins(stroke)...)
	}
	for i, b := range k.bindings {
		if b.ID == id {
			k.bindings[i].Keys = b.with(good)
		}
	}
	return nil
}

// with is what the keys of the binding become.
func (b Binding) with(keys []string) []string {
	keys = slices.Clone(keys)
	if b.Mode&typing != 0 {
		keys = slices.DeleteFunc(keys, func(k string) bool { return k == "space" || utf8.RuneCountInString(k) == 1 })
		if len(keys) == 0 {
			return b.Keys
		}
	}
	if slices.Contains(b.Keys, alwaysLeaves) {
		keys = append(keys, alwaysLeaves)
	}
	return keys
}

// Clash finds a key of an action that another action of the same mode has too.
func (k Keys) Clash(id ID) error {
	for _, b := range k.bindings {
		if b.ID != id {
			continue
		}
		for _, x := range b.Keys {
			i := slices.IndexFunc(k.bindings, func(o Binding) bool {
				return o.Mode == b.Mode && o.ID != id && slices.Contains(o.Keys, x)
			})
			if i >= 0 {
				return &BindingError{Action: string(id), reason: fmt.Sprintf("%q is already bound to %q (%s); rebind that first", x, k.bindings[i].ID, b.Mode)}
			}
		}
	}
	return nil
}

// modifiers are those that a key may have, in the order in which a keystroke names them.
var modifiers = []string{"ctrl", "alt", "shift", "meta", "hyper", "super"}

// namedKeys are the keys that are no characters, besides f1 to f20.
var namedKeys = []string{
	"enter", "tab", "backspace", "esc", "space", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "insert", "delete",
}

// keystroke brings a key into the form in which Bubble Tea names it.
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

// twins are a key and its other form: terminals send a capital letter as itself, or as the small one with
// shift.
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
