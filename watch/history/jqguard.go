package history

import (
	"fmt"
	"strings"

	"github.com/itchyny/gojq"
)

// gojq asks between two steps whether to continue, but one step may do any amount of work: repeat a text
// a billion times, compare two values that share their parts, multiply numbers of a million digits. So
// an expression is rewritten before it is compiled: each value that it makes passes a function that
// measures it (see [stepLimit.pass]), and each function that works on a whole value is given one that
// was measured. By induction no value in the machine is above the limits, and no step takes more than
// its measured inputs are worth. Functions of which that is not true are refused.

// The functions that measure. No jq function has these names.
const (
	passWhole = "_whole" // a value: no larger than a payload may be
	passShort = "_short" // a value that is taken apart, searched, or compared with many
	passText  = "_text"  // a text to find all matches in, for which gojq takes time with its square
	passKey   = "_key"   // a value to sort by, a pattern, a separator
	passIndex = "_index" // what stands in .[ ]: no array, which would be searched for
	passTimes = "_times" // the operands of *: a text is not repeated beyond what a value may be
)

// guarding is what measures the input, the arguments and the results of a function; "" for nothing.
type guarding struct{ in, args, out string }

// functions are those that a filter may use, by name and number of arguments. Each is linear in what it
// is given, or bounded where that is short.
var functions = func() map[string]guarding {
	m := map[string]guarding{}
	add := func(g guarding, names string) {
		for _, name := range strings.Fields(names) {
			m[name] = g
		}
	}
	add(guarding{}, `empty/0 not/0 length/0 utf8bytelength/0 type/0 has/1 in/1 select/1 error/0 error/1 env/0 now/0 path/1
		recurse/0 recurse/1 recurse/2 arrays/0 objects/0 iterables/0 booleans/0 numbers/0 finites/0 normals/0 strings/0
		nulls/0 values/0 scalars/0 first/0 first/1 last/0 last/1 nth/1 nth/2 isempty/1 all/0 all/1 all/2 any/0 any/1 any/2
		limit/2 skip/2 until/2 while/2 repeat/1 range/1 range/2 range/3 getpath/1 paths/0 paths/1 abs/0 toboolean/0
		floor/0 round/0 ceil/0 trunc/0 fabs/0 sqrt/0 cbrt/0 exp/0 exp2/0 exp10/0 log/0 log2/0 log10/0 pow/2 fmin/2 fmax/2
		fmod/2 sin/0 cos/0 tan/0 asin/0 acos/0 atan/0 atan2/2 infinite/0 isfinite/0 isinfinite/0 nan/0 isnan/0 isnormal/0
		mktime/0 gmtime/0 localtime/0 IN/1 IN/2`)
	add(guarding{passWhole, passWhole, passWhole}, `add/0 keys/0 tostring/0 tojson/0 reverse/0 startswith/1 endswith/1
		ltrimstr/1 rtrimstr/1 trimstr/1 ltrim/0 rtrim/0 trim/0 ascii_downcase/0 ascii_upcase/0 flatten/0 min/0 max/0 sort/0
		unique/0 to_entries/0 from_entries/0 map/1 map_values/1 with_entries/1 walk/1 implode/0`)
	add(guarding{passWhole, passKey, passWhole}, `min_by/1 max_by/1 sort_by/1 group_by/1 unique_by/1 flatten/1 format/1 test/1 test/2`)
	add(guarding{passShort, passShort, passWhole}, `tonumber/0 fromjson/0 explode/0 contains/1 inside/1 indices/1 index/1 rindex/1 bsearch/1`)
	add(guarding{passText, passKey, passWhole}, `split/2 splits/1 splits/2 match/1 match/2 capture/1 capture/2 scan/1 scan/2`)
	add(guarding{passShort, passKey, passWhole}, `split/1 join/1 strptime/1 strftime/1 strflocaltime/1 todate/0 fromdate/0 todateiso8601/0 fromdateiso8601/0`)
	return m
}()

// guard rewrites an expression.
type guard struct {
	own map[string]bool // functions that the expression defines
	err error
}

// guarded is the expression with everything that it makes measured. It fails on what cannot be bounded.
func guarded(q *gojq.Query) (*gojq.Query, error) {
	g := &guard{own: map[string]bool{}}
	if len(q.Imports) > 0 || q.Meta != nil {
		g.refuse("a module")
	}
	out := g.query(q)
	return out, g.err
}

