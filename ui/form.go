package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
)

// form asks for what a service has to be told before a session of a lens can start.
type form struct {
	keys   KeyMap
	lens   client.Lens
	fields []formField
	at     int
	err    string
}

type formField struct {
	client.Field
	input  textinput.Model
	choice int // index into Options
}

func newForm(keys KeyMap, l client.Lens) *form {
	f := &form{keys: keys, lens: l}
	for _, x := range l.Fields {
		field := formField{Field: x, input: input(""), choice: max(indexOf(x.Options, x.Default), 0)}
		field.input.SetValue(x.Default)
		field.input.CharLimit = 4096 // room tokens are long
		if x.Secret {
			field.input.EchoMode = textinput.EchoPassword
		}
		field.input.Blur()
		f.fields = append(f.fields, field)
	}
	f.move(0)
	return f
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

func (f *form) mode() Mode { return ModeForm }

// move goes to another field, stopping at the ends.
func (f *form) move(n int) {
	f.fields[f.at].input.Blur()
	f.at = clamp(f.at+n, 0, len(f.fields)-1)
	f.fields[f.at].input.Focus()
}

func (f *form) typed(_ *Model, msg tea.Msg) (cmd tea.Cmd) {
	f.err = ""
	field := &f.fields[f.at]
	if n := len(field.Options); n > 0 {
		if k, ok := msg.(tea.KeyPressMsg); ok {
			switch k.String() {
			case "right", "space":
				field.choice = (field.choice + 1) % n
			case "left":
				field.choice = (field.choice + n - 1) % n
			}
		}
		return nil
	}
	field.input, cmd = field.input.Update(msg)
	return cmd
}

func (f *form) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActUp:
		f.move(-1)
	case ActDown:
		f.move(1)
	case ActCancel:
		m.show(nil)
	case ActChoose:
		if f.at < len(f.fields)-1 {
			f.move(1)
			return nil
		}
		if !f.complete() {
			return nil
		}
		m.show(nil)
		return m.create(f.lens, f.values())
	}
	return nil
}

// complete goes to the first field that still needs a value, if there is one.
func (f *form) complete() bool {
	for i, x := range f.fields {
		if x.Required && x.value() == "" {
			f.move(i - f.at)
			f.err = x.Label + " is needed."
			return false
		}
	}
	return true
}

func (x formField) value() string {
	if len(x.Options) > 0 {
		return x.Options[x.choice]
	}
	return strings.TrimSpace(x.input.Value())
}

func (f *form) values() map[string]string {
	out := map[string]string{}
	for _, x := range f.fields {
		if v := x.value(); v != "" {
			out[x.Name] = v
		}
	}
	return out
}

func (f *form) view(s *shared, w, h int) (string, []string) {
	th := s.theme
	label := 0
	for _, x := range f.fields {
		label = max(label, ansi.StringWidth(x.Label)+2)
	}
	label = min(label, w/2)
	var lines []string
	for i := range f.fields {
		lines = append(lines, f.line(th, i, label, w))
	}
	first := clamp(f.at-h+5, 0, max(len(lines)-1, 0))
	lines = append(lines[first:], th.Dim.Render(f.fields[f.at].Hint), "")
	if f.err != "" {
		return "Create: " + f.lens.Name, append(lines, th.Bad.Render(th.Glyphs.Cross+" "+f.err))
	}
	return "Create: " + f.lens.Name, append(lines, keyHints(th, f.keys, ModeForm, ActChoose, ActDown, ActUp, ActCancel))
}

// line is one field: its label, a mark if it is needed, and its value.
func (f *form) line(th theme.Theme, i, label, w int) string {
	x := &f.fields[i]
	name := x.Label
	if x.Required {
		name += " *"
	}
	head := th.Dim.Render(fit(name, label, th.Glyphs.Ellipsis)) + " "
	if i == f.at {
		head = th.Accent.Render(fit(name, label, th.Glyphs.Ellipsis)) + " "
	}
	if len(x.Options) == 0 {
		x.input.SetWidth(max(w-label-2, 4))
		return head + x.input.View()
	}
	var parts []string
	for j, o := range x.Options {
		if o == "" {
			o = "none"
		}
		if j == x.choice {
			parts = append(parts, th.Selected.Render(" "+o+" "))
		} else {
			parts = append(parts, th.Dim.Render(" "+o+" "))
		}
	}
	return head + strings.Join(parts, "")
}
