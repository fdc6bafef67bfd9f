package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/watch"
)

// keyCodes are the keys that have a name.
var keyCodes = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace,
}

// pressOf is the message of a key, as a binding names it.
func pressOf(name string) tea.KeyPressMsg {
	var k tea.KeyPressMsg
	for {
		if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
			k.Mod, name = k.Mod|tea.ModCtrl, rest
		} else if rest, ok := strings.CutPrefix(name, "shift+"); ok {
			k.Mod, name = k.Mod|tea.ModShift, rest
		} else {
			break
		}
	}
	if code, ok := keyCodes[name]; ok {
		k.Code = code
		return k
	}
	r, _ := utf8.DecodeRuneInString(name)
	if k.Code = r; k.Mod == 0 {
		k.Text = name
	}
	return k
}

// everyKey is the keys of all bindings, and some that are typed.
func everyKey() (keys []tea.KeyPressMsg) {
	seen := map[string]bool{"ctrl+c": true} // the way out: tested by itself
	for _, b := range DefaultKeys().All() {
		for _, k := range b.Keys {
			if !seen[k] {
				seen[k] = true
				keys = append(keys, pressOf(k))
			}
		}
	}
	for _, k := range []string{"!", "世", "backspace", "1", "*", "l", "e", "r"} {
		keys = append(keys, pressOf(k))
	}
	return keys
}

func TestKeysOfTheFuzzAreThoseOfTheBindings(t *testing.T) {
	for _, b := range DefaultKeys().All() {
		for _, k := range b.Keys {
			if got := pressOf(k).String(); got != k {
				t.Errorf("%q is pressed as %q", k, got)
			}
		}
	}
}

// FuzzScreen plays keys of all modes, sizes, clicks and events in any order: the screen is always as
// large as the terminal, and nothing panics.
func FuzzScreen(f *testing.F) {
	for i := range 5 {
		seed := make([]byte, 240)
		for j := range seed {
			seed[j] = byte((i*7919 + j*j*31 + j*i*17) % 251)
		}
		f.Add(seed)
	}
	keys := everyKey()
	f.Fuzz(func(t *testing.T, data []byte) {
		m := loose(t)
		now := time.Unix(1_700_000_000, 0)
		next := func() (b byte) {
			if len(data) > 0 {
				b, data = data[0], data[1:]
			}
			return b
		}
		said := ""
		send := func(msg tea.Msg, what string) {
			said += " " + what
			m.Update(msg) // its commands are not run: they would write files, and ask the network
			wantScreen(t, m, said)
		}
		send(tea.WindowSizeMsg{Width: 120, Height: 36}, "120x36")
		for n := 0; len(data) > 0 && n < 80; n++ {
			switch b := next(); b % 10 {
			case 0:
				w, h := int(next())*300/255, int(next())*100/255
				send(tea.WindowSizeMsg{Width: w, Height: h}, fmt.Sprintf("%dx%d", w, h))
			case 1:
				now = now.Add(time.Duration(next()) * time.Second)
				send(tickMsg(now), "tick")
			case 2, 3:
				now = now.Add(time.Duration(b) * time.Millisecond)
				send(batchMsg(watch.Batch{Delivered: now, Events: fuzzEvents(next(), now)}), "batch")
			case 4:
				x, y := int(next()), int(next())%100
				send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}, fmt.Sprintf("click %d,%d", x, y))
				send(tea.MouseReleaseMsg{X: y, Y: x % 100, Button: tea.MouseLeft}, "release")
			case 5:
				send(fillMsg{}, "fill")
			default:
				k := keys[int(next())%len(keys)]
				send(k, k.String())
			}
		}
	})
}

// fuzzEvents are some events, of kinds and shapes that a byte decides.
func fuzzEvents(b byte, now time.Time) (out []client.Event) {
	for i := range int(b%40) + 1 {
		n := int(b) + i
		ev := client.Event{
			Session: []string{"lsn-aaaa", "lsn-bbbb", "lsn-none"}[n%3], Kind: client.Kind(n % 8), Level: client.Level(n % 4), Wire: "frame.processed",
			Received: now, Text: strings.Repeat([]string{"word ", "世界 ", "e\u0301 ", "🇩🇪", "two\nlines "}[n%5], n%50), Raw: []byte(`{"response":[3,4],"a":{"b":null}}`),
		}
		switch n % 7 {
		case 0:
			ev.Text = `{"frame_id":1,"世界":"` + strings.Repeat("x", n%200) + `"}`
		case 1, 2:
			label := strings.Repeat("世l", n%9)
			ev.Kind, ev.Result = client.KindResult, &client.Result{Label: label, Scores: []client.Score{{Label: label, Value: 1e9}, {Label: "", Value: -1}}}
		case 3:
			ev.Kind, ev.Result = client.KindResult, &client.Result{Shape: []int{2}, Norm: 5}
		case 4:
			ev.Kind, ev.Notice = client.KindNotice, &client.Notice{Code: client.NoticeGap}
		}
		out = append(out, ev)
	}
	return out
}

// wantScreen fails unless the screen has exactly the lines and cells of its terminal.
func wantScreen(t *testing.T, m *Model, said string) {
	t.Helper()
	content := m.View().Content
	w, h := m.layout.Width, m.layout.Height
	if w == 0 || h == 0 {
		if content != "" {
			t.Fatalf("%d x %d shows %q after%s", w, h, content, said)
		}
		return
	}
	lines := strings.Split(content, "\n")
	if len(lines) > h {
		t.Fatalf("%d lines at %dx%d after%s", len(lines), w, h, said)
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n > w {
			t.Fatalf("line %d has %d cells at %dx%d after%s:\n%q", i, n, w, h, said, ansi.Strip(line))
		}
	}
}
