package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repeated is a settings file with n settings.
func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// What takes the decoder time by the square is refused before it is decoded: 1 MB took it 28 s.
func TestTooManySettingsAreRefusedAtOnce(t *testing.T) {
	for name, text := range map[string]string{
		"1 MB of settings": repeated(100_000, "k%d = 1\n"), "1 MB of sections": repeated(100_000, "[t%d]\n"),
		"settings": repeated(5000, "k%d=1\n"), "sections": repeated(5000, "[t%d]\n"), "inline": "a = {" + repeated(5000, "k%d=1,") + "}",
		"lists": "a = " + strings.Repeat("[", 60_000),
	} {
		if s, err := load(t, text, nil, nil); err == nil || len(s.sources) > 0 || len(err.Error()) > 500 {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

func TestOnlyTheFirstMistakesAreReported(t *testing.T) {
	_, err := load(t, repeated(3000, "k%d = 1\n"), nil, nil)
	if n := strings.Count(err.Error(), "\n"); n != maxErrors || !strings.Contains(err.Error(), "there may be more") {
		t.Errorf("%d lines: %v", n+1, err)
	}
}

func TestWhatIsNoSettingsFileIsNotOpened(t *testing.T) {
	none := func(string) string { return "" }
	for _, path := range []string{t.TempDir(), "/dev/zero", filepath.Join(t.TempDir(), "none")} {
		if _, err := Load(Sources{Getenv: none, GOOS: "linux", File: path}); err == nil {
			t.Errorf("%s was read", path)
		}
	}
	if _, err := Load(Sources{Getenv: none, GOOS: "linux", File: os.DevNull}); err != nil {
		t.Errorf("%v", err)
	}
}
