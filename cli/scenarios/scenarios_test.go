package scenarios

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// table is every scenario, by the kinds of trouble of which they are.
func table() []scenario {
	return slices.Concat(tooShort(), evidence(), paths(), sound())
}

// known are the scenarios that fail still, one name on a line. The list only shrinks: what begins to pass
// has to leave it.
const known = "testdata/known.txt"

func TestScenarios(t *testing.T) {
	b, err := os.ReadFile(known)
	if err != nil {
		t.Fatal(err)
	}
	failsStill := strings.Fields(strings.ReplaceAll(strings.TrimSpace(string(b)), " ", "_"))
	var mu sync.Mutex
	failed := map[string]string{}
	names := map[string]bool{}
	t.Run("all", func(t *testing.T) {
		for _, c := range table() {
			if names[c.name] {
				t.Errorf("two scenarios are called %q", c.name)
			}
			names[c.name] = true
			if !strings.Contains(c.name, *only) {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				var why string
				for i := range c.variants() {
					o := c.run(t, uint64(i))
					if *tell {
						t.Logf("variant %d:\n    %s", i, strings.Join(o.said, "\n    "))
					}
					if len(o.wrong) > 0 {
						why = cmp.Or(why, o.wrong[0])
						if !slices.Contains(failsStill, strings.ReplaceAll(c.name, " ", "_")) && !*update || *tell {
							t.Errorf("variant %d:\n    %s\nit said:\n    %s", i, strings.Join(o.wrong, "\n    "), strings.Join(o.said, "\n    "))
						}
					}
				}
				mu.Lock()
				defer mu.Unlock()
				if why != "" {
					failed[c.name] = why
				}
			})
		}
	})
	if *update {
		if err := writeKnown(failed); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range failsStill {
		name = strings.ReplaceAll(name, "_", " ")
		if !strings.Contains(name, *only) {
			continue
		}
		if _, ok := failed[name]; !ok {
			t.Errorf("%q passes now, or is no scenario: take it out of %s", name, known)
		}
	}
}

// variants is how many variants are played.
func (c scenario) variants() int {
	switch {
	case *variants > 0:
		return *variants
	case c.kind == soundStream:
		return 1
	}
	return 3
}

func writeKnown(failed map[string]string) error {
	var names []string
	for n := range failed {
		names = append(names, n)
	}
	slices.Sort(names)
	var list, why strings.Builder
	for _, n := range names {
		fmt.Fprintln(&list, n)
		fmt.Fprintf(&why, "- %s\n    %s\n", n, failed[n])
	}
	if file := os.Getenv("SCENARIOS_WHY"); file != "" {
		if err := os.WriteFile(file, []byte(why.String()), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(known, []byte(list.String()), 0o644)
}
