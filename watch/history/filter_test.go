package history

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lenswatch/client"
)

var worker = client.Event{
	Session: "lsn-7Q", Kind: client.KindResult, Level: client.LevelInfo, Wire: "inference.result",
	Text:   "A worker wearing a Hard hat — ÉTÉ 300 K",
	Result: &client.Result{Label: "Walking"},
	Raw:    []byte(`{"type":"inference.result","n":9007199254740993,"ok":true,"list":[1,2],"data":{"result":"A worker"}}`),
}

var complaint = client.Event{
	Session: "lsn-8", Kind: client.KindError, Level: client.LevelError, Wire: "error", Text: "!no .dot \\slash",
	Raw: []byte(`plain text`),
}

var gap = client.Event{
	Session: "lsn-8", Kind: client.KindNotice, Level: client.LevelWarn, Wire: "notice", Text: "gap of 3 s",
}

// Times are those of the zone, the newest that were; a span counts from when the filter is written.
func TestTimeFilters(t *testing.T) {
	zone := time.FixedZone("test", 2*60*60)
	now := time.Date(2026, 11, 27, 14, 30, 0, 0, zone)
	for text, want := range map[string][3]bool{ // 20 minutes ago, 5 minutes ago, now
		"last:10m": {false, true, true}, "last:1h": {true, true, true}, "!last:10m": {true, false, false},
		"after:14:25": {false, true, true}, "before:14:25": {true, false, false}, "after:14:25:01": {false, false, true},
		"after:23:00": {true, true, true}, "before:23:00": {}, "after:2026-11-27": {true, true, true}, "before:2026-11-27 14:20": {true, false, false},
		"after:2026-11-27T12:20:00Z": {false, true, true}, "after: 14:25 ": {false, true, true},
	} {
		f, err := ParseFilterAt(text, now)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var got [3]bool
		for i, age := range []time.Duration{20 * time.Minute, 5 * time.Minute, 0} {
			got[i] = f.Match(&client.Event{Received: now.Add(-age)})
		}
		if got != want {
			t.Errorf("%q matches %v, want %v", text, got, want)
		}
		if again, err := ParseFilterAt(f.String(), now); err != nil || again.String() != f.String() {
			t.Errorf("%q is read as %q, %v", text, f, err)
		}
	}
	for _, text := range []string{"last:", "last:5", "last:-5m", "last:soon", "after:", "after:noon", "before:25:00", "after:2026-13-01"} {
		if _, err := ParseFilterAt(text, now); err == nil || !strings.Contains(err.Error(), "use ") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if f, err := ParseFilter(`\last:5m`); err != nil || f.String() != `\last:5m` {
		t.Errorf("a text that looks like one: %q, %v", f, err)
	}
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		typed, chip            string
		worker, complaint, gap bool
	}{
		{"worker", "worker", true, false, false},
		{"  worker ", "worker", true, false, false},
		{"hard hat", "hard hat", true, false, false},
		{"Hard", "Hard", true, false, false},
		{"hArd", "hArd", false, false, false},
		{"été", "été", true, false, false},
		{"Été", "Été", false, false, false},
		{"300 k", "300 k", true, false, false},
		{"300 \u212a", "300 \u212a", false, false, false}, // the Kelvin sign is an upper-case letter
		{"walk", "walk", true, false, false},
		{"inference", "inference", true, false, false},
		{"lsn-7q", "lsn-7q", true, false, false},
		{"LSN", "LSN", false, false, false},
		{"!lsn-7", "!lsn-7", false, true, true},
		{"! worker", "!worker", false, true, true},
		{`\!no`, `\!no`, false, true, false},
		{`!\!no`, `!\!no`, true, false, true},
		{`\.dot`, `\.dot`, false, true, false},
		{`\\slash`, `\\slash`, false, true, false},
		{`\ hard`, `\ hard`, true, false, false},
		{`\worker`, "worker", true, false, false},
		{`\kind:error`, `\kind:error`, false, false, false},
		{"kind", "kind", false, false, false},
		{"\\\u0301x", "\\\u0301x", false, false, false}, // a mark alone is no text by itself

		{"re:w.rk", "re:w.rk", true, false, false},
		{"re:W.rk", "re:W.rk", false, false, false},
		{"re:(?i)WORK", "re:(?i)WORK", true, false, false},
		{"re:^Walking$", "re:^Walking$", true, false, false},
		{"re:^inference", "re:^inference", true, false, false},
		{"re:^lsn-8$", "re:^lsn-8$", false, true, true},
		{"!re:^lsn-8$", "!re:^lsn-8$", true, false, false},
		{"re: hat", "re: hat", true, false, false},
		{"re:(?i)WORKER|gap", "re:(?i)WORKER|gap", true, false, true},
		{"re:(?i)(?:X*HARD)+ .", "re:(?i)(?:X*HARD)+ .", true, false, false},
		{"re:(no){2}|(?:no){1,2}", "re:(no){2}|(?:no){1,2}", false, true, true},
		{"re:(?:no){0}w", "re:(?:no){0}w", true, false, false},

		{"kind:result", "kind:result", true, false, false},
		{"kind: notice , Error,error", "kind:error,notice", false, true, true},
		{"!kind:notice", "!kind:notice", true, true, false},
		{"level:warn", "level:warn", false, false, true},
		{"level:warn+", "level:warn,error", false, true, true},
		{"level:error,info", "level:info,error", true, true, false},
		{"level:debug+", "level:debug,info,warn,error", true, true, true},
		{"!level:info", "!level:info", false, true, true},
		{"session:LSN-8", "session:LSN-8", false, false, false},
		{"session: lsn-8", "session:lsn-8", false, true, true},
		{"session:worker", "session:worker", false, false, false},

		{".", ".", true, false, false},
		{".ok", ".ok", true, false, false},
		{".none", ".none", false, false, false},
		{"!.ok", "!.ok", false, true, true},
		{`.data.result | test("^A w")`, `.data.result | test("^A w")`, true, false, false},
		{".n == 9007199254740993", ".n == 9007199254740993", true, false, false},
		{".n == 9007199254740992", ".n == 9007199254740992", false, false, false},
		{".list[] == 2", ".list[] == 2", true, false, false}, // any answer counts
		{".list[] == 3", ".list[] == 3", false, false, false},
		{".n.n", ".n.n", false, false, false}, // an error is no match
		{"!.n.n", "!.n.n", true, true, true},
		{". | $ENV.HOME // env.HOME", ". | $ENV.HOME // env.HOME", false, false, false},
		{"..|numbers", "..|numbers", true, false, false},
	} {
		f := mustFilter(t, c.typed)
		if f.String() != c.chip {
			t.Errorf("%s: String is %s, want %s", c.typed, f, c.chip)
		}
		for ev, want := range map[*client.Event]bool{&worker: c.worker, &complaint: c.complaint, &gap: c.gap} {
			if f.Match(ev) != want {
				t.Errorf("%s matches %q: %v, want %v", c.typed, ev.Text, !want, want)
			}
		}
	}
}

