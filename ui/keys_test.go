package ui

import "testing"

func TestNoKeyIsBoundTwiceInAMode(t *testing.T) {
	type place struct {
		mode Mode
		key  string
	}
	seen := map[place]Action{}
	for _, b := range DefaultKeyMap().bindings {
		if b.Help().Key == "" || b.Help().Desc == "" || b.Word == "" {
			t.Errorf("%v in %v has no help", b.Keys(), b.Mode)
		}
		for _, k := range b.Keys() {
			p := place{b.Mode, k}
			if _, ok := seen[p]; ok {
				t.Errorf("%q stands twice in %v", k, b.Mode)
			}
			seen[p] = b.Action
		}
	}
}

func TestEveryModeCanBeLeft(t *testing.T) {
	k := DefaultKeyMap()
	for m := range modeCount {
		for _, key := range []string{"esc", "ctrl+c"} {
			if m == ModeMain && key == "esc" {
				continue
			}
			if k.Action(m, key) == ActNone {
				t.Errorf("%s does nothing in %v", key, m)
			}
		}
	}
}
