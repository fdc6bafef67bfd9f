// Package input asks what a session is to read: a stored file, a local one that is uploaded, a camera, or nothing.
//
// It promises that a camera's password and query are never drawn, not while they are typed either, and that what was
// typed is checked before anything is sent.
package input

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lenswatch/client"
	"lenswatch/ui/fields"
	"lenswatch/watch/pipeline"
)

// Source is the part of a form that asks what a session is to read.
type Source struct {
	Kind    *fields.Field
	of      map[string]*fields.Field // by kind
	windows []*fields.Field          // how a file is read: rows or frames per inference, and from one to the next
	loop    *fields.Field            // whether a file is read again and again
	asked   bool                     // the files were asked for
	needed  bool                     // the lens names no input of its own: without one the session has nothing to read
	chosen  bool                     // a person chose the kind
	lens    client.Lens              // that reads it
	adds    string                   // that the session is given an output; empty if its lens has one
	warned  string                   // what the lens does not read, as far as lenswatch knows: it was said
}

// The kinds of source, as a person reads them.
const (
	none   = "none"
	stored = "stored file"
	local  = "local file"
	camera = "camera"
)

// Whether a file is read again and again.
const (
	loopNo  = "no"
	loopYes = "yes"
)

// New asks for what a lens can read.
func New(l client.Lens) *Source {
	s := &Source{lens: l, needed: len(l.Inputs) == 0, of: map[string]*fields.Field{
		stored: fields.New(client.Field{Label: "File", Hint: "Loading the account's files…", Required: true}),
		local:  fields.New(client.Field{Label: "Path", Hint: "A local csv, jsonl or mp4 file. It is uploaded to your account.", Required: true}),
		camera: fields.New(client.Field{Label: "URL", Hint: "rtsp://user:password@host/path. Password and query are sent to the service, and never stored or shown.", Required: true}),
	}}
	s.windows = []*fields.Field{
		fields.New(client.Field{Label: "Window", Hint: "Rows or frames per inference (empty: lens default)."}),
		fields.New(client.Field{Label: "Step", Hint: "Step between inferences, in rows or frames (empty: lens default)."}),
	}
	s.loop = fields.New(client.Field{Label: "Loop", Hint: "Restart the file when it ends ({left} / {right} to change).", Options: []string{loopNo, loopYes}})
	s.of[stored].Pick = true
	s.of[camera].Mask = maskCamera
	waits := "Without an input, the session uses the lens's own input or waits for pushed rows."
	if s.needed {
		waits = "Without an input the session waits for pushed rows (lenswatch sessions feed)."
	}
	hint := waits
	if l.Channel == client.ChannelNone {
		s.adds = "The lens has no output: lenswatch adds one (output_stream.set)."
		hint = s.adds + " " + waits
	}
	s.Kind = fields.New(client.Field{Label: "Input", Hint: hint, Options: []string{none, stored, local, camera}})
	return s
}

// Shown are the fields for the kind that is chosen.
func (s *Source) Shown() []*fields.Field {
	if x := s.of[s.Kind.Value()]; x != nil {
		return append([]*fields.Field{s.Kind, x}, s.Reading()...)
	}
	return []*fields.Field{s.Kind}
}

// Reading are the fields for how the chosen file is read. None has to be filled in.
func (s *Source) Reading() (out []*fields.Field) {
	x := s.of[s.Kind.Value()]
	if x == nil || x == s.of[camera] {
		return nil
	}
	kind, known := pipeline.KindOf(x.Value())
	if !known {
		return nil
	}
	if kind.Windowed() {
		out = append(out, s.windows...)
	}
	if kind.Loops() {
		out = append(out, s.loop)
	}
	return out
}

// read sets how an input is read, as the fields say that are shown.
func (s *Source) read(in *client.Input) error {
	for _, x := range s.Reading() {
		switch text := x.Value(); {
		case x == s.loop:
			in.Loop = text == loopYes
		case text == "":
		default:
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return errors.New(x.Label + " must be a whole number greater than 0")
			}
			if x == s.windows[0] {
				in.Window = n
			} else {
				in.Step = n
			}
		}
	}
	return nil
}

// Chose notes that a person chose the kind: nothing else is chosen for them.
func (s *Source) Chose() { s.chosen = true }

// Replace makes it a question about a session that is there: it reads something, or nothing, now.
func (s *Source) Replace() {
	s.Kind.Options, s.Kind.Hint, s.needed = s.Kind.Options[1:], "This replaces the current input.", true
}

// Like takes over what another session of the lens was given, a camera's password too: it is typed once, and stays in memory.
func (s *Source) Like(other *Source) {
	s.Kind.Choice = max(slices.Index(s.Kind.Options, other.Kind.Value()), 0)
	for kind, x := range s.of {
		x.Like(other.of[kind])
	}
	for i, x := range s.windows {
		x.Like(other.windows[i])
	}
	s.loop.Like(other.loop)
	s.chosen, s.asked = true, other.asked
}

// Says is what the session is to read, without a password.
func (s *Source) Says() string {
	p, closeFile, err := s.Plan()
	if err != nil {
		return err.Error()
	}
	closeFile()
	switch {
	case p.File != nil:
		return p.File.Name
	case p.Input != nil:
		return pipeline.Describe(*p.Input)
	}
	return none
}