func TestParseFilterErrors(t *testing.T) {
	for typed, want := range map[string]string{
		"":                        "the filter is empty",
		"  ":                      "the filter is empty",
		" ! ":                     `missing text after "!"`,
		"!!x":                     `use a single !; to match a literal !, write \!x`,
		`\`:                       `missing text after \`,
		"re:":                     `missing regular expression after "re:"`,
		"re:a(b":                  "regular expression, character 4: missing closing ): a(b",
		"re:é[z-a]":               "regular expression, character 6: invalid character class range: z-a",
		"! re:*":                  "regular expression, character 6: missing argument to repetition operator: *",
		"session: ":               `missing part of a session ID after "session:"`,
		"kind:":                   "missing kind at character 6; use other, start,",
		"kind:log,,error":         "missing kind at character 10; use",
		" !kind: log, resullt":    `unknown kind "resullt" at character 13; use other, start, heartbeat, result, log, progress, error, end or notice`,
		"level:warning":           `unknown level "warning" at character 7; use debug, info, warn or error`,
		"level:+":                 `unknown level "+" at character 7`,
		"...":                     `jq, character 4: unexpected EOF (to match a text that starts with a dot, write \...)`,
		`!.a == "x`:               "jq, character 10: unterminated string literal",
		".a |":                    "jq, character 5: unexpected EOF",
		".a | nope":               "jq: function not defined: nope/0",
		". | input":               "jq: input(s)/0 is not allowed",
		". | $x":                  "jq: variable not defined: $x",
		`. | import "a" as a; .`:  "jq, character 5",
		strings.Repeat("x", 1025): "filters can have at most 1024 characters",
	} {
		f, err := ParseFilter(typed)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %s", typed, f, err, want)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		filter, text string
		want         [][2]int
	}{
		{"an", "Banana AN", [][2]int{{1, 3}, {3, 5}, {7, 9}}},
		{"AN", "Banana AN", [][2]int{{7, 9}}},
		{"aa", "aaaaa", [][2]int{{0, 2}, {2, 4}}},
		{"é", "aÉé", [][2]int{{1, 3}, {3, 5}}},
		{"k", "a\u212ak", [][2]int{{1, 4}, {4, 5}}}, // the Kelvin sign has more bytes than a k
		{"ſ", "sS", [][2]int{{0, 1}, {1, 2}}},
		{"日本", "x日本日", [][2]int{{1, 7}}},
		{"no", "text", nil},
		{"re:a.", "abac", [][2]int{{0, 2}, {2, 4}}},
		{"re:x*", "ab", nil}, // what is empty cannot be highlighted
		{"!an", "Banana", nil},
		{"kind:log", "kind:log", nil},
		{".a", ".a", nil},
		{"session:a", "a", nil},
	} {
		if got := mustFilter(t, c.filter).Ranges(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s in %q: %v, want %v", c.filter, c.text, got, c.want)
		}
	}
}

