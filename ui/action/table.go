package action

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Row is one action in one or more modes. H is the screen that it runs on.
type Row[H any] struct {
	ID    ID
	In    Mode   // the modes that have it
	Keys  string // its default keys, separated by spaces; shift+d is implied by D
	Hint  string // what it does in a word or two, for the footer
	Help  string // for help, the palette and the documents
	Also  string // other words that people have for it, by which help and the palette find it
	Group string // the task that it is part of, for help
	Needs Needs
	// Run carries it out. Where it is nil, the open dialog does, or the focused pane.
	Run func(H) tea.Cmd
}

// Table is every action, in the order of help.
type Table[H any] []Row[H]

// Find is the row of an action in a mode.
func (t Table[H]) Find(m Mode, id ID) (Row[H], bool) {
	i := slices.IndexFunc(t, func(r Row[H]) bool { return r.ID == id && r.In&m != 0 })
	if i < 0 {
		return Row[H]{}, false
	}
	return t[i], true
}

// Keys are the keys of the table, as they are bound by default.
func (t Table[H]) Keys() Keys {
	var k Keys
	for _, r := range t {
		var keys []string
		for _, text := range strings.Fields(r.Keys) {
			keys = append(keys, twins(text)...)
		}
		for _, m := range Modes() {
			if r.In&m != 0 {
				k.bindings = append(k.bindings, Binding{ID: r.ID, Mode: m, Keys: keys, Hint: r.Hint, Help: r.Help, Also: r.Also, Group: r.Group, Needs: r.Needs})
			}
		}
	}
	return k
}

// Binding is an action in one mode, with its keys.
type Binding struct {
	ID         ID
	Mode       Mode
	Keys       []string
	Hint, Help string
	Also       string
	Group      string
	Needs      Needs
}

// Keys is every binding.
type Keys struct {
	bindings []Binding
	ascii    bool
}

// ASCII is the same with words for the keys that are shown as arrows.
func (k Keys) ASCII() Keys {
	k.ascii = true
	return k
}

// Zero reports whether there are no bindings at all.
func (k Keys) Zero() bool { return k.bindings == nil }

// All lists all bindings, mode by mode.
func (k Keys) All() (out []Binding) {
	for _, m := range Modes() {
		out = append(out, k.Of(m)...)
	}
	return out
}

// Of lists a mode's bindings, in order.
func (k Keys) Of(m Mode) (out []Binding) {
	for _, b := range k.bindings {
		if b.Mode == m {
			out = append(out, b)
		}
	}
	return out
}

// Lookup is what a keystroke means in a mode; [None] if nothing.
func (k Keys) Lookup(m Mode, stroke string) ID {
	for _, b := range k.bindings {
		if b.Mode == m && slices.Contains(b.Keys, stroke) {
			return b.ID
		}
	}
	return None
}

// Find is the binding of an action in a mode; ok is false if it has no key there.
func (k Keys) Find(m Mode, id ID) (b Binding, ok bool) {
	for _, b := range k.bindings {
		if b.Mode == m && b.ID == id {
			return b, len(b.Keys) > 0
		}
	}
	return Binding{}, false
}

// arrows are the keys that are shown as a glyph.
var arrows = map[string]string{"up": "↑", "down": "↓", "left": "←", "right": "→"}

// Label is how the keys of a binding are shown: the first, and where that is an arrow, the letter next to it.
func (k Keys) Label(b Binding) string {
	if len(b.Keys) == 0 {
		return ""
	}
	first := b.Keys[0]
	at := strings.LastIndexByte(first, '+') + 1
	arrow, ok := arrows[first[at:]]
	if ok && !k.ascii {
		first = first[:at] + arrow
	}
	if ok && at == 0 && len(b.Keys) > 1 && len(b.Keys[1]) == 1 {
		return first + "/" + b.Keys[1]
	}
	return first
}

// Name is the key of an action as it is bound in a mode, or else in the main one. An action without a key is
// named by its way through the palette.
func (k Keys) Name(m Mode, id ID) string {
	for _, m := range []Mode{m, Main} {
		if b, ok := k.Find(m, id); ok {
			return k.Label(b)
		}
	}
	for _, b := range k.bindings {
		if palette, ok := k.Find(Main, Palette); ok && b.ID == id {
			return k.Label(palette) + " > " + b.Help
		}
	}
	return string(id)
}

// Text is a text with its tokens resolved: {create} becomes the key of [Create].
func (k Keys) Text(m Mode, text string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if closed && k.knows(ID(name)) {
			out.WriteString(k.Name(m, ID(name)))
			text = after
			continue
		}
		out.WriteByte('{')
		text = rest
	}
}

func (k Keys) knows(id ID) bool {
	return slices.ContainsFunc(k.bindings, func(b Binding) bool { return b.ID == id })
}

// Names lists the names of all actions, in order.
func (k Keys) Names() (out []string) {
	for _, b := range k.bindings {
		out = append(out, string(b.ID))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Markdown is docs/keys.md's tables.
func (k Keys) Markdown() string {
	var b strings.Builder
	for _, m := range Modes() {
		b.WriteString("## " + m.String() + "\n\n| Key | Action | Name in the settings |\n| --- | --- | --- |\n")
		for _, x := range k.Of(m) {
			b.WriteString("| `" + strings.Join(x.Keys, "` `") + "` | " + x.Help + " | `" + string(x.ID) + "` |\n")
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
