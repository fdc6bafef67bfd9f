package history

import (
	"encoding/json"
	"strconv"

	"github.com/itchyny/gojq"
)

// quick answers a simple expression, such as .label == "x" or select(.a.b > 1), without jq's machine, which takes three times as
// long as to decode what the expression reads. It reports false where it does not know, or where jq would say that something
// is wrong: jq is asked then.
type quick func(input any) (answer any, ok bool)

// quickOf is an expression as a quick one, nil if it is not simple enough.
func quickOf(q *gojq.Query) quick {
	switch {
	case len(q.FuncDefs)+len(q.Imports)+len(q.Patterns) > 0 || q.Meta != nil:
		return nil
	case q.Term != nil:
		return quickTerm(q.Term)
	}
	left, right := quickOf(q.Left), quickOf(q.Right)
	if left == nil || right == nil {
		return nil
	}
	switch q.Op {
	case gojq.OpPipe:
		return func(input any) (any, bool) {
			v, ok := left(input)
			if _, none := v.(nothing); !ok || none {
				return v, ok
			}
			return right(v)
		}
	case gojq.OpAnd, gojq.OpOr:
		return func(input any) (any, bool) {
			v, ok := left(input)
			if _, none := v.(nothing); !ok || none {
				return v, ok
			}
			if isTrue(v) == (q.Op == gojq.OpOr) {
				return isTrue(v), true
			}
			v, ok = right(input)
			if _, none := v.(nothing); !ok || none {
				return v, ok
			}
			return isTrue(v), true
		}
	case gojq.OpMod:
		return both(left, right, modulo)
	}
	if holds := comparisons[q.Op]; holds != nil {
		return both(left, right, func(l, r any) (any, bool) { return holds(gojq.Compare(l, r)), true })
	}
	return nil
}

// nothing is the answer of an expression that answers nothing.
type nothing struct{}

func isTrue(v any) bool { return v != nil && v != false }

var comparisons = map[gojq.Operator]func(int) bool{
	gojq.OpEq: func(c int) bool { return c == 0 }, gojq.OpNe: func(c int) bool { return c != 0 },
	gojq.OpLt: func(c int) bool { return c < 0 }, gojq.OpLe: func(c int) bool { return c <= 0 },
	gojq.OpGt: func(c int) bool { return c > 0 }, gojq.OpGe: func(c int) bool { return c >= 0 },
}

// both answers with two values. Where there is nothing on one side, there is nothing to answer.
func both(left, right quick, answer func(l, r any) (any, bool)) quick {
	return func(input any) (any, bool) {
		r, ok := right(input) // as jq does
		if !ok {
			return nil, false
		}
		l, ok := left(input)
		if !ok {
			return nil, false
		}
		for _, v := range []any{l, r} {
			switch v.(type) {
			case nothing, map[string]any, []any: // what is compared whole is for jq
				return nil, false
			}
		}
		return answer(l, r)
	}
}

// modulo is of whole numbers that are not too large; jq knows the others.
func modulo(l, r any) (any, bool) {
	x, okX := whole(l)
	y, okY := whole(r)
	if !okX || !okY || y <= 0 {
		return nil, false
	}
	return x % y, true
}

// maxWhole is up to where a whole number is one without doubt.
const maxWhole = 1 << 53

func whole(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, v > -maxWhole && v < maxWhole
	case json.Number:
		n, err := strconv.Atoi(string(v))
		return n, err == nil && n > -maxWhole && n < maxWhole
	}
	return 0, false
}

func quickTerm(t *gojq.Term) quick {
	constant := func(v any) quick { return func(any) (any, bool) { return v, true } }
	if t.Type == gojq.TermTypeIdentity || t.Type == gojq.TermTypeIndex {
		return quickPath(t)
	}
	if len(t.SuffixList) > 0 {
		return nil
	}
	switch t.Type {
	case gojq.TermTypeTrue:
		return constant(true)
	case gojq.TermTypeFalse:
		return constant(false)
	case gojq.TermTypeNull:
		return constant(nil)
	case gojq.TermTypeNumber:
		if n, ok := whole(json.Number(t.Number)); ok {
			return constant(n)
		}
	case gojq.TermTypeString:
		if len(t.Str.Queries) == 0 {
			return constant(t.Str.Str)
		}
	case gojq.TermTypeQuery:
		return quickOf(t.Query)
	case gojq.TermTypeFunc:
		return quickFunc(t.Func)
	}
	return nil
}

// quickFunc knows select and not.
func quickFunc(f *gojq.Func) quick {
	switch {
	case f.Name == "not" && len(f.Args) == 0:
		return func(input any) (any, bool) { return !isTrue(input), true }
	case f.Name == "select" && len(f.Args) == 1:
		asked := quickOf(f.Args[0])
		if asked == nil {
			return nil
		}
		return func(input any) (any, bool) {
			v, ok := asked(input)
			if _, none := v.(nothing); !ok || none || !isTrue(v) {
				return nothing{}, ok
			}
			return input, true
		}
	}
	return nil
}

// quickPath follows members, such as .a.b.
func quickPath(t *gojq.Term) quick {
	r := &reads{}
	if _, path := r.path(&gojq.Query{Term: t}); !path {
		return nil
	}
	var names []string
	for len(r.members) > 0 {
		for name, next := range r.members {
			names, r = append(names, name), next
		}
	}
	for _, s := range t.SuffixList {
		if s.Optional {
			return nil
		}
	}
	return func(input any) (any, bool) {
		for _, name := range names {
			switch v := input.(type) {
			case map[string]any:
				input = v[name]
			case nil:
			default:
				return nil, false
			}
		}
		return input, true
	}
}
