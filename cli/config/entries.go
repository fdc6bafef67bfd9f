package config

import (
	"bytes"

	"github.com/pelletier/go-toml/v2/unstable"
)

// entry is one assignment, or the head of a section, of a file.
type entry struct {
	path []string
	line int // from 1
}

// entries lists what a file of valid TOML sets, with the lines. The decoder of the library reports
// lines only of what it refuses, so the syntax tree is read for those of all the others.
func entries(data []byte) (out []entry) {
	p := parser{data: data, line: 1}
	p.Reset(data)
	var section []string
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			path, line := p.keyOf(e)
			section = path
			out = append(out, entry{sectionOf(path), line})
		case unstable.KeyValue:
			out = p.appendKeyValue(out, section, e)
		}
	}
	return out
}

// parser is the library's, and knows the line: the library's own way to one begins at the first.
type parser struct {
	unstable.Parser
	data []byte
	at   int // the place of line
	line int
}

func (p *parser) appendKeyValue(out []entry, section []string, e *unstable.Node) []entry {
	key, line := p.keyOf(e)
	path := append(append([]string(nil), section...), key...)
	if e.Value().Kind != unstable.InlineTable {
		return append(out, entry{path, line})
	}
	out = append(out, entry{sectionOf(path), line})
	for it := e.Value().Children(); it.Next(); {
		out = p.appendKeyValue(out, path, it.Node())
	}
	return out
}

// sectionOf is what is checked of the head of a section: its name, and that of a rule or a profile, which may be empty.
func sectionOf(path []string) []string {
	if path[0] == rulesSection || path[0] == profilesSection {
		return path
	}
	return path[:1]
}

func (p *parser) keyOf(e *unstable.Node) (path []string, line int) {
	for it := e.Key(); it.Next(); {
		if line == 0 {
			line = p.lineOf(int(it.Node().Raw.Offset))
		}
		path = append(path, string(it.Node().Data))
	}
	return path, line
}

// lineOf is the line of a place behind the last one that was asked for.
func (p *parser) lineOf(place int) int {
	p.line += bytes.Count(p.data[p.at:place], []byte("\n"))
	p.at = place
	return p.line
}

// lookUp finds the value of a path; nil if there is none.
func lookUp(tree map[string]any, path []string) any {
	var at any = tree
	for _, name := range path {
		section, ok := at.(map[string]any)
		if !ok {
			return at
		}
		at = section[name]
	}
	return at
}
