package config

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"lenswatch/watch/alerts"
)

func loadRules(t *testing.T, text string) ([]alerts.Rule, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(Sources{Getenv: func(string) string { return "" }, File: path})
	return s.Rules, err
}

func TestRulesAreRead(t *testing.T) {
	got, err := loadRules(t, `
[rules.worn]
label = "worn"
held_for = "30s"
cooldown = "5m"
bell = true
command = ["notify-send", "worn"]

[rules."no camera"]
match = "no camera"
count = 3
within = "1m"
webhook = "https://example.com/hook"
webhook_secret = "HOOK_SECRET"

[rules]
low = { confidence_below = 0.6, match = ["kind:result"] }
`)
	want := []alerts.Rule{
		{Name: "worn", Label: "worn", HeldFor: 30 * time.Second, Cooldown: 5 * time.Minute, Bell: true, Command: []string{"notify-send", "worn"}},
		{Name: "no camera", Match: []string{"no camera"}, Count: 3, Within: time.Minute, Webhook: "https://example.com/hook", SecretVariable: "HOOK_SECRET"},
		{Name: "low", Below: .6, Match: []string{"kind:result"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWrongRulesAreReportedWithTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"[rules.a]\nlabel = \"x\"\nkind = \"log\"":                     "config.toml:3: unknown setting \"rules.a.kind\"",
		"[rules.a]\nlabel = 3":                                         "config.toml:2: rules.a.label must be a string",
		"[rules.a]\nlabels = \"x\"":                                    "did you mean",
		"[rules.a]\nmatch = \"kind:log\"\nlabel = \"x\"":               "rule \"a\" can't be used: no event can meet all of its conditions",
		"[rules.a]\nheld_for = \"soon\"":                               "a duration such as",
		"[rules.a]\nconfidence_below = 60":                             "at most 1",
		"[rules]\nlabel = \"x\"":                                       "must be in the section of a rule",
		"rules = 3":                                                    "rules must be",
		"[rules.a]\nmatch = \"x\"\nwebhook = \"http://far.example/x\"": "webhook must be https",
	} {
		got, err := loadRules(t, text)
		if err == nil || !strings.Contains(err.Error(), want) || len(got) > 0 && strings.Contains(want, "can't be used") {
			t.Errorf("%s\ngave %v, want %q; %+v", text, err, want, got)
		}
	}
}

// A rule with a wrong setting is not judged without it: what would be missing then is there.
func TestAWrongSettingOfARuleIsReportedOnce(t *testing.T) {
	for _, text := range []string{
		"[rules.a]\nconfidence_below = 1.5", "[rules.a]\nmatch = \"x\"\ncount = 3\nwithin = \"banana\"", "[rules.a]\nno_result_for = \"0s\"", "[rules.a]\nlabels = \"x\"",
		"[rules.a]\nbell = 3\nlabel = \"x\"",
	} {
		if _, err := loadRules(t, text); err == nil || strings.Contains(err.Error(), "can't be used") || strings.Count(err.Error(), "config.toml:") != 1 {
			t.Errorf("%s\ngave %v", text, err)
		}
	}
}

func TestSecretsOfWebhooksAreNotForCommands(t *testing.T) {
	if got := ChildEnviron([]string{"HOOK_SECRET=made-up-secret", "A=b"}); !reflect.DeepEqual(got, []string{"A=b"}) {
		t.Errorf("%v", got)
	}
}

// Commands and webhooks that others may have written are not used; the rest of the rule is.
func TestActionsThatOthersMayHaveWrittenAreNotUsed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are those of Unix")
	}
	path := filepath.Join(t.TempDir(), "config.toml")
	text := "[rules.a]\nmatch = \"x\"\ncommand = [\"true\"]\nwebhook = \"https://example.com/x\"\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := Load(Sources{Getenv: func(string) string { return "" }, File: path})
	if err == nil || !strings.Contains(err.Error(), "rules.a.command is refused") || !strings.Contains(err.Error(), "rules.a.webhook is refused") {
		t.Errorf("%v", err)
	}
	if len(s.Rules) != 0 {
		t.Errorf("%+v", s.Rules)
	}
}