// Wanted reports whether the account's files are wanted and were not asked for. They are then taken to be.
func (s *Source) Wanted() bool {
	if s == nil || s.asked || !s.needed && s.Kind.Value() != stored {
		return false
	}
	s.asked = true
	return true
}

// Unlisted says why there are no files to choose from. They are asked for again if again is true.
func (s *Source) Unlisted(why string, again bool) {
	s.of[stored].Hint, s.asked = why, !again
}

// Listed offers the files that a session can read: first those of the kind that its lens reads, as far as that is known, the
// newest before older ones. The newest of these is chosen, where the session has nothing to read without one, until a person
// chooses. Otherwise none is.
func (s *Source) Listed(files []client.File) {
	slices.SortStableFunc(files, func(a, b client.File) int { return b.Uploaded.Compare(a.Uploaded) })
	x := s.of[stored]
	x.Options, x.Choice = nil, fields.NoChoice
	reads, because, known := pipeline.Reads(s.lens)
	fits := 0
	for _, file := range files {
		switch kind, isInput := pipeline.KindOf(file.ID); {
		case !isInput:
		case known && kind == reads:
			x.Options = slices.Insert(x.Options, fits, file.ID)
			fits++
		default:
			x.Options = append(x.Options, file.ID)
		}
	}
	note := "No file is chosen."
	switch {
	case len(x.Options) == 0:
		x.Hint = "The account has no csv, jsonl or mp4 file. Choose a local file to upload one."
		return
	case fits > 0:
		note = fmt.Sprintf("Chosen: the newest %v file, as the lens reads these (%s).", reads, because)
		x.Choice = 0
		if s.needed && !s.chosen {
			s.Kind.Choice = slices.Index(s.Kind.Options, stored)
			s.Kind.Hint = strings.TrimSpace(s.adds + " " + note)
		}
	case known:
		note = fmt.Sprintf("No file is chosen: none is %v, as the lens reads (%s).", reads, because)
	}
	x.Hint = note + " Choose with {up} and {down}; type to filter."
}

// Check reports what is wrong with what was typed. That the lens reads something else is reported once: it may be wrong.
func (s *Source) Check() error {
	p, closeFile, err := s.Plan()
	if err != nil {
		return err
	}
	closeFile()
	unfit := p.Fits(s.lens)
	if unfit == nil || s.warned == unfit.Error() {
		return nil
	}
	s.warned = unfit.Error()
	return fmt.Errorf("%w. Submit again to send it anyway", unfit)
}

// Plan is what a session is to get. The function closes its file.
func (s *Source) Plan() (p pipeline.Plan, closeFile func(), err error) {
	open := func() {}
	if s == nil {
		return p, open, nil
	}
	switch kind := s.Kind.Value(); kind {
	case stored:
		id := s.of[kind].Value()
		k, _ := pipeline.KindOf(id)
		p.Input = &client.Input{Kind: k, FileID: id}
		return p, open, s.read(p.Input)
	case camera:
		in, err := pipeline.Camera(s.of[kind].Value())
		if err != nil {
			return p, open, err
		}
		p.Input = &in
	case local:
		p.Input = &client.Input{}
		if err := s.read(p.Input); err != nil {
			return p, open, err
		}
		file, f, err := pipeline.Open(s.of[kind].Value())
		if err != nil {
			return p, open, err
		}
		p.File = file
		return p, func() { f.Close() }, nil
	}
	return p, open, nil
}

// portOnly is what a host and a port look like before the path: no password can follow.
var portOnly = regexp.MustCompile(`^[^:/@]*:\d{1,5}/`)

// maskCamera hides the password of a camera's URL, and its query, which may hold a token, while they are typed too. As long
// as the URL may still turn out to have a password, what may be it is hidden.
func maskCamera(text string) string {
	scheme, rest := "", text
	if i := strings.Index(text, "://"); i >= 0 {
		scheme, rest = text[:i+3], text[i+3:]
	}
	colon, at := strings.IndexByte(rest, ':'), strings.LastIndexByte(rest, '@')
	switch {
	case colon < 0, at < 0 && portOnly.MatchString(rest), at >= 0 && at < colon:
		return scheme + maskQuery(rest)
	case at < 0:
		at = len(rest)
	}
	hidden := strings.Repeat("*", len([]rune(rest[colon+1:at])))
	return scheme + rest[:colon+1] + hidden + maskQuery(rest[at:])
}

// maskQuery hides what stands in the query or the fragment of a URL's rest, and what in its path may be a password: some
// cameras take it there.
func maskQuery(text string) string {
	i := len(text)
	if m := inPath.FindStringIndex(text); m != nil {
		i = m[1]
	}
	return text[:i] + strings.Map(func(r rune) rune {
		if r == '=' || r == '&' {
			return r
		}
		return '*'
	}, text[i:])
}

// inPath matches the part of a URL's rest before what is hidden: a value, a user's password, or a part of the path.
var inPath = regexp.MustCompile(`(?i)[?#=]|/[^?#=]*?:|/(?:pass|pwd|psw|token|secret|key|auth)[a-z]*/`)
