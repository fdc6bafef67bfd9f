package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/watch"
)

// rebound are keys of which none is a default one, and the key of each action.
func rebound(t *testing.T) (action.Keys, map[action.ID]string) {
	t.Helper()
	keys, bound, all := DefaultKeys(), map[action.ID]string{}, map[string][]string{}
	for i, name := range keys.Names() {
		stroke := "alt+" + string(rune('a'+i%26))
		switch i / 26 {
		case 1:
			stroke = "ctrl+" + stroke
		case 2:
			stroke = "meta+" + strings.TrimPrefix(stroke, "alt+")
		case 3:
			stroke = "super+" + strings.TrimPrefix(stroke, "alt+")
		case 4:
			stroke = "hyper+" + strings.TrimPrefix(stroke, "alt+")
		}
		all[name] = []string{stroke}
		bound[action.ID(name)] = stroke
	}
	if err := keys.Rebind(all); err != nil {
		t.Fatal(err)
	}
	return keys, bound
}

// pressed are the keys that a text asks somebody to press.
var pressed = regexp.MustCompile(`(?i)\bpress ([^ .,)]+)`)

// With every key bound to another, no text names a default one: neither the footer, nor help, nor any message that an
// action leads to, nor what a pane says when it is empty, nor a dialog.
func TestReboundKeysAreNamedEverywhere(t *testing.T) {
	keys, bound := rebound(t)
	labels := map[string]bool{}
	for _, label := range bound {
		labels[label] = true
	}
	check := func(m *Model, after string) {
		t.Helper()
		text := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if strings.ContainsRune("│╭╮╰╯─", r) {
				return ' '
			}
			return r
		}, draw.Plain(m.View().Content))), " ")
		for _, found := range pressed.FindAllStringSubmatch(text, -1) {
			if !labels[found[1]] {
				t.Errorf("after %s: %q names %s", after, found[0], found[1])
			}
		}
		for _, h := range m.hints() {
			if !strings.HasPrefix(draw.Plain(h.Text), bound[h.ID]) && !strings.HasPrefix(draw.Plain(h.Text), "ctrl+c") {
				t.Errorf("after %s the footer has %q", after, draw.Plain(h.Text))
			}
		}
	}
	for _, empty := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			hub := watch.NewHub([]client.Service{curled{f}}, watch.Options{All: true})
			defer hub.Close()
			fresh := func() *Model {
				m := New(t.Context(), hub, Options{Keys: keys, Zone: time.UTC})
				m.Update(tea.WindowSizeMsg{Width: 160, Height: 50})
				if !empty {
					m.Update(batchMsg(watch.Batch{Delivered: time.Now(), Samples: []watch.Sample{
						{Session: client.Session{ID: "lsn-one-0001", Service: "fake", LensName: "Lens", Status: client.StatusRunning}},
					}, Events: []client.Event{{Service: "fake", Session: "lsn-one-0001", Kind: client.KindResult, Text: "a result", Received: time.Now()}}}))
				}
				return m
			}
			check(fresh(), "the start")
			for _, before := range []action.ID{action.None, action.NextSession, action.NextPane} {
				for _, row := range actions() {
					if row.In&action.Main == 0 || row.ID == action.Quit || row.ID == action.Interrupt || row.ID == action.Suspend {
						continue
					}
					m := fresh()
					m.act(before)
					m.act(row.ID)
					m.Update(tickMsg(time.Now()))
					check(m, string(before)+" "+string(row.ID))
				}
			}
		})
	}
}

// No text of the screen, and none of a verdict, has a key in it: texts have tokens, steps have actions.
func TestTextsNameNoKeys(t *testing.T) {
	for _, root := range []string{".", "../watch/health"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, _ := strconv.Unquote(lit.Value)
				for _, found := range pressed.FindAllStringSubmatch(text, -1) {
					if !strings.HasPrefix(found[1], "{") {
						t.Errorf("%s: %q", path, text)
					}
				}
				for name := range tokens(text) {
					if _, ok := actions().Find(^action.Mode(0), action.ID(name)); !ok {
						t.Errorf("%s: {%s} is no action: %q", path, name, text)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// tokens are the names in braces in a text.
func tokens(text string) map[string]bool {
	out := map[string]bool{}
	for _, found := range regexp.MustCompile(`\{([a-z][a-z-]*)\}`).FindAllStringSubmatch(text, -1) {
		out[found[1]] = true
	}
	return out
}
