package rest

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// recordsOf splits a list that arrives byte by byte, or all at once.
func recordsOf(text string, slow bool) (out []string, err error) {
	var r io.Reader = strings.NewReader(text)
	if slow {
		r = iotest.OneByteReader(r)
	}
	err = eachRecord(r, maxList, func(record []byte) error {
		out = append(out, string(record))
		return nil
	})
	return out, err
}

func TestListsAreSplitIntoRecords(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", maxRecord) + `"}`
	for text, want := range map[string][]string{
		`[]`: nil, " [ ] \n": nil, `[{}]`: {"{}"}, `[ {"a":[1,2]} , {"b":"]},\"["} ]`: {`{"a":[1,2]}`, `{"b":"]},\"["}`},
		`[1,"a,]",null , [3]]`: {"1", `"a,]"`, "null", "[3]"}, `["\\"]`: {`"\\"`}, "[" + long + `,{"b":1}]`: {"", `{"b":1}`},
	} {
		for _, slow := range []bool{false, true} {
			if got, err := recordsOf(text, slow); err != nil || !slices.Equal(got, want) {
				t.Errorf("%.40q: %.80q, %v", text, got, err)
			}
		}
	}
	for _, text := range []string{``, `[`, `[{}`, `[{},`, `[{},]`, `[,]`, `[{}] x`, `{}`, `null`, `[{}]]`} {
		if got, err := recordsOf(text, false); !errors.Is(err, errNoList) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	stop := errors.New("stop")
	if err := eachRecord(strings.NewReader(`[1,2]`), maxList, func([]byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("it went on: %v", err)
	}
}

// What is split has the elements that JSON has.
func FuzzRecords(f *testing.F) {
	f.Add(`[{"a":"\\\"]"},[1,2], 3 ]`)
	f.Add("[\n]")
	f.Fuzz(func(t *testing.T, text string) {
		var want []json.RawMessage
		if json.Unmarshal([]byte(text), &want) != nil || want == nil {
			_, _ = recordsOf(text, false)
			return
		}
		got, err := recordsOf(text, true)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: %q, %v", text, got, err)
		}
		for i := range want {
			if got[i] != string(want[i]) {
				t.Fatalf("%q: %q", text, got[i])
			}
		}
	})
}

// What goes on for ever is given up: a record, or blanks between two.
func TestListsWithoutAnEndAreGivenUp(t *testing.T) {
	for _, start := range []string{"[ ", `[{"a":1},{"b":"`, `[{"a":1} , `} {
		err := eachRecord(io.MultiReader(strings.NewReader(start), blanks{}), 10<<20, func([]byte) error { return nil })
		if !errors.Is(err, errLongList) {
			t.Errorf("%q: %v", start, err)
		}
	}
}

// blanks are without an end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
