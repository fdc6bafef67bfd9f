package jsontree

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
)

var c = &draw.Context{Theme: theme.New(theme.Options{Dark: true})}

// seen is what a jsonView shows, without styles and without blanks at the ends.
func seen(j *Tree, w, h int) []string {
	j.SetSize(w, h)
	lines := j.View(c)
	for i, l := range lines {
		lines[i] = strings.TrimRight(draw.Plain(l), " ")
	}
	return lines
}

func drawn(j *Tree, w, h int) []string {
	j.SetSize(w, h)
	return j.View(c)
}

func move(j *Tree, n int) { j.at.To(j.at.Cursor(len(j.rows))+n, len(j.rows), j.height) }

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// wantSafe fails if a line is wider than w, or has a control character other than those of styles.
func wantSafe(t *testing.T, lines []string, w int) {
	t.Helper()
	for _, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			t.Fatalf("%d cells in a line of %d: %q", n, w, l)
		}
		for _, r := range withoutSGR(l) {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Fatalf("%U in a line: %q", r, l)
			}
		}
	}
}

// withoutSGR takes out what sets styles, and nothing else.
func withoutSGR(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if rest := strings.TrimLeft(after, "0123456789;:"); strings.HasPrefix(rest, "m") {
			s = rest[1:]
			continue
		}
		b.WriteString("\x1b[")
		s = after
	}
}

const answerJSON = `{"type":"inference.result","event_data":{"response":["A \"ladder\""],` +
	`"meta":{"deep":{"x":1,"y":{}},"none":[]}},"vector":[1,2,3,4,5,6,7,8,9],"ok":true,"left":null}`

func TestJSONFoldsWhatIsDeepOrLong(t *testing.T) {
	j := New([]byte(answerJSON))
	wantLines(t, seen(j, 60, 40),
		`▼ {`,
		`    "type": "inference.result",`,
		`▼   "event_data": {`,
		`▼     "response": [`,
		`        "A \"ladder\""`,
		`      ],`,
		`▼     "meta": {`,
		`▸       "deep": { 2 members },`,
		`        "none": []`,
		`      }`,
		`    },`,
		`▸   "vector": [ 9 numbers ],`,
		`    "ok": true,`,
		`    "left": null`,
		`  }`)
}

func TestJSONUnfoldsAndFoldsAgain(t *testing.T) {
	j := New([]byte(answerJSON))
	before := seen(j, 60, 40)
	move(j, 7)
	j.Act(action.Fold)
	if got := seen(j, 60, 40)[7:12]; !slices.Equal(got, []string{
		`▼       "deep": {`, `          "x": 1,`, `          "y": {}`, `        },`, `        "none": []`,
	}) {
		t.Fatalf("unfolded: %q", got)
	}
	move(j, 3) // where the object ends: it folds there too
	j.Act(action.Fold)
	wantLines(t, seen(j, 60, 40), before...)
	if j.at.Cursor(len(j.rows)) != 7 {
		t.Fatalf("the cursor is on row %d", j.at.Cursor(len(j.rows)))
	}
}

func TestJSONAllUnfoldedAndFolded(t *testing.T) {
	j := New([]byte(answerJSON))
	drawn(j, 60, 40)
	move(j, 7)
	j.Act(action.UnfoldAll)
	if got := strings.Join(seen(j, 60, 40), "\n"); strings.Contains(got, "▸") || !strings.Contains(got, "\n      9\n") {
		t.Fatalf("something is folded:\n%s", got)
	}
	move(j, 2)
	j.Act(action.FoldAll)
	wantLines(t, seen(j, 60, 40),
		`▼ {`, `    "type": "inference.result",`, `▸   "event_data": { 2 members },`,
		`▸   "vector": [ 9 numbers ],`, `    "ok": true,`, `    "left": null`, `  }`)
	if j.at.Cursor(len(j.rows)) != 2 {
		t.Fatalf("the cursor is on row %d, not on what its node lies in", j.at.Cursor(len(j.rows)))
	}
}

