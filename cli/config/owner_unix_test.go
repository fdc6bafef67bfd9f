//go:build unix

package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// others are the ways in which a file may be under another user's control.
var others = map[string]func(path string) error{
	"owned by another":   func(path string) error { return os.Chown(path, 65534, -1) },
	"writable by all":    func(path string) error { return os.Chmod(path, 0o602) },
	"writable by others": func(path string) error { return os.Chmod(path, 0o620) },
}

func TestFilesThatOthersControlAreRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	for name, spoil := range others {
		for text, refused := range map[string]bool{
			"theme = \"light\"\n": false, "theme = \"light\"\napi_key_command = \"echo x\"\n": true, "theme = \"light\"\nagenthuman_api_key_command = \"echo x\"\n": true,
		} {
			path := filepath.Join(t.TempDir(), "config.toml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			sources := Sources{Getenv: func(string) string { return "" }, GOOS: "linux", File: path}
			if _, err := Load(sources); err != nil {
				t.Fatalf("one's own: %v", err)
			}
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			s, err := Load(sources)
			if (err != nil) != refused || s.Theme != "light" || s.APIKeyCommand != "" || s.AgentHumanAPIKeyCommand != "" {
				t.Errorf("%s, %q: %v, %+v", name, text, err, s.Config)
			}
			if refused && (!strings.Contains(err.Error(), "not run") || !strings.Contains(err.Error(), "config.toml:2")) {
				t.Errorf("%s: no reason in %v", name, err)
			}
		}
		key := filepath.Join(t.TempDir(), "archetype.key")
		if err := os.WriteFile(key, []byte("k-0123456789\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		account := Account{Service: "archetype", File: key}
		if got, err := readKeyFile(t.Context(), account); err != nil || got != "k-0123456789" {
			t.Fatalf("one's own: %s, %v", got, err)
		}
		if err := spoil(key); err != nil {
			t.Fatal(err)
		}
		if got, err := readKeyFile(t.Context(), account); err == nil || got != "" || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}
