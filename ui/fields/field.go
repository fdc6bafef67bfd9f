package fields

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"

	"lenswatch/client"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
)

// Field is one line to fill in: a text, a choice of Options, or one of a list. Use [New].
type Field struct {
	client.Field
	Choice int                 // index into Options, or into those that match what was typed
	Pick   bool                // Options are a list, narrowed by what is typed
	Mask   func(string) string // what is shown of the text; nil: all of it
	input  textinput.Model
}

// NoChoice is the Choice of a list of which nothing is chosen, as long as nothing is typed.
const NoChoice = -1

// New is a field with its default.
func New(x client.Field) *Field {
	f := &Field{Field: x, input: dialog.Input("")}
	f.Choice = max(slices.Index(x.Options, x.Default), 0)
	f.input.SetValue(x.Default)
	f.input.CharLimit = 4096 // room tokens and URLs are long
	if x.Secret {
		f.input.EchoMode = textinput.EchoPassword
	}
	f.input.Blur()
	return f
}

// Value is what was filled in.
func (x *Field) Value() string {
	switch {
	case x.Pick:
		if all := x.matches(); len(all) > 0 && x.Choice != NoChoice {
			return all[min(x.Choice, len(all)-1)]
		}
		return ""
	case len(x.Options) > 0:
		return x.Options[x.Choice]
	}
	return strings.TrimSpace(x.input.Value())
}

// Text is what was typed.
func (x *Field) Text() string { return x.input.Value() }

// SetText puts a text in the place of what was typed. Nothing of it is cut.
func (x *Field) SetText(text string) {
	x.input.CharLimit = max(x.input.CharLimit, 2*len(text))
	x.input.SetValue(text)
}

// CursorStart puts the cursor before the text.
func (x *Field) CursorStart() { x.input.CursorStart() }

// Like takes over what another field was given.
func (x *Field) Like(other *Field) {
	x.Choice, x.Options = other.Choice, other.Options
	x.input.SetValue(other.input.Value())
}

// matches are the options that have what was typed.
func (x *Field) matches() (out []string) {
	typed := strings.ToLower(strings.TrimSpace(x.input.Value()))
	for _, o := range x.Options {
		if strings.Contains(strings.ToLower(o), typed) {
			out = append(out, o)
		}
	}
	return out
}

// seen is the part of the options of a list that is seen: from the first to before to.
func (x *Field) seen() (from, to int) {
	n := len(x.matches())
	from = max(min(x.Choice-listed/2, n-listed), 0)
	return from, min(from+listed, n)
}

// choose takes the option that is drawn at a cell of the field's line. It reports whether there is one.
func (x *Field) choose(cell int) bool {
	if x.Pick || cell < 0 {
		return false
	}
	for i, o := range x.Options {
		if cell -= draw.Width(optionWord(o)) + 2; cell < 0 {
			x.Choice = i
			return true
		}
	}
	return false
}

// optionWord is how an option is written.
func optionWord(o string) string { return cmp.Or(o, "none") }

// view is the input, without what is to be masked.
func (x *Field) view() string {
	if x.Mask == nil {
		return x.input.View()
	}
	in := x.input
	in.SetValue(x.Mask(in.Value()))
	in.SetCursor(x.input.Position())
	return in.View()
}