func TestZeroFilter(t *testing.T) {
	var f Filter
	if !f.Match(&worker) || !f.MatchText(&worker) || f.String() != "" || f.Ranges("x") != nil {
		t.Fatal("the zero filter should match everything and say nothing")
	}
	if !(Filters{}).Match(&worker) {
		t.Fatal("no filter should match everything")
	}
}

func TestFiltersHaveAllToMatch(t *testing.T) {
	fs := Filters{mustFilter(t, "worker"), mustFilter(t, "!kind:error"), mustFilter(t, ".ok")}
	if !fs.Match(&worker) {
		t.Fatal("all of them match")
	}
	if append(fs, mustFilter(t, "absent")).Match(&worker) {
		t.Fatal("one of them does not match")
	}
}

// An expression that would never end, or would fill the memory, is stopped, is no match, and is
// reported. An expression that fails likewise.
func TestRunawayExpressions(t *testing.T) {
	for text, want := range map[string]string{
		". | [limit(1e12; repeat(1))]":             "took too long",
		". | last(range(1e12))":                    "took too long",
		". | def f: f; f":                          "took too long",
		". | reduce range(1e9) as $i (.; [., .])":  "too large",
		". | until(false; .)":                      "took too long",
		`. | reduce range(64) as $i ("xx"; . + .)`: "too large",
		`.type | . * 1e10`:                         "too large",
		".n.n":                                     "expected an object",
		`.ok | error`:                              "error: true",
	} {
		f := mustFilter(t, text)
		if f.Match(&worker) {
			t.Errorf("%s matches", text)
		}
		if n, err := f.Trouble(); n != 1 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %d times %v, want %s", text, n, err, want)
		}
	}
	hostile := client.Event{Raw: []byte("{\"n\":\"\u202e\x9b31m\"}")}
	f := mustFilter(t, ".n.n")
	f.Match(&hostile)
	if _, err := f.Trouble(); err == nil || err.Error() != client.Line1(err.Error()) {
		t.Errorf("%q is not fit for the screen", err)
	}
	f = mustFilter(t, ".n")
	two := client.Event{Raw: []byte(`{"n":1} x`)}
	if f.Match(&complaint) || f.Match(&two) || f.Match(&gap) || !f.Match(&worker) {
		t.Error("what is no JSON should not match, what is should")
	}
	if n, err := f.Trouble(); n != 0 || err != nil {
		t.Errorf("%d times %v though nothing failed", n, err)
	}
}

