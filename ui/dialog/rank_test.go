package dialog

import (
	"fmt"
	"testing"
)

type texts []string

func (t texts) Len() int            { return len(t) }
func (t texts) String(i int) string { return t[i] }

// Words come before letters, whole words before their beginnings, what is early before what is late.
func TestWordsComeBeforeLetters(t *testing.T) {
	all := texts{"the open mark entry", "rethemed", "choose a theme", "theme", "themes and colours", "Thematic"}
	for query, want := range map[string]string{
		"theme": "[3 2 4 1 0]", "THEME": "[3 2 4 1 0]", "theme choose": "[2]", "colour": "[4]", "": "[]", "zzz": "[]", "tme": "[0 3 4 1 2]",
	} {
		got := ranked(query, all)
		if query == "tme" { // letters only: any order, all of them
			if len(got) < 4 {
				t.Errorf("%q finds %v", query, got)
			}
			continue
		}
		if query != "" && fmt.Sprint(got) != want {
			t.Errorf("%q finds %v, want %v", query, got, want)
		}
	}
}
