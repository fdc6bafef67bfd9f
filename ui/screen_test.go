package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/ui/layout"
	"lenswatch/watch"
)

// loose is a Model without a Program, with some sessions and events.
func loose(t testing.TB) *Model {
	hub := watch.NewHub(nil, watch.Options{})
	t.Cleanup(hub.Close)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	m := New(ctx, hub, Options{Title: "test", Zone: time.UTC})
	now := time.Unix(1_700_000_000, 0)
	b := watch.Batch{Delivered: now}
	for _, id := range []string{"lsn-aaaa", "lsn-bbbb", "lsn-cccc"} {
		b.Samples = append(b.Samples, watch.Sample{Session: client.Session{ID: id, LensID: "lns-1", LensName: "Lens with a name 世界 that is long", StatusText: "x", Status: client.StatusRunning}})
		for i := range 40 {
			ev := client.Event{Session: id, Kind: client.Kind(i % 8), Wire: "some.type", Received: now, Text: strings.Repeat("word 世界 ", i)}
			if i%5 == 0 {
				ev.Kind, ev.Result = client.KindResult, &client.Result{Label: "state", Unit: client.UnitVotes, Scores: []client.Score{{Label: "state", Value: 3}, {Label: "other", Value: 2}}}
			}
			b.Events = append(b.Events, ev)
		}
	}
	b.Events = append(b.Events, client.Event{Session: "lsn-aaaa", Kind: client.KindNotice, Text: "gap of 3 s", Received: now, Notice: &client.Notice{Code: client.NoticeGap}})
	m.Update(batchMsg(b))
	return m
}

// checkScreen fails unless the screen has exactly h lines of w cells.
func checkScreen(t *testing.T, m *Model, w, h int) {
	t.Helper()
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	screen := m.View().Content
	if w == 0 || h == 0 {
		if screen != "" {
			t.Fatalf("%dx%d draws %q", w, h, screen)
		}
		return
	}
	lines := strings.Split(screen, "\n")
	if len(lines) > h || len(lines) != h && w >= layout.MinWidth && h >= layout.MinHeight {
		t.Fatalf("%dx%d: %d lines", w, h, len(lines))
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n > w || n != w && w >= layout.MinWidth && h >= layout.MinHeight {
			t.Fatalf("%dx%d: line %d is %d cells wide: %q", w, h, i, n, ansi.Strip(line))
		}
	}
}

func TestScreenFitsEverySize(t *testing.T) {
	m := loose(t)
	for _, w := range []int{0, 1, 2, 3, 10, 35, 36, 37, 50, 63, 79, 80, 81, 109, 110, 120, 169, 170, 200, 300} {
		for _, h := range []int{0, 1, 2, 3, 7, 8, 9, 15, 19, 20, 21, 24, 36, 60, 100} {
			checkScreen(t, m, w, h)
		}
	}
}

// FuzzKeys presses random keys on screens of random sizes: nothing panics, nothing overflows.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("c\rd?jjkG g z  \t\t]][0ai"), uint8(80), uint8(24))
	f.Add([]byte("]zjjjkkkgG?j\x1b"), uint8(120), uint8(36))
	f.Fuzz(func(t *testing.T, keys []byte, w, h uint8) {
		m := loose(t)
		for i, k := range keys[:min(len(keys), 60)] {
			msg := tea.KeyPressMsg{Code: rune(k), Text: string(rune(k))}
			switch {
			case k == '\r':
				msg = tea.KeyPressMsg{Code: tea.KeyEnter}
			case k == 0x1b:
				msg = tea.KeyPressMsg{Code: tea.KeyEscape}
			case k == '\t':
				msg = tea.KeyPressMsg{Code: tea.KeyTab}
			case k < 0x20:
				codes := []rune{tea.KeyUp, tea.KeyDown, tea.KeyPgUp, tea.KeyPgDown, tea.KeyHome, tea.KeyEnd, tea.KeyDelete}
				msg = tea.KeyPressMsg{Code: codes[int(k)%len(codes)]}
			}
			m.Update(msg)
			checkScreen(t, m, int(w)+i%3, int(h)+i%2)
		}
	})
}

func wantIn(t *testing.T, screen string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			t.Fatalf("no %q in\n%s", text, screen)
		}
	}
}

func wantNotIn(t *testing.T, screen string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			t.Fatalf("%q in\n%s", text, screen)
		}
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
