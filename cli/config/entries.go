package config

import (
	"github.com/pelletier/go-toml/v2/unstable"
)

// entry is one assignment, or the head of a section, of a file.
type entry struct {
	path []string
	line int // from 1
}

// entries lists what a file of valid TOML sets, with the lines. The decoder of the library tells
// lines only of what it refuses, so the syntax tree is read for those of all the others.
func entries(data []byte) (out []entry) {
	var p unstable.Parser
	p.Reset(data)
	var section []string
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			path, line := keyOf(&p, e)
			section = path
			out = append(out, entry{path[:1], line})
		case unstable.KeyValue:
			out = appendKeyValue(out, &p, section, e)
		}
	}
	return out
}

func appendKeyValue(out []entry, p *unstable.Parser, section []string, e *unstable.Node) []entry {
	key, line := keyOf(p, e)
	path := append(append([]string(nil), section...), key...)
	if e.Value().Kind != unstable.InlineTable {
		return append(out, entry{path, line})
	}
	out = append(out, entry{path[:1], line})
	for it := e.Value().Children(); it.Next(); {
		out = appendKeyValue(out, p, path, it.Node())
	}
	return out
}

func keyOf(p *unstable.Parser, e *unstable.Node) (path []string, line int) {
	for it := e.Key(); it.Next(); {
		if line == 0 {
			line = p.Shape(it.Node().Raw).Start.Line
		}
		path = append(path, string(it.Node().Data))
	}
	return path, line
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
