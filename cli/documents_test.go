package cli

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"lenswatch/watch/health"
)

// documents are the pages that are checked, by path, with their text.
func documents(t *testing.T) map[string]string {
	t.Helper()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, path := range append(pages, "../README.md", "../CONTRIBUTING.md", "../CHANGELOG.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out[path] = string(text)
	}
	return out
}

var (
	linkTargets = regexp.MustCompile(`\]\(([^)\s]+)\)|src(?:set)?="([^"]+)"`)
	headings    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	codeSpans   = regexp.MustCompile("`([^`\n]+)`")
	fences      = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```")
	projectFile = regexp.MustCompile(`^(\.\.?/)?[a-z_.-]+(/[A-Za-z0-9_.-]+)*\.(go|md|tape|svg)$`)
)

// anchor is the name that a heading is linked by: its letters and digits in lower case, joined by dashes.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, heading)
}

// Every link within the project leads to a file that is there, and to a heading that it has.
func TestDocumentsLinkToWhatExists(t *testing.T) {
	pages := documents(t)
	for path, text := range pages {
		for _, m := range linkTargets.FindAllStringSubmatch(text, -1) {
			target := m[1] + m[2]
			if strings.Contains(target, "://") {
				continue
			}
			file, fragment, _ := strings.Cut(target, "#")
			to := path
			if file != "" {
				to = filepath.Join(filepath.Dir(path), file)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s: %v", path, target, err)
				continue
			}
			has := func(m []string) bool { return anchor(m[1]) == fragment }
			if fragment != "" && !slices.ContainsFunc(headings.FindAllStringSubmatch(pages[to], -1), has) {
				t.Errorf("%s links to %s, which is no heading there", path, target)
			}
		}
	}
}

// Every file of the project that a document names by its path is there.
func TestDocumentsNameFilesThatExist(t *testing.T) {
	for path, text := range documents(t) {
		for _, m := range codeSpans.FindAllStringSubmatch(text, -1) {
			if name := m[1]; strings.Contains(name, "/") && projectFile.MatchString(name) {
				if _, err := os.Stat(filepath.Join("..", name)); err != nil {
					t.Errorf("%s names %s: %v", path, name, err)
				}
			}
		}
	}
}

// Every command of lenswatch that a document names exists, with the flags that it is given.
func TestDocumentsNameCommandsThatExist(t *testing.T) {
	for path, text := range documents(t) {
		lines := []string{}
		for _, m := range fences.FindAllStringSubmatch(text, -1) {
			lines = append(lines, strings.Split(m[1], "\n")...)
		}
		for _, m := range codeSpans.FindAllStringSubmatch(fences.ReplaceAllString(text, ""), -1) {
			lines = append(lines, m[1])
		}
		for _, line := range lines {
			if words := commandIn(line); words != nil {
				checkCommand(t, path, line, words)
			}
		}
	}
}

// commandIn is the arguments of lenswatch in a line of a shell; nil if it does not run lenswatch.
func commandIn(line string) []string {
	line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
	rest, ok := strings.CutPrefix(line, "lenswatch ")
	if !ok {
		if rest, ok = strings.CutPrefix(line, "go run . "); !ok {
			return nil
		}
	}
	words := []string{}
	for _, w := range strings.Fields(rest) {
		if strings.ContainsAny(w[:1], "#|<>&;") || strings.HasPrefix(w, "2>") {
			break
		}
		words = append(words, strings.Trim(w, `"'`))
	}
	return words
}

func checkCommand(t *testing.T, path, line string, words []string) {
	t.Helper()
	root := newRoot(System())
	cmd, rest, err := root.Find(words)
	if err != nil {
		t.Errorf("%s: %q: %v", path, line, err)
		return
	}
	isName := func(w string) bool { return !strings.ContainsAny(w, `-_[.`) }
	if cmd.HasSubCommands() && len(rest) > 0 && isName(rest[0]) {
		t.Errorf("%s: %q: %s has no command %s", path, line, cmd.Name(), rest[0])
	}
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %q: %v", path, line, err)
	}
}

// The tables of what is seen of a session have a row for each verdict that asks for attention, and what they quote is said.
func TestTroubleshootingHasEveryCause(t *testing.T) {
	text := documents(t)["../docs/troubleshooting.md"]
	rows := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| ([^|\n]+) \\| `([a-z-]+)` \\|").FindAllStringSubmatch(text, -1) {
		rows[m[2]] = m[1]
	}
	for _, e := range health.Catalogue() {
		quoted, ok := rows[e.Code.String()]
		if delete(rows, e.Code.String()); !ok {
			if e.Code != health.Healthy && e.Code != health.Opening {
				t.Errorf("there is no row for %s", e.Code)
			}
			continue
		}
		words := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(quoted, -1)
		if len(words) == 0 {
			t.Errorf("%s: nothing is quoted", e.Code)
		}
		for _, w := range words {
			if !saidIn(t, "../watch/health/*.go", w[1]) {
				t.Errorf("%s: nothing says %q", e.Code, w[1])
			}
		}
	}
	if len(rows) > 0 {
		t.Errorf("there is no verdict of %v", slices.Sorted(maps.Keys(rows)))
	}
}

// The messages that the tables of errors begin with are said by the program.
func TestTroubleshootingQuotesWhatIsSaid(t *testing.T) {
	text := documents(t)["../docs/troubleshooting.md"]
	messages := regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(text, -1)
	if len(messages) < 10 {
		t.Fatalf("%d messages", len(messages))
	}
	for _, m := range messages {
		for _, in := range []string{"*.go", "../client/*.go", "../watch/health/*.go"} {
			if saidIn(t, in, m[1]) {
				m = nil
				break
			}
		}
		if m != nil {
			t.Errorf("nothing says %q", m[1])
		}
	}
}

// saidIn reports whether a string in one of some files, tests aside, has a text.
func saidIn(t *testing.T, files, text string) bool {
	t.Helper()
	names, err := filepath.Glob(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`).FindAllString(string(b), -1) {
			if strings.Contains(s, text) {
				return true
			}
		}
	}
	return false
}
