package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// systems are those of .goreleaser.yaml: which packages are linked depends on them.
func systems() []string { return []string{"linux", "darwin", "windows"} }

// listed is a package as `go list -json` describes it.
type listed struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// part is a module, and the licences of those of its packages that are linked.
type part struct {
	name, version string
	texts         map[string]string // by file, from the module's folder
}

const intro = `# Third-party notices

lenswatch is linked with the software below, under these licences. The source of each module, in the version that is linked, is
at the Go module proxy: https://proxy.golang.org/MODULE/@v/VERSION.zip

`

// notices makes the file from what is linked into the program whose folder root is.
func notices(root string) ([]byte, error) {
	parts := map[string]*part{}
	for _, system := range systems() {
		if err := collect(root, system, parts); err != nil {
			return nil, err
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "LICENSE"))
	if err != nil {
		return nil, fmt.Errorf("the licence of Go: %w", err)
	}
	parts["Go"] = &part{"the Go standard library", "", map[string]string{"LICENSE": string(text)}}
	list := slices.SortedFunc(maps.Values(parts), func(a, b *part) int { return cmp.Compare(a.name, b.name) })
	var b bytes.Buffer
	b.WriteString(intro + "| module | version | licences |\n| --- | --- | --- |\n")
	for _, p := range list {
		kinds, err := p.kinds()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.name, p.version, strings.Join(kinds, ", "))
	}
	holders := map[string][]string{} // by text: Apache-2.0 alone stands for a dozen modules
	var texts []string
	for _, p := range list {
		for _, name := range slices.Sorted(maps.Keys(p.texts)) {
			text := plain(p.texts[name])
			if holders[text] == nil {
				texts = append(texts, text)
			}
			holders[text] = append(holders[text], p.name+": "+filepath.ToSlash(name))
		}
	}
	for _, text := range texts {
		fmt.Fprintf(&b, "\n## %s\n\n```text\n%s\n```\n", strings.Join(holders[text], "\n## "), text)
	}
	return b.Bytes(), nil
}

// plain is a text without white space at the ends of its lines, or around it.
func plain(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\f")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// collect adds what is linked for one system.
func collect(root, system string, parts map[string]*part) error {
	list := exec.Command("go", "list", "-deps", "-json=Dir,Module", ".")
	list.Dir, list.Stderr = root, os.Stderr
	list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		return fmt.Errorf("go list for %s: %w", system, err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg listed
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		m := pkg.Module
		if m == nil || m.Main {
			continue // the standard library's is added once
		}
		p := parts[m.Path]
		if p == nil {
			p = &part{m.Path, m.Version, map[string]string{}}
			parts[m.Path] = p
		}
		if err := p.read(m.Dir, pkg.Dir); err != nil {
			return err
		}
	}
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([.-].*)?$`)

// read takes in the licences that hold for a package: those of its folder, and of each above it.
func (p *part) read(root, dir string) error {
	for {
		files, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, f := range files {
			if f.IsDir() || !licenceFile.MatchString(f.Name()) {
				continue
			}
			name, err := filepath.Rel(root, filepath.Join(dir, f.Name()))
			if err != nil {
				return err
			}
			text, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				return err
			}
			p.texts[name] = string(text)
		}
		if dir == root {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

// kinds names the licences of a module. A text that is none of the known ones is an error: somebody
// has to look at it.
func (p *part) kinds() ([]string, error) {
	found := map[string]bool{}
	for name, text := range p.texts {
		kind := kindOf(text)
		if base := strings.ToLower(filepath.Base(name)); strings.HasPrefix(base, "notice") || strings.HasPrefix(base, "patents") {
			continue
		}
		if kind == "" {
			return nil, fmt.Errorf("%s: %s is no licence that is known here; look at it, and add it to kindOf", p.name, name)
		}
		found[kind] = true
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no licence", p.name)
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// kindOf is the SPDX identifier of a licence's text; empty if it is none of those that may be linked.
func kindOf(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	has := func(s string) bool { return strings.Contains(words, s) }
	switch {
	case has("Mozilla Public License Version 2.0"), has("Mozilla Public License, version 2.0"):
		return "MPL-2.0"
	case has("Apache License Version 2.0"):
		return "Apache-2.0"
	case has("Permission is hereby granted, free of charge"):
		return "MIT"
	case has("Redistribution and use in source and binary forms") && (has("Neither the name") || has("names of its contributors") || has("name of the copyright holder")):
		return "BSD-3-Clause"
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("Permission to use, copy, modify, and distribute this software for any purpose"),
		has("Permission to use, copy, modify, and/or distribute this software for any purpose"):
		return "ISC"
	}
	return ""
}
