package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"

	"lenswatch/client"
)

// The sizes and looks of the goldens.
var (
	goldenSizes = []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}}
	goldenLooks = map[string]display{
		"dark": {color: colorprofile.TrueColor}, "light": {color: colorprofile.TrueColor, light: true}, "plain": {color: colorprofile.Ascii},
	}
)

// name is the size of a display.
func (d display) name() string { return fmt.Sprintf("%dx%d", d.w, d.h) }

// goldenStates are screens, each with the keys that lead to it from the one before.
var goldenStates = []struct {
	name string
	keys []string
}{
	{"all", nil},
	{"create", []string{"c"}},
	{"help", []string{"esc", "?"}},
	{"destroy", []string{"esc", "]", "d"}},
	{"one", []string{"esc"}},
	{"diagnosis", []string{"]", "i"}},
	{"present", []string{"esc", "P"}},
	{"inspect", []string{"esc", "tab", "enter"}},
	{"scrolled", []string{"esc", "k", "k", "k"}},
	{"filtered", []string{"G", "0", "f", "ladder", "enter"}},
	{"timeline", []string{"5", "left", "left"}},
}

// stage plays a short story on a screen: one session with sentences, one that stalls after a while.
func stage(t *testing.T, d display) *terminal {
	f := newFake()
	f.add("lsn-one-0001", "lns-activity")
	x := start(t, d, Options{Title: "golden"}, f)
	f.add("lsn-two-0002", "lns-machine")
	x.pass(6 * time.Second)
	beat := func(label, other string) *client.Result {
		return &client.Result{Label: label, Unit: client.UnitFraction, Scores: []client.Score{{Label: label, Value: .91}, {Label: other, Value: .06}, {Label: "idle", Value: .03}}}
	}
	for i := range 36 {
		f.say("lsn-one-0001", client.KindResult, fmt.Sprintf("Scene %d: a worker in a hard hat carries a ladder along the east side; the exclusion zone is empty.", i), nil)
		x.pass(100 * time.Millisecond) // two streams that speak at once do so in no order
		switch {
		case i < 10, i > 12 && i < 18:
			f.say("lsn-two-0002", client.KindResult, "normal", beat("normal", "bearing_wear"))
		case i < 13:
			f.say("lsn-two-0002", client.KindResult, "bearing_wear", beat("bearing_wear", "normal"))
		}
		if i%20 == 7 {
			x.pass(100 * time.Millisecond)
			f.say("lsn-one-0001", client.KindLog, "Input buffer at 53 %.", nil)
		}
		x.pass(900 * time.Millisecond)
	}
	f.say("lsn-one-0001", client.KindError, "query_id: qry-1 failed!", nil)
	x.pass(time.Second)
	return x
}

// Goldens are what the cells of a terminal hold. After a change of the screen: look at the pictures,
// then run the test with -update and read the difference.
func TestGolden(t *testing.T) {
	for look, d := range goldenLooks {
		for _, size := range goldenSizes {
			if look != "dark" && size.w != 120 {
				continue // only the colours differ, and they do not depend on the size
			}
			d := display{w: size.w, h: size.h, light: d.light, color: d.color}
			t.Run(fmt.Sprintf("%dx%d-%s", d.w, d.h, look), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					x := stage(t, d)
					for _, s := range goldenStates {
						x.press(s.keys...)
						if look == "dark" || s.name == "all" || s.name == "diagnosis" { // else only colours differ
							compareGolden(t, fmt.Sprintf("%s-%dx%d-%s", s.name, d.w, d.h, look), x.cells())
						}
					}
				})
			})
		}
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".ansi")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	is, was := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(is), len(was)) {
		if is[i] != was[i] {
			t.Errorf("%s: line %d was\n%s\nand is\n%s\nAfter looking at the screen, run go test ./ui -run Golden -update.", path, i+1, was[i], is[i])
			return
		}
	}
}

// cells is the screen with its styles.
func (x *terminal) cells() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.emu.Render() + "\n"
}
