package manage

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"

	"lenswatch/client"
	"lenswatch/ui/dialog"
)

// field is a line of a form.
type field struct {
	client.Field
	input  textinput.Model
	choice int                 // index into Options, or into those that match what was typed
	pick   bool                // Options are a list, narrowed by what is typed
	mask   func(string) string // what is shown of the text; nil: all of it
}

func newField(x client.Field) *field {
	f := &field{Field: x, input: dialog.Input("")}
	f.choice = max(slices.Index(x.Options, x.Default), 0)
	f.input.SetValue(x.Default)
	f.input.CharLimit = 4096 // room tokens and URLs are long
	if x.Secret {
		f.input.EchoMode = textinput.EchoPassword
	}
	f.input.Blur()
	return f
}

func (x *field) value() string {
	switch {
	case x.pick:
		if all := x.matches(); len(all) > 0 {
			return all[min(x.choice, len(all)-1)]
		}
		return ""
	case len(x.Options) > 0:
		return x.Options[x.choice]
	}
	return strings.TrimSpace(x.input.Value())
}

// matches are the options that have what was typed.
func (x *field) matches() (out []string) {
	typed := strings.ToLower(strings.TrimSpace(x.input.Value()))
	for _, o := range x.Options {
		if strings.Contains(strings.ToLower(o), typed) {
			out = append(out, o)
		}
	}
	return out
}

// view is the input, without what is to be masked.
func (x *field) view() string {
	if x.mask == nil {
		return x.input.View()
	}
	in := x.input
	in.SetValue(x.mask(in.Value()))
	in.SetCursor(x.input.Position())
	return in.View()
}
