package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"

	"lenswatch/client"
	"lenswatch/theme"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/draw"
	watchalerts "lenswatch/watch/alerts"
)

// The sizes of the goldens.
var goldenSizes = []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}}

// goldenLooks are the themes that each view is drawn in, at each size.
var goldenLooks = []struct {
	name    string
	palette theme.Palette
	ascii   bool
}{{"dark", theme.Dark, false}, {"light", theme.Light, false}, {"mono", theme.Mono, false}, {"ascii", theme.Nord, true}}

// goldenViews are all views, each with the keys that lead to it from the screen of all sessions.
var goldenViews = []struct {
	name string
	keys []string
}{
	{"all", nil},
	{"one", []string{"]"}},
	{"sessions-zoomed", []string{"1", "z"}},
	{"results-zoomed", []string{"2", "z"}},
	{"health-zoomed", []string{"]", "]", "3", "z"}},
	{"logs-zoomed", []string{"4", "z"}},
	{"scrolled", []string{"2", "k", "k", "k"}},
	{"filtered", []string{"2", "f", "ladder", "enter"}},
	{"diagnosis", []string{"]", "]", "i"}},
	{"timeline", []string{"5", "left", "left"}},
	{"statistics", []string{"6"}},
	{"present", []string{"]", "P"}},
	{"present-label", []string{"]", "]", "P"}},
	{"wall", []string{"P", "w"}},
	{"inspect", []string{"2", "k", "enter"}},
	{"inspect-json", []string{"2", "k", "enter", "tab"}},
	{"record", []string{"]", "V"}},
	{"create", []string{"c"}},
	{"form", []string{"c", "form", "enter"}},
	{"quota", []string{"c", "full", "enter"}},
	{"confirm", []string{"]", "b"}},
	{"confirm-id", []string{"]", "d"}},
	{"switcher", []string{"s"}},
	{"attach", []string{"a"}},
	{"prompt", []string{"2", "/"}},
	{"types", []string{"2", "v"}},
	{"saved", []string{"'"}},
	{"help", []string{"?"}},
	{"palette", []string{":"}},
	{"themes", []string{"T"}},
	{"messages", []string{";"}},
	{"requests", []string{"U"}},
	{"alerts", []string{"B"}},
}

// name is the size of a display.
func (d display) name() string { return fmt.Sprintf("%dx%d", d.w, d.h) }