func (g *guard) refuse(what string) {
	if g.err == nil {
		g.err = fmt.Errorf("%s is not available in filters: its memory and time are unbounded", what)
	}
}

// define notes the functions of the expression's own, and their arguments. None may hide one of jq's:
// whatever has its name is guarded as it.
func (g *guard) define(defs []*gojq.FuncDef) {
	for _, f := range defs {
		name := fmt.Sprintf("%s/%d", f.Name, len(f.Args))
		if _, taken := functions[name]; taken {
			g.err = fmt.Errorf("%s is a jq built-in; choose another name", name)
			return
		}
		g.own[name] = true
		for _, arg := range f.Args {
			g.own[strings.TrimPrefix(arg, "$")+"/0"] = true
		}
	}
}

// through puts what measures before and behind a term; "" for nothing.
func through(in string, t *gojq.Term, out string) *gojq.Term {
	if in == "" && out == "" {
		return t
	}
	q := &gojq.Query{Term: t}
	if in != "" {
		q = &gojq.Query{Left: measure(in), Op: gojq.OpPipe, Right: q}
	}
	return &gojq.Term{Type: gojq.TermTypeQuery, Query: pass(q, out)}
}

func measure(name string, args ...*gojq.Query) *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: name, Args: args}}}
}

// pass is q, and then what measures its results; q as it is for "".
func pass(q *gojq.Query, name string) *gojq.Query {
	if q == nil || name == "" {
		return q
	}
	return &gojq.Query{Left: q, Op: gojq.OpPipe, Right: measure(name)}
}

func (g *guard) query(q *gojq.Query) *gojq.Query {
	if q == nil || g.err != nil {
		return q
	}
	g.define(q.FuncDefs)
	out := &gojq.Query{Op: q.Op, Term: g.term(q.Term), Left: g.query(q.Left), Right: g.query(q.Right), Patterns: g.patterns(q.Patterns)}
	for _, f := range q.FuncDefs {
		out.FuncDefs = append(out.FuncDefs, &gojq.FuncDef{Name: f.Name, Args: f.Args, Body: g.query(f.Body)})
	}
	in, result := "", ""
	switch q.Op {
	case 0, gojq.OpPipe, gojq.OpComma, gojq.OpAnd, gojq.OpOr, gojq.OpAlt:
		return out
	case gojq.OpEq, gojq.OpNe, gojq.OpGt, gojq.OpLt, gojq.OpGe, gojq.OpLe:
		in = passWhole
	case gojq.OpAdd, gojq.OpMod:
		in, result = passWhole, passWhole
	case gojq.OpSub, gojq.OpDiv:
		in, result = passShort, passWhole
	case gojq.OpMul:
		return times(out.Left, out.Right)
	default:
		g.refuse("the assignment operator " + q.Op.String())
	}
	out.Left, out.Right = pass(out.Left, in), pass(out.Right, in)
	return pass(out, result)
}

// times is l as $l | r as $r | passTimes($l; $r) | $l * $r.
func times(l, r *gojq.Query) *gojq.Query {
	variable := func(name string) *gojq.Query { return measure(name) }
	product := &gojq.Query{Left: variable("$_l"), Op: gojq.OpMul, Right: variable("$_r")}
	checked := &gojq.Query{Left: measure(passTimes, variable("$_l"), variable("$_r")), Op: gojq.OpPipe, Right: product}
	bind := func(value *gojq.Query, name string, then *gojq.Query) *gojq.Query {
		return &gojq.Query{Left: value, Op: gojq.OpPipe, Patterns: []*gojq.Pattern{{Name: name}}, Right: then}
	}
	return pass(bind(l, "$_l", bind(r, "$_r", checked)), passWhole)
}