func TestJSONLongStringUnfolds(t *testing.T) {
	j := New([]byte(`["short","one two\nthree four five six seven"]`))
	wantLines(t, seen(j, 24, 9), `▼ [`, `    "short",`, `▸   "one two\nthree fou…`, `  ]`)
	move(j, 1)
	j.Act(action.Fold) // nothing to unfold
	move(j, 1)
	j.Act(action.Fold)
	wantLines(t, seen(j, 24, 9), `▼ [`, `    "short",`, `▼`, `      one two`, `      three four five`, `      six seven`, `  ]`)
	j.Act(action.Fold)
	wantLines(t, seen(j, 24, 9)[2:], `▸   "one two\nthree fou…`, `  ]`)
}

func TestJSONThatIsNone(t *testing.T) {
	for payload, want := range map[string][]string{
		"":                     {"✗ not JSON"},
		"plain text":           {"✗ not JSON from byte 0"},
		`{"a":1`:               {"▼ {", `    "a": 1`, "✗ not JSON from byte 6"},
		`{"a":[1,2,x]}`:        {"▼ {", `▼   "a": [`, "1,", "2", "✗ not JSON from byte 10"},
		`{} {}`:                {"{}", "✗ not JSON"},
		"{\"a\":\"\x1b[31m\"}": {"  {", "✗ not JSON from byte 6"},
		`"\ud800"`:             {`"` + "\ufffd" + `"`},
		`1e5`:                  {"1e5"},
	} {
		got := seen(New([]byte(payload)), 60, 20)
		if len(got) != len(want) {
			t.Errorf("%q: got %q", payload, got)
			continue
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("%q: got %q, want %q", payload, got[i], want[i])
			}
		}
	}
}

func TestJSONHostileStrings(t *testing.T) {
	payload := `{"\u001b]0;owned\u0007":"\u001b[31mred\u009b2J\u202eright to left\u0000","n":"` + "\u202e\u009b" + `"}`
	j := New([]byte(payload))
	got := seen(j, 100, 10)
	wantSafe(t, got, 100)
	if !strings.Contains(got[1], `"\u001b]0;owned\u0007": "\u001b[31mred`+"\ufffd"+`2Jright to left\u0000"`) {
		t.Fatalf("got %q", got[1])
	}
}

func TestJSONFitsEveryWidth(t *testing.T) {
	payload := `{"世界":{"ключ":["` + strings.Repeat("世界🙂e\u0301 ", 60) + `",[[[[["` + strings.Repeat("x", 300) + `"]]]]],-1.5e300]},"` +
		strings.Repeat("long name ", 40) + `":[` + strings.Repeat("12345678901234567890,", 30) + `0]}`
	for w := 1; w <= 200; w += 1 + w/5 {
		j := New([]byte(payload))
		wantSafe(t, drawn(j, w, 50), w)
		j.Act(action.UnfoldAll)
		for i := range j.rows {
			move(j, min(i, len(j.rows)-1)-j.at.Cursor(len(j.rows)))
			wantSafe(t, drawn(j, w, 5), w)
			if i%3 == 0 {
				j.Act(action.Fold)
			}
		}
	}
}

// The cursor stays on the screen, and the screen within the rows.
func TestJSONScrolls(t *testing.T) {
	j := New([]byte("[" + strings.Repeat("0,", 99) + "0]"))
	drawn(j, 40, 10)
	j.Act(action.Fold)
	if got := seen(j, 40, 10); len(got) != 10 || got[0] != "▼ [" {
		t.Fatalf("got %q", got)
	}
	move(j, 1<<30)
	if got := seen(j, 40, 10); len(got) != 10 || got[9] != "  ]" {
		t.Fatalf("got %q", got)
	}
	move(j, -1<<30)
	if got := seen(j, 40, 10); got[0] != "▼ [" {
		t.Fatalf("got %q", got)
	}
}

func TestJSONDeepNesting(t *testing.T) {
	for _, n := range []int{5000, 100_000} {
		j := New([]byte(strings.Repeat("[", n) + strings.Repeat("]", n)))
		drawn(j, 80, 20)
		j.Act(action.UnfoldAll)
		move(j, 1<<30)
		wantSafe(t, drawn(j, 80, 20), 80)
		if (n > 10_000) != (j.fault != "") {
			t.Fatalf("depth %d: %q", n, j.fault)
		}
	}
}