// stage plays a short story on a screen: one session with sentences, one that stalls after a while.
func stage(t *testing.T, d display) *terminal {
	f := newFake()
	f.lenses = append(f.lenses, client.Lens{Service: "fake", ID: "lns-form", Name: "Lens with a form", Fields: []client.Field{{Name: "one", Label: "One"}, {Name: "two", Label: "Two"}}},
		client.Lens{Service: "fake", ID: fullLens, Name: "Full lens"})
	f.add("lsn-one-0001", "lns-activity")
	d.color = colorprofile.TrueColor
	x := start(t, d, Options{Title: "golden", Rules: alertlist.Options{Rules: []watchalerts.Rule{{Name: "ladder", Match: []string{"Scene 35"}}}}}, curled{f})
	x.pass(offTicks)
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

// Every view at every size in every look: what it says at each size, drawn with other characters where only ASCII is, and
// its colours at the smallest size. The other looks and sizes say the same. After a change of the screen: look at the
// pictures, then run the test with -update and read the difference.
func TestGolden(t *testing.T) {
	drawn := map[string]string{} // by view
	for _, d := range goldenSizes {
		synctest.Test(t, func(t *testing.T) {
			x := stage(t, d)
			for _, v := range goldenViews {
				x.press(v.keys...)
				x.pass(400 * time.Millisecond) // what is asked of the service is answered
				drawn[v.name] += x.inLooks(d, v.name)
				x.press("esc", "esc", "esc", "1")
			}
		})
	}
	for _, v := range goldenViews {
		compareGolden(t, v.name, drawn[v.name])
	}
}

// inLooks draws what is shown in each look, and checks that each has the same cells; those of ASCII are of one byte.
func (x *terminal) inLooks(d display, view string) (out string) {
	var plain []string
	for _, look := range goldenLooks {
		lines, styled := x.as(d, look.palette, look.ascii)
		for y, line := range lines {
			if w := draw.Width(line); w != d.w {
				x.t.Errorf("%s, %s, %s: line %d is %d cells wide", view, d.name(), look.name, y+1, w)
			}
		}
		text := strings.Join(lines, "\n")
		switch {
		case look.ascii:
			if i := strings.IndexFunc(text, func(r rune) bool { return r > 0x7e }); i >= 0 {
				x.t.Errorf("%s, %s: not all is ASCII: %q", view, d.name(), text[i:min(i+20, len(text))])
			}
		case plain == nil:
			plain = lines
		case !slices.Equal(lines, plain):
			x.t.Errorf("%s, %s: %s does not say what dark says:\n%s\n%s", view, d.name(), look.name, text, strings.Join(plain, "\n"))
		}
		if look.ascii && d.w <= 80 || look.name == "dark" {
			out += fmt.Sprintf("== %s %s\n%s", d.name(), look.name, folded(lines))
		}
		if d.w == goldenSizes[0].w && !look.ascii {
			out += fmt.Sprintf("== %s %s, styled\n%s\n", d.name(), look.name, styled)
		}
	}
	return out
}

// as is what is shown, drawn in a theme: its text, and its cells with their styles.
func (x *terminal) as(d display, p theme.Palette, ascii bool) (lines []string, styled string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	m := x.model
	was := *m.c
	sync := func() {
		if m.dialog != nil {
			m.dialog.Sync(host{m})
		}
	}
	defer func() { m.c, m.opts.ASCII = &was, false; m.style++; sync() }()
	m.palette, m.opts.ASCII = p, ascii
	setTheme(m)
	if ascii {
		m.c.Keys = m.c.Keys.ASCII()
	}
	sync()
	content := counted.ReplaceAllStringFunc(m.c.Screen(m.screen()), func(s string) string { return strings.Repeat("#", len(s)) })
	emu := vt.NewEmulator(d.w, d.h)
	defer func() { _ = emu.Close() }()
	_, _ = emu.Write([]byte(strings.ReplaceAll(content, "\n", "\r\n")))
	return strings.Split(draw.Plain(content), "\n"), emu.Render()
}

// counted is up to when statistics count: of what arrives in one moment, either may be first.
var counted = regexp.MustCompile(`[0-9]+ events in [^(]*[(][0-9:]+`)

// folded is lines of which those that repeat the one before are counted.
func folded(lines []string) string {
	var b strings.Builder
	for i := 0; i < len(lines); {
		n := 1
		for i+n < len(lines) && lines[i+n] == lines[i] {
			n++
		}
		b.WriteString(strings.TrimRight(lines[i], " ") + "\n")
		if n > 1 {
			fmt.Fprintf(&b, "  and %d more like it\n", n-1)
		}
		i += n
	}
	return b.String()
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

// cells is the screen with its styles, as they can be seen: a blank is neither dim nor bold. Whether it says so depends on the
// frames before, of which a slower machine draws fewer.
func (x *terminal) cells() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	seen := uv.NewBuffer(x.emu.Width(), x.emu.Height())
	for y := range x.emu.Height() {
		for col := range x.emu.Width() {
			c := x.emu.CellAt(col, y).Clone()
			if c.Content == " " && c.Style.Attrs&uv.AttrReverse == 0 {
				c.Style.Fg, c.Style.Attrs = nil, c.Style.Attrs&uv.AttrStrikethrough
			}
			seen.SetCell(col, y, c)
		}
	}
	return seen.Render() + "\n"
}
