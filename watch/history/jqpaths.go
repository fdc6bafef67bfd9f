package history

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/itchyny/gojq"
)

// reads is what an expression may look at of a value: members, and what of each. To make values of all that a payload
// holds took most of the time of an expression such as .event_data.read_index > 5; the others are only skipped.
type reads struct {
	whole   bool // all of it
	members map[string]*reads
}

// readsOf finds out what an expression looks at. What it does not know counts as all that stands at that place.
func readsOf(q *gojq.Query) *reads {
	r := &reads{}
	r.query(q, true)
	return r
}

// member is what is looked at of a member.
func (r *reads) member(name string) *reads {
	m := r.members[name]
	if m == nil {
		if m = new(reads); r.members == nil {
			r.members = map[string]*reads{}
		}
		r.members[name] = m
	}
	return m
}

// query notes what a query looks at that is given the value. Of what it answers, only whether it is true counts if
// asked is set: an object is, whatever is in it.
func (r *reads) query(q *gojq.Query, asked bool) {
	switch {
	case len(q.FuncDefs)+len(q.Imports)+len(q.Patterns) > 0 || q.Meta != nil:
		r.whole = true
	case q.Term != nil:
		r.term(q.Term, asked)
	case q.Op == gojq.OpPipe:
		if at, path := r.path(q.Left); path {
			at.query(q.Right, asked)
			return
		}
		if f := q.Left.Term; f != nil && f.Type == gojq.TermTypeFunc && f.Func.Name == "select" && len(f.SuffixList) == 0 {
			r.term(f, true)
			r.query(q.Right, asked)
			return
		}
		r.query(q.Left, false) // what follows is given that
	case q.Op == gojq.OpAnd || q.Op == gojq.OpOr:
		r.query(q.Left, true)
		r.query(q.Right, true)
	case q.Op >= gojq.OpComma && q.Op <= gojq.OpAlt:
		r.query(q.Left, false)
		r.query(q.Right, false)
	default:
		r.whole = true
	}
}

func (r *reads) term(t *gojq.Term, asked bool) {
	switch plain := len(t.SuffixList) == 0; {
	case t.Type == gojq.TermTypeIdentity || t.Type == gojq.TermTypeIndex:
		if at, path := r.path(&gojq.Query{Term: t}); !path || !asked {
			at.whole = true
		}
	case !plain:
		r.whole = true
	case t.Type == gojq.TermTypeFunc && t.Func.Name == "select" && len(t.Func.Args) == 1:
		r.query(t.Func.Args[0], true)
		r.whole = r.whole || !asked
	case t.Type == gojq.TermTypeFunc && t.Func.Name == "not" && len(t.Func.Args) == 0:
	case t.Type == gojq.TermTypeQuery:
		r.query(t.Query, asked)
	case t.Type == gojq.TermTypeNumber || t.Type == gojq.TermTypeTrue || t.Type == gojq.TermTypeFalse || t.Type == gojq.TermTypeNull:
	case t.Type == gojq.TermTypeString && len(t.Str.Queries) == 0:
	default:
		r.whole = true
	}
}

// path follows a path of members, such as .a.b, as far as it is one, and reports whether all of it is. An index that is
// itself an expression is given the whole value.
func (r *reads) path(q *gojq.Query) (at *reads, whole bool) {
	t := q.Term
	if t == nil || len(q.FuncDefs)+len(q.Patterns) > 0 || t.Type != gojq.TermTypeIdentity && t.Type != gojq.TermTypeIndex {
		return r, false
	}
	steps := t.SuffixList
	if t.Type == gojq.TermTypeIndex {
		steps = append([]*gojq.Suffix{{Index: t.Index}}, steps...)
	}
	at, whole = r, true
	for _, s := range steps {
		switch x := s.Index; {
		case x == nil && s.Optional:
		case x == nil:
			whole = false
		case x.Name != "" && whole:
			at = at.member(x.Name)
		case x.Str != nil && len(x.Str.Queries) == 0 && whole:
			at = at.member(x.Str.Str)
		case x.Name != "" || x.Str != nil && len(x.Str.Queries) == 0:
		case fixed(x.Start) && fixed(x.End) && x.Str == nil:
			whole = false
		default:
			return r, false
		}
	}
	return at, whole
}

// fixed reports whether an index is a number, or none.
func fixed(q *gojq.Query) bool {
	return q == nil || q.Term != nil && len(q.Term.SuffixList)+len(q.FuncDefs) == 0 && q.Term.Type == gojq.TermTypeNumber
}

// readPart reads a value, without the members of it that are not looked at.
func readPart(dec *jsontext.Decoder, r *reads, left *int) (any, error) {
	if r.whole || dec.PeekKind() != '{' {
		return readValue(dec, left)
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, errNoJSON
	}
	object := make(map[string]any, len(r.members))
	for dec.PeekKind() != '}' {
		name, err := dec.ReadValue()
		if err != nil {
			return nil, errNoJSON
		}
		member, known := r.members[string(unquoted(name))]
		if !known {
			if dec.SkipValue() != nil {
				return nil, errNoJSON
			}
			continue
		}
		key := string(unquoted(name))
		v, err := readPart(dec, member, left)
		if err != nil {
			return nil, err
		}
		object[key] = v
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, errNoJSON
	}
	return object, nil
}

// unquoted is what a string of JSON stands for.
func unquoted(v jsontext.Value) []byte {
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	b, _ := jsontext.AppendUnquote(nil, []byte(v))
	return b
}