// term guards a term and what follows it.
func (g *guard) term(t *gojq.Term) *gojq.Term {
	if t == nil || g.err != nil {
		return t
	}
	x := *t
	x.SuffixList = nil
	in, result := "", ""
	switch t.Type {
	case gojq.TermTypeIndex:
		x.Index = g.index(t.Index)
	case gojq.TermTypeFunc:
		in, result = g.call(&x)
	case gojq.TermTypeObject:
		x.Object, result = g.object(t.Object), passWhole
	case gojq.TermTypeArray:
		x.Array, result = &gojq.Array{Query: g.query(t.Array.Query)}, passWhole
	case gojq.TermTypeUnary:
		x.Unary = &gojq.Unary{Op: t.Unary.Op, Term: g.term(t.Unary.Term)}
	case gojq.TermTypeFormat:
		x.Str, in, result = g.text(t.Str), passWhole, passWhole
	case gojq.TermTypeString:
		x.Str, result = g.text(t.Str), passWhole
	case gojq.TermTypeIf:
		x.If = g.branch(t.If)
	case gojq.TermTypeTry:
		x.Try = &gojq.Try{Body: g.query(t.Try.Body), Catch: g.query(t.Try.Catch)}
	case gojq.TermTypeReduce:
		r := t.Reduce
		x.Reduce = &gojq.Reduce{Query: g.query(r.Query), Patterns: g.patterns(r.Patterns), Start: g.query(r.Start), Update: g.query(r.Update)}
	case gojq.TermTypeForeach:
		f := t.Foreach
		x.Foreach = &gojq.Foreach{
			Query: g.query(f.Query), Patterns: g.patterns(f.Patterns), Start: g.query(f.Start), Update: g.query(f.Update), Extract: g.query(f.Extract),
		}
	case gojq.TermTypeLabel:
		x.Label = &gojq.Label{Ident: t.Label.Ident, Body: g.query(t.Label.Body)}
	case gojq.TermTypeQuery:
		x.Query = g.query(t.Query)
	}
	out := through(in, &x, result)
	for _, s := range t.SuffixList {
		out.SuffixList = append(out.SuffixList, &gojq.Suffix{Index: g.index(s.Index), Iter: s.Iter, Optional: s.Optional})
	}
	return out
}

// call guards the arguments of a call, and says what its input and results have to pass.
func (g *guard) call(t *gojq.Term) (in, result string) {
	f := t.Func
	name := fmt.Sprintf("%s/%d", f.Name, len(f.Args))
	c, known := functions[name]
	if !known && !g.own[name] && !strings.HasPrefix(f.Name, "$") {
		g.refuse("the function " + name)
	}
	t.Func = &gojq.Func{Name: f.Name}
	for _, arg := range f.Args {
		t.Func.Args = append(t.Func.Args, pass(g.query(arg), c.args))
	}
	return c.in, c.out
}

func (g *guard) index(x *gojq.Index) *gojq.Index {
	if x == nil {
		return nil
	}
	out := &gojq.Index{Name: x.Name, Str: g.text(x.Str), Start: g.query(x.Start), End: g.query(x.End), IsSlice: x.IsSlice}
	if !x.IsSlice {
		out.Start = pass(out.Start, passIndex)
	}
	return out
}

// text guards what stands in a string.
func (g *guard) text(s *gojq.String) *gojq.String {
	if s == nil {
		return nil
	}
	out := &gojq.String{Str: s.Str}
	for _, q := range s.Queries {
		if q.Term == nil || q.Term.Str == nil { // else it is what stands between the expressions
			q = &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeQuery, Query: pass(g.query(q), passShort)}}
		}
		out.Queries = append(out.Queries, q)
	}
	return out
}

func (g *guard) object(o *gojq.Object) *gojq.Object {
	out := &gojq.Object{}
	for _, kv := range o.KeyVals {
		out.KeyVals = append(out.KeyVals, &gojq.ObjectKeyVal{Key: kv.Key, KeyString: g.text(kv.KeyString), KeyQuery: g.query(kv.KeyQuery), Val: g.query(kv.Val)})
	}
	return out
}

func (g *guard) branch(i *gojq.If) *gojq.If {
	out := &gojq.If{Cond: g.query(i.Cond), Then: g.query(i.Then), Else: g.query(i.Else)}
	for _, e := range i.Elif {
		out.Elif = append(out.Elif, &gojq.IfElif{Cond: g.query(e.Cond), Then: g.query(e.Then)})
	}
	return out
}

func (g *guard) patterns(list []*gojq.Pattern) (out []*gojq.Pattern) {
	for _, p := range list {
		x := &gojq.Pattern{Name: p.Name, Array: g.patterns(p.Array)}
		for _, o := range p.Object {
			member := &gojq.PatternObject{Key: o.Key, KeyString: g.text(o.KeyString), KeyQuery: g.query(o.KeyQuery)}
			if o.Val != nil {
				member.Val = g.patterns([]*gojq.Pattern{o.Val})[0]
			}
			x.Object = append(x.Object, member)
		}
		out = append(out, x)
	}
	return out
}
