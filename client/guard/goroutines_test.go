package guard_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// No goroutine of lenswatch is started but by this package: one that panics outside of it ends the
// program, leaves the terminal raw, and prints data.
func TestEveryGoroutineIsGuarded(t *testing.T) {
	root, files := os.DirFS("../.."), 0
	for _, dir := range []string{"cli", "client", "theme", "ui", "watch"} {
		err := fs.WalkDir(root, dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "client/guard/") {
				return err
			}
			files++
			text, err := fs.ReadFile(root, path)
			if err != nil {
				return err
			}
			for _, at := range unguarded(t, path, text) {
				t.Errorf("%v: a goroutine without guard.Go", at)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 200 {
		t.Errorf("only %d files were looked at", files)
	}
}

// unguarded are the places where a file starts a goroutine by itself, or by a group that recovers
// from nothing.
func unguarded(t *testing.T, path string, text []byte) (at []token.Position) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			at = append(at, set.Position(n.Pos()))
		case *ast.SelectorExpr: // of a type, such as sync.WaitGroup: its Go recovers from nothing
			if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "errgroup" && n.Sel.Name == "Group" {
				at = append(at, set.Position(n.Pos()))
			}
		case *ast.CallExpr: // wg.Go(func() {...}); a guard's has a name before the function
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Go" && len(n.Args) == 1 {
				at = append(at, set.Position(n.Pos()))
			}
		}
		return true
	})
	return at
}

func TestUnguardedGoroutinesAreFound(t *testing.T) {
	const file = `package x
func f() {
	go func() {}()
	go f()
	var wg sync.WaitGroup
	wg.Go(func() {})
	guard.Go("x", nil, func() {})
	h.tasks.Go("x", func() {})
}`
	if got := unguarded(t, "x.go", []byte(file)); len(got) != 3 || got[0].Line != 3 || got[1].Line != 4 || got[2].Line != 6 {
		t.Errorf("%v", got)
	}
}
