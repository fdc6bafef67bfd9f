package config

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"lenswatch/client/localfile"
)

// The decoder of TOML compares each name with all others of its section, so that time grows with
// their square. These bounds are some ten times what the settings that there are need.
const (
	maxFile    = 64 << 10 // bytes
	maxEntries = 4000     // settings, sections and lists
	maxErrors  = 20       // that are reported
)

// Sources is where [Load] looks.
type Sources struct {
	// Context ends reading the file; nil does not.
	Context context.Context
	// Getenv reads the environment.
	Getenv func(string) string
	// GOOS is the system, as runtime.GOOS names it; it decides where the file is by default.
	GOOS string
	// File is the file that the person named by a flag; empty if none was.
	File string
	// NoFile leaves the file out, unless it was named.
	NoFile bool
	// Flag gives the value of a flag that was set; nil if none can be.
	Flag func(name string) (value string, set bool)
}

// Settings is a Config of which each value's source is known.
type Settings struct {
	Config
	// File is the file that was read, or that would be.
	File string
	// Found: the file exists.
	Found   bool
	sources map[string]Source
	wrong   []string // the rules with a setting that was refused
}

// Load reads the settings. A file that was named has to exist; the one in the default place need
// not. The error is made of *[Error], one for each setting that cannot be used; the Settings hold
// all the others then.
func Load(from Sources) (*Settings, error) {
	s := &Settings{Config: Default(), sources: map[string]Source{}}
	named := true
	switch {
	case from.File != "":
		s.File = from.File
	case from.Getenv(PathVariable) != "":
		s.File = from.Getenv(PathVariable)
	default:
		named = false
		s.File, _ = Path(from.Getenv, from.GOOS) // no place, no file: defaults hold
	}
	var errs []error
	if s.File != "" && (named || !from.NoFile) {
		errs = append(errs, s.readFile(cmp.Or(from.Context, context.Background()), named)...)
	}
	return s, errors.Join(append(errs, s.override(from)...)...)
}

// Source is where a setting's value came from.
func (s *Settings) Source(name string) Source {
	if src, ok := s.sources[name]; ok {
		return src
	}
	return Source{Kind: FromDefault}
}

func (s *Settings) readFile(ctx context.Context, named bool) []error {
	if s.File == os.DevNull {
		return nil // which is how to say none
	}
	data, foreign, err := readSettings(ctx, s.File)
	if n := bytes.Count(data, []byte("=")) + bytes.Count(data, []byte("[")); n > maxEntries {
		err = fmt.Errorf("%s has more than %d settings", s.File, maxEntries)
	}
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil
	}
	if err != nil {
		return []error{fmt.Errorf("can't read the settings file: %w", err)}
	}
	s.Found = true
	var tree map[string]any
	if err := toml.Unmarshal(data, &tree); err != nil {
		return []error{s.syntax(err)}
	}
	var errs []error
	for _, e := range entries(data) {
		at := Source{Kind: FromFile, Name: s.File, Line: e.line}
		if set, ok := find(strings.Join(e.path, ".")); ok && set.secret && foreign != nil {
			errs = append(errs, &Error{at, fmt.Errorf("the command is not run: %w", foreign)})
			continue
		}
		apply := s.apply
		if e.path[0] == rulesSection || e.path[0] == profilesSection {
			apply = func(path []string, value any, at Source) error { return s.applyPart(path, value, at, foreign) }
		}
		if err := apply(e.path, lookUp(tree, e.path), at); err != nil {
			errs = append(errs, &Error{at, err})
		}
		if len(errs) == maxErrors {
			return append(errs, errors.New("these are the first; there may be more"))
		}
	}
	return slices.Concat(errs, s.checkRules(), s.checkProfiles())
}

func (s *Settings) syntax(err error) error {
	at := Source{Kind: FromFile, Name: s.File, Line: 1}
	if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
		at.Line, _ = decode.Position()
	}
	return &Error{at, fmt.Errorf("invalid TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))}
}

// apply sets what one entry of the file says.
func (s *Settings) apply(path []string, value any, at Source) error {
	name := strings.Join(path, ".")
	if path[0] == keysSection && len(path) > 1 {
		return s.applyKeys(path, value, at)
	}
	set, ok := find(name)
	if !ok {
		return s.unknown(path, value)
	}
	if err := set.set(&s.Config, value); err != nil {
		return err
	}
	s.sources[name] = at
	return nil
}

func (s *Settings) applyKeys(path []string, value any, at Source) error {
	name := strings.Join(path, ".")
	var list []string
	switch v := value.(type) {
	case string:
		list = []string{v}
	case []any:
		for _, x := range v {
			text, ok := x.(string)
			if !ok {
				return fmt.Errorf("%s must be a list of keys such as [\"c\", \"ctrl+n\"]; %s is not a key", name, literal(x))
			}
			list = append(list, text)
		}
	default:
		return fmt.Errorf("%s must be a list of keys such as [\"c\", \"ctrl+n\"], not %s", name, literal(value))
	}
	if s.Keys == nil {
		s.Keys = map[string][]string{}
	}
	s.Keys[strings.Join(path[1:], ".")] = list
	s.sources[name] = at
	return nil
}

// unknown says that there is no such setting, or that a section is none.
func (s *Settings) unknown(path []string, value any) error {
	name := strings.Join(path, ".")
	sections := map[string]bool{keysSection: true, rulesSection: true, profilesSection: true}
	names := []string{}
	for _, t := range table() {
		names = append(names, t.name)
		if section, _, ok := strings.Cut(t.name, "."); ok {
			sections[section] = true
		}
	}
	_, isTable := value.(map[string]any)
	switch {
	case len(path) == 1 && sections[name] && isTable:
		return nil // an empty section
	case len(path) == 1 && sections[name]:
		return fmt.Errorf("%s must be a section, written [%s], not %s", name, name, literal(value))
	case len(path) == 1 && isTable:
		names = names[:0]
		for section := range sections {
			names = append(names, section)
		}
	}
	if near := Nearest(name, names); near != "" {
		return fmt.Errorf("unknown setting %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("unknown setting %q; see `lenswatch config show`", name)
}

// override takes the environment in, then the flags.
func (s *Settings) override(from Sources) (errs []error) {
	for _, t := range table() {
		if v := strings.TrimSpace(from.Getenv(t.env)); t.env != "" && v != "" {
			errs = s.overrideBy(errs, t, v, Source{Kind: FromEnvironment, Name: t.env})
		}
		if t.flag == "" || from.Flag == nil {
			continue
		}
		if v, set := from.Flag(t.flag); set {
			if t.negate {
				v = map[string]string{"true": "false", "false": "true"}[v]
			}
			errs = s.overrideBy(errs, t, v, Source{Kind: FromFlag, Name: t.flag})
		}
	}
	return errs
}

func (s *Settings) overrideBy(errs []error, t setting, v string, at Source) []error {
	if err := t.set(&s.Config, word(v)); err != nil {
		return append(errs, &Error{at, err})
	}
	s.sources[t.name] = at
	return errs
}

// readSettings reads a settings file. foreign is why commands in it are not run: other users than this one
// and the machine's administrator may have written them.
func readSettings(ctx context.Context, path string) (data []byte, foreign, err error) {
	f, err := localfile.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err = localfile.ReadFrom(ctx, f, maxFile)
	return data, localfile.Own(path, info, administrator), err
}

// administrator is the user id of root, who can change everything anyway; some systems store what a person
// has set in files of root's.
const administrator = 0