// Each of the bounds holds by itself.
func TestLeash(t *testing.T) {
	steps := newStepLimit()
	for n := 1; steps.Done() == nil; n++ {
		if n > maxSteps {
			t.Fatal("not stopped after the most steps")
		}
	}
	if steps.steps != maxSteps+1 {
		t.Fatalf("stopped after %d steps", steps.steps)
	}
	sized := newStepLimit()
	sized.pass(strings.Repeat("x", 10*charsAStep), maxValues, maxChars)
	if sized.steps != 10 {
		t.Fatalf("a text of ten steps counts as %d", sized.steps)
	}
}

// One run's steps are not counted against the next, and the expression is the same after it was
// compiled anew.
func TestExpressionsRunOften(t *testing.T) {
	f := mustFilter(t, `. | [range(200)] | length == 200`)
	for i := range renewAfter + 2 {
		if !f.Match(&worker) {
			n, err := f.Trouble()
			t.Fatalf("run %d: %d times %v", i, n, err)
		}
	}
}

// An embedding of a thousand numbers is within the bound.
func TestExpressionOverAnEmbedding(t *testing.T) {
	ev := client.Event{Raw: []byte(`{"v":[` + strings.Repeat("0.5,", 1023) + `0.5]}`)}
	f := mustFilter(t, ".v | map(. * .) | add | sqrt == 16")
	if !f.Match(&ev) {
		_, err := f.Trouble()
		t.Fatal("no match:", err)
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, s := range []string{
		"pump", "!Pump", "re:^a+b?$", ".a.b > 3", `!.x | test("y")`, "kind:log,error", "level:warn+", "session:lsn",
		`\!x`, `\ x`, `!\re:x`, "!!", "é\u212aß", "re:(?i)é", "\x1b[31m", "a\u202eb", "\xff", "kind: log ,", "!kind:a", ". |", "..", "re:(?i)(pu|P)+m{1,2}", "\t \u0301",
	} {
		f.Add(s, "A text with pump, é and K")
	}
	f.Fuzz(func(t *testing.T, typed, text string) {
		filter, err := ParseFilter(typed)
		if err != nil {
			if !utf8.ValidString(err.Error()) {
				t.Fatalf("%q: the error is not fit to be shown: %q", typed, err)
			}
			return
		}
		chip := filter.String()
		again, err := ParseFilter(chip)
		if err != nil || again.String() != chip {
			t.Fatalf("%q became %q, and that %v, %v", typed, chip, again, err)
		}
		if chip != client.Line1(chip) {
			t.Fatalf("the chip %q is not clean", chip)
		}
		ev := client.Event{Session: "s", Text: text, Raw: []byte(text)}
		one, two := filter.Match(&ev), again.Match(&ev)
		if n, _ := filter.Trouble(); one != two && n == 0 && !strings.Contains(chip, "now") {
			t.Fatalf("%q and %q differ on %q", typed, chip, text)
		}
		if p, ok := filter.test.(pattern); ok && utf8.ValidString(text) && p.in(text) != p.MatchString(text) {
			t.Fatalf("%q on %q: the text looked for first is wrong", typed, text)
		}
		end := 0
		for _, r := range filter.Ranges(text) {
			if r[0] < end || r[1] <= r[0] || r[1] > len(text) {
				t.Fatalf("%q on %q: %v", typed, text, filter.Ranges(text))
			}
			end = r[1]
		}
	})
}
