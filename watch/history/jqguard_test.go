package history

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/itchyny/gojq"

	"lenswatch/client"
)

// What one event may cost, in bytes that are allocated while an expression is run on it.
const maxCost = 128 << 20

// No expression takes more memory than its bound, within one step or in many, whatever it is and
// whatever it is run on.
func TestNoExpressionAllocatesWithoutBound(t *testing.T) {
	long := strings.Repeat("a", 60_000)
	payloads := map[string]string{
		"small": `{"a":[1,2],"s":"x","o":{"k":1}}`,
		"long":  `{"a":[` + strings.Repeat(`"`+long+`",`, 10) + `1],"s":"` + long + `","o":{"k":1}}`,
		"wide":  `{"a":[` + strings.Repeat("0,", 100_000) + `0],"s":"x","o":{"k":1}}`,
	}
	for _, text := range []string{
		`"x" * 1e9`, `1e9 * "x"`, `"x" * 1e5 * 1e5`, `.s * 1e6`, `[range(1e9)]`, `[limit(1e9; repeat("x"))]`, `[repeat(.)]`,
		`def f: [., f]; f`, `[recurse(.)]`, `[recurse([.])]`, `reduce range(100) as $i (.; [., .]) | tojson`,
		`reduce range(100) as $i ("x"; . + .)`, `reduce range(100) as $i ([1]; . + .)`, `reduce range(100) as $i (10; . * .)`,
		`reduce range(100) as $i (.; {a: ., b: .}) | tostring`, `reduce range(60) as $i (.; "\(.)\(.)")`, `reduce range(60) as $i (.; @text "\(.)\(.)")`,
		`[range(5000) | "x" * 1e6]`, `[range(5000) as $i | .a] | add`, `[range(300)] | map(@text) | join("x" * 1e5)`, `.a | join(.[0])`,
		`[.a[] | tojson | explode]`, `.s | [match(""; "g")]`, `.s | [scan("")]`, `.s | split("")`, `.s | [splits("")]`, `.s | explode | implode`,
		`.a | indices([0])`, `.a | contains(.)`, `.a | inside(.)`, `[.a, .a, .a, .a] | flatten`, `.a | group_by([., .])`, `. as $x | .a | sort_by($x)`,
		`.a | map([range(1000)])`, `.a | map_values([., ., .]) | tojson`, `walk([., .])`, `reduce range(30) as $i (.; walk([., .]))`,
		`.o | with_entries(.value = 1)`, `to_entries | tojson`, `[.a[] | {(tojson): .}] | add`, `[paths]`, `[..]`, `[.a | combinations]`,
		`.[[1]]`, `.a[.a]`, `.a - .a`, `.s / ""`, `"\(.a)" | fromjson`, `.s | test(.)`, `[.a[] | tostring | ascii_downcase]`,
		`[limit(100000; range(1e9) | "abc" * 100)] | add`, `@json`, `@html`, `@sh "\(.s)"`, `@base64`, `.a | @csv`, `.a | @text`,
		`label $out | foreach range(1e9) as $i (.; [., .]; .)`, `try ([range(1e9)]) catch .`, `until(false; [., .])`, `[while(true; . )]`,
		`.s | ltrimstr("a") | ltrimstr("a")`, `last(range(1e12))`, `[range(0; 1; 1e-12)]`, `.a as [$x, $y] | [$x, $y] | until(false; . + .)`,
	} {
		f, err := ParseFilter(". | " + text)
		if err != nil {
			if !strings.Contains(err.Error(), "is not available in filters") {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		for name, payload := range payloads {
			ev := client.Event{Raw: []byte(payload)}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f.Match(&ev)
			runtime.ReadMemStats(&after)
			if cost := after.TotalAlloc - before.TotalAlloc; cost > maxCost {
				t.Errorf("%s on a %s payload: %d MiB were allocated", text, name, cost>>20)
			}
		}
	}
}

// What cannot be bounded, and what reads more than the event, is refused with a reason.
func TestUnboundedFunctionsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		`.a |= 1`:                   "the assignment operator |=",
		`.a = .`:                    "the assignment operator =",
		`.a += 1`:                   "the assignment operator +=",
		`. | setpath(["a"]; 1)`:     "setpath/2",
		`. | del(.a)`:               "del/1",
		`. | .[1e9] = 1`:            "the assignment operator =",
		`. | sub("a"; "b")`:         "sub/2",
		`. | gsub("a"; "b")`:        "gsub/2",
		`. | combinations`:          "combinations/0",
		`. | debug`:                 "debug/0",
		`. | def length: 1; length`: "length/0 is a jq built-in",
		`. | _whole`:                "function not defined",
	} {
		if _, err := ParseFilter(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// An expression knows nothing of the environment, where keys may be.
func TestExpressionsHaveNoEnvironment(t *testing.T) {
	t.Setenv("LENSWATCH_TEST_SECRET", "not for filters")
	ev := client.Event{Raw: []byte(`{}`)}
	for _, text := range []string{`. | env | length > 0`, `. | $ENV | length > 0`, `. | env.LENSWATCH_TEST_SECRET`, `. | $ENV.LENSWATCH_TEST_SECRET`, `. | $ENV.PATH`} {
		if mustFilter(t, text).Match(&ev) {
			t.Errorf("%s matches", text)
		}
	}
}

// Guarded, an expression means what it means to jq.
func TestGuardedExpressionsMeanTheSame(t *testing.T) {
	payload := `{"a":[3,1,2],"s":"Hello, pump","o":{"k":1,"l":null},"n":-2.5,"e":[],"list":[{"x":1,"y":"b"},{"x":2,"y":"a"}]}`
	var value any
	if err := json.Unmarshal([]byte(payload), &value); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`.a | map(. * 2) == [6,2,4]`, `.a | sort == [1,2,3]`, `.a | add == 6`, `.s | test("pump$")`, `.s | test("PUMP"; "i")`, `.s * 2 | length`,
		`.o.k + 1 == 2`, `.list | map(.y) | sort | join("-") == "a-b"`, `.list | group_by(.x) | length == 2`, `.list[] | select(.x > 1) | .y == "a"`,
		`[.list[] | "\(.x):\(.y)"] == ["1:b","2:a"]`, `.s | split(", ")[1] == "pump"`, `.s | ascii_downcase | startswith("hello")`,
		`[paths] | length`, `[..] | length > 5`, `path(.a[1]) == ["a",1]`, `[path(..)] | length`, `.e // "none" | length == 0`, `.zzz // "none" == "none"`,
		`reduce .a[] as $x (0; . + $x) == 6`, `[foreach .a[] as $x (0; . + $x)] == [3,4,6]`, `. as {a: [$f], o: {k: $k}} | $f + $k == 4`,
		`def double(f): f * 2; double(.a[0]) == 6`, `def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; 5 | fac == 120`, `.n | floor == -3`,
		`.list | any(.x == 2)`, `.list | all(.x == 2)`, `first(.list[].y) == "b"`, `[limit(2; .a[])] == [3,1]`, `.a[1:] == [1,2]`, `.a[-1] == 2`,
		`.["a"][0] == 3`, `.o | to_entries | map(.key) == ["k","l"]`, `.o | with_entries(select(.value != null)) == {"k":1}`, `-(.n) == 2.5`,
		`try error("x") catch . == "x"`, `.a | index(1) == 1`, `.s | index("p") == 7`, `.a | contains([1])`, `{b: .n} * {c: 1} | keys == ["b","c"]`,
		`.a - [1] == [3,2]`, `.a as $a | $a | length == 3`, `@base64 "\(.s)" == "SGVsbG8sIHB1bXA="`, `.s | @uri`, `[.list[] | {(.y): .x}] | add == {"a":2,"b":1}`,
		`.s | [match("l"; "g").offset] == [2,3]`, `.s | capture("(?<w>p.mp)").w == "pump"`, `label $f | .a[] | if . == 1 then ., break $f else empty end`,
		`.list | map(.x) | min == 1`, `.list | max_by(.x).y == "a"`, `.list | unique_by(.x) | length == 2`, `.a | reverse == [2,1,3]`, `.a | tojson == "[3,1,2]"`,
		`"[1,2]" | fromjson == [1,2]`, `"12" | tonumber == 12`, `.o | has("k")`, `.a | IN([3,1,2])`, `.list | map(walk(.)) | length == 2`, `if .n < 0 then true elif .a then 1 else 2 end`,
		`.s | ltrimstr("Hello, ") == "pump"`, `.s | explode | implode == "Hello, pump"`, `0 | todate == "1970-01-01T00:00:00Z"`, `.a | @csv == "3,1,2"`, `.a?.b?`, `.s?[0]?`,
		`[.a | recurse(if length > 1 then .[1:] else empty end)] | length == 3`, `. as [$a] ?// {a: $a} | $a | length == 3`, `.a | [1, 2] | add`, `[1,[2]] | flatten == [1,2]`,
	} {
		query, err := gojq.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		want := false
		for results := query.Run(value); ; {
			v, ok := results.Next()
			if _, failed := v.(error); !ok || failed {
				break
			}
			if want = v != nil && v != false; want {
				break
			}
		}
		f, err := ParseFilter(". | " + text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := f.Match(&client.Event{Raw: []byte(payload)}); got != want {
			_, trouble := f.Trouble()
			t.Errorf("%s: %v, jq says %v (%v)", text, got, want, trouble)
		}
	}
}

// A payload that cannot be looked into within the bounds is reported, and is no match.
func TestPayloadsBeyondTheBoundsOfJQ(t *testing.T) {
	for name, payload := range map[string]string{
		"large":  `{"a":"` + strings.Repeat("x", maxChars) + `"}`,
		"wide":   `[` + strings.Repeat("0,", maxValues) + `0]`,
		"deep":   strings.Repeat("[", client.MaxDepth+1) + strings.Repeat("]", client.MaxDepth+1),
		"deeper": strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000),
	} {
		f := mustFilter(t, ".")
		if f.Match(&client.Event{Raw: []byte(payload)}) {
			t.Errorf("%s: it matches", name)
		}
		if n, err := f.Trouble(); n != 1 || err == nil || !strings.Contains(err.Error(), "too large for jq filters") {
			t.Errorf("%s: %d times %v", name, n, err)
		}
	}
	// A number of a million digits is no whole number that is worth the time to read it.
	ev := client.Event{Raw: []byte(`{"n":` + strings.Repeat("9", 1_000_000) + `}`)}
	if f := mustFilter(t, ".n > 0"); !f.Match(&ev) {
		t.Error("a long number is not compared")
	}
}
