package history

import (
	"testing"

	"lenswatch/client"
)

var pathPayloads = []string{
	`{"type":"inference.result","event_data":{"response":["a pump is open","b"],"query_metadata":{"read_index":20,"deep":{"x":[1,2,{"y":3}]}}},"a":{"b":2},"n":null,"label":"x"}`,
	`{"a":{"b":1},"a":{"c":{"b":2}},"label":false,"\u0061":{"b":5}}`, `[{"a":1},2]`, `null`, `"text"`, `{"a":[1,2],"b":{"a":{"b":{"c":0}}}}`, `{"a":{"b":"pump"},"b":{}}`, `{}`, `{"a":tru}`, `7`,
}

var pathExpressions = []string{
	`.a.b % 2 == 0`, `.a.b < 2`, `.a.b <= 2`, `.a.b >= 2`, `.a.b > 2`, `.a.b != 2`, `.event_data.query_metadata.read_index % 7 < 3`, `.label != "x" and .a.b >= 2 or .n == null`, `.a > "x"`, `.a.b == 2.0`, `.a.b == true | not`, `(.label | not) == false`, `select(.a.b == 2) == 1`, `select(false) or true`, `select(false) | not`, `.a % 2 == 0`, `.a.b % 0 == 0`, `.n < false`, `.a.b > 99999999999999999999`, `.label == .n`, `.a.b <= .event_data.query_metadata.read_index`,
	`.label == "x"`, `.a.b`, `.a.b > 1`, `select(.a.b > 1)`, `select(.a.b > 1) | .label`, `select(.a) | length > 2`, `.a | .b`, `.a | keys | length > 0`, `.a["b"] == 2`,
	`.event_data.response[0] | test("pump"; "i")`, `.event_data.query_metadata.read_index % 10 == 0`, `.event_data.query_metadata.deep.x[2].y == 3`, `.a.b as $x | .label == $x`, `.[.label]`, `.["a"].b`,
	`.a?`, `.a.b?.c`, `.a[]?`, `.a[0:1]`, `.[0].a`, `.. | .b? == 2`, `(.a | .b) == 2`, `.a | not`, `.a.b and .label`, `.a // .b`, `-.a.b == -2`, `{x: .a.b} | .x == 2`, `[.a.b] == [2]`, `. == {}`,
	`.a | select(.b) | .c`, `if .a then .b else .label end`, `.a |= 1`, `.a, .b | . == null`, `reduce .a[] as $x (0; . + $x) > 2`, `"\(.a)" == "x"`, `.a | .b | .c | .d`, `.a == .b`, `has("a")`, `length > 1`, `.n | . == null`,
	`def f: .b; .a | f`, `.a | try error("x") catch .`, `.a.b | tostring == "2"`, `.label | ascii_downcase == "x"`, `[.a[]?] | length > 1`, `.b.a | .b.c == 0`, `.a | .["b"]`, `.a[.label]?`, `select(.label) | .a`, `select(.a.b) | select(.label)`,
}

// sameByParts compares what an expression answers on a payload with what it answers if all of that is decoded.
func sameByParts(t *testing.T, expression, payload string) {
	f, err := ParseFilter(expression)
	if err != nil {
		return
	}
	part, ok := f.test.(*jq)
	if !ok {
		return
	}
	g, _ := ParseFilter(expression)
	whole := g.test.(*jq)
	whole.reads, whole.quick = &reads{whole: true}, nil
	ev := client.Event{Raw: []byte(payload)}
	if p, w := part.match(&ev), whole.match(&ev); p != w || part.failed != whole.failed && whole.failed == 0 {
		t.Errorf("%s on %s: %v (%v) by its parts, %v (%v) by the whole", expression, payload, p, part.last, w, whole.last)
	}
}

// What an expression does not look at makes no difference to what it answers.
func TestExpressionsAnswerTheSameOnWhatTheyRead(t *testing.T) {
	for _, e := range pathExpressions {
		for _, p := range pathPayloads {
			sameByParts(t, e, p)
			sameByParts(t, ". | "+e, p)
		}
	}
	for e, whole := range map[string]bool{
		`.label == "x"`: false, `select(.a.b > 1)`: false, `.event_data.response[0] | test("pump")`: false, `.a | .b.c`: false, `length > 1`: true, `.. | .b?`: true, `. as $x | .a`: true, `.[.a]`: true,
	} {
		if got := mustFilter(t, ". | "+e).test.(*jq).reads.whole; got != whole {
			t.Errorf("%s reads the whole: %v", e, got)
		}
	}
}

func FuzzExpressionsByParts(f *testing.F) {
	for _, e := range pathExpressions {
		f.Add(e, pathPayloads[0])
	}
	f.Fuzz(func(t *testing.T, expression, payload string) { sameByParts(t, ". | "+expression, payload) })
}