// A payload of any size is read within bounds, and what is left out is counted.
func TestJSONHugeArray(t *testing.T) {
	j := New([]byte(`{"big":[` + strings.Repeat("1,", 99_999) + `1],"type":"last"}`))
	wantLines(t, seen(j, 60, 10), "▼ {", `▸   "big": [ 100,000 numbers ],`, `    "type": "last"`, "  }")
	if len(j.nodes) > maxItems+3 {
		t.Fatalf("%d nodes are there", len(j.nodes))
	}
	j.Act(action.UnfoldAll)
	move(j, 1<<30)
	wantLines(t, seen(j, 60, 5), "      1,", "      … and 90,000 more", "    ],", `    "type": "last"`, "  }")
}

func TestJSONWithTooManyValues(t *testing.T) {
	j := New([]byte(`{"type":"first","big":[` + strings.Repeat("1,", 2*maxValues) + `1]}`))
	wantLines(t, seen(j, 60, 10), "▼ {", `    "type": "first",`, `▸   "big": [ 999,997 numbers …`, "✗ only the first 1,000,000 values are read")
	j.Act(action.UnfoldAll)
	move(j, 1<<30)
	wantSafe(t, drawn(j, 60, 10), 60)
}

func TestJSONHugeString(t *testing.T) {
	j := New([]byte(`{"text":"` + strings.Repeat("\\u4e16 ", 2<<20) + `","after":1}`))
	if got := seen(j, 40, 10); !strings.HasPrefix(got[1], `▸   "text": "世 世`) || got[2] != `    "after": 1` {
		t.Fatalf("got %q", got)
	}
	move(j, 1)
	j.Act(action.Fold)
	if n := len(j.rows); n < 100 || n > maxShown {
		t.Fatalf("%d rows", n)
	}
}

// A long string is cut where none of its escapes is cut in two.
func TestUnquoteCuts(t *testing.T) {
	src := []byte(`"` + strings.Repeat(`\u4e16\n世`, 100) + `"`)
	for limit := range 200 {
		s, cut := unquote(src, limit)
		if !cut || len(s) > limit+6 || !strings.HasPrefix(strings.Repeat("世\n世", 100), s) {
			t.Fatalf("at %d: %q", limit, s)
		}
	}
	if s, cut := unquote([]byte(`"abc"`), 4); s != "abc" || cut {
		t.Fatalf("%q was cut", s)
	}
}

func TestJSONManyArrays(t *testing.T) {
	j := New([]byte("[" + strings.Repeat("["+strings.Repeat("0,", 999)+"0],", 499) + "[0]]"))
	if len(j.nodes) > maxNodes {
		t.Fatalf("%d nodes are there", len(j.nodes))
	}
	if got := seen(j, 60, 10); !slices.Equal(got, []string{"▸ [ 500 arrays ]"}) {
		t.Fatalf("got %q", got)
	}
	j.Act(action.UnfoldAll)
	if drawn(j, 60, 10); len(j.rows) > 2*maxNodes {
		t.Fatalf("%d rows", len(j.rows))
	}
}

func FuzzJSONView(f *testing.F) {
	f.Add([]byte(answerJSON), 40, []byte("dtdtuEdtCt"))
	f.Add([]byte(`["\ud83d\ude00\u0300`+strings.Repeat(`\u0041`, 200)+`"]`), 20, []byte("dt"))
	f.Add([]byte("{\"\u009b\":[[[[[1]]]],\"\xff\"]} x"), 3, []byte("Edddt"))
	f.Fuzz(func(t *testing.T, payload []byte, w int, keys []byte) {
		w = 1 + (w%200+200)%200
		j := New(payload)
		wantSafe(t, drawn(j, w, 12), w)
		for _, k := range keys[:min(len(keys), 50)] {
			switch k {
			case 'd':
				move(j, 1)
			case 'u':
				move(j, -1)
			case 't':
				j.Act(action.Fold)
			case 'E':
				j.Act(action.UnfoldAll)
			case 'C':
				j.Act(action.FoldAll)
			}
			lines := drawn(j, w, 12)
			wantSafe(t, lines, w)
			if len(lines) > 12 || len(lines) < min(len(j.rows), 12) {
				t.Fatalf("%d lines of %d rows", len(lines), len(j.rows))
			}
		}
	})
}
