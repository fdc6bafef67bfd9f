package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestProfilesAreRead(t *testing.T) {
	s, err := load(t, `
endpoint = "https://unnamed.example.com"
api_key_command = "unnamed"
profile = "us-1, eu,us-1"

[profiles.eu]
endpoint = "https://eu.example.com"
colour = "red"

[profiles.us-1]
api_key_variable = "OTHER_API_KEY"

[profiles]
bare = {}
`, map[string]string{"ATAI_API_ENDPOINT": "https://environment.example.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	us := Profile{Name: "us-1", APIKeyVariable: "OTHER_API_KEY", AgentHumanAPIKeyVariable: "US_1_AGENTHUMAN_API_KEY", Colour: "magenta"}
	eu := Profile{Name: "eu", Access: Access{Endpoint: "https://eu.example.com"}, APIKeyVariable: "EU_ATAI_API_KEY", AgentHumanAPIKeyVariable: "EU_AGENTHUMAN_API_KEY", Colour: "red"}
	got, err := s.Chosen()
	if want := []Profile{us, eu}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if len(s.Profiles) != 3 || s.Profiles[2].Name != "bare" {
		t.Errorf("%+v", s.Profiles)
	}
	s.Profile = ""
	if got, err := s.Chosen(); err != nil || got != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

// No two profiles have a variable, a file or an entry of the keyring in common by default, nor one with the account that has
// no name.
func TestProfilesShareNoKeySource(t *testing.T) {
	s, err := load(t, "[profiles.a]\n[profiles.a-b]\n[profiles.archetype]\n[profiles.a-archetype]\n[profiles.agenthuman]", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	note := func(what, whose string) {
		if other := seen[what]; other != "" {
			t.Errorf("%s is of %s and of %s", what, other, whose)
		}
		seen[what] = whose
	}
	for _, p := range append([]Profile{{APIKeyVariable: "ATAI_API_KEY", AgentHumanAPIKeyVariable: "AGENTHUMAN_API_KEY"}}, s.Profiles...) {
		note(p.APIKeyVariable, p.Name)
		note(p.AgentHumanAPIKeyVariable, p.Name)
		for _, service := range []string{"archetype", "agenthuman"} {
			a := Account{Profile: p.Name, Service: service, Endpoint: "https://one.example.com"}
			note(a.user(), a.Name())
			file, _ := s.KeyFile(strings.ReplaceAll(a.Name(), ":", "-"), "", "")
			note(file, a.Name())
		}
	}
}

func TestProfilesAreBounded(t *testing.T) {
	var text strings.Builder
	for i := range maxProfiles + 1 {
		fmt.Fprintf(&text, "[profiles.p%d]\n", i)
	}
	s, err := load(t, text.String(), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "at most 16") || len(s.Profiles) != maxProfiles {
		t.Errorf("%d profiles, %v", len(s.Profiles), err)
	}
}

// What others may have written is not run.
func TestKeyCommandsOfAProfileThatOthersMayHaveWrittenAreNotRun(t *testing.T) {
	s := &Settings{sources: map[string]Source{}}
	err := s.applyPart([]string{"profiles", "a", "api_key_command"}, "echo key", Source{}, fmt.Errorf("foreign"))
	if err == nil || s.Profiles[0].APIKeyCommand != "" {
		t.Errorf("%+v, %v", s.Profiles, err)
	}
}

// The template documents what a profile and a rule have, in a form that can be used as it is.
func TestTemplateOfPartsCanBeUncommented(t *testing.T) {
	_, parts, _ := strings.Cut(Template(), "#[profiles.prod]")
	var lines []string
	for line := range strings.Lines("#[profiles.prod]" + parts) {
		if !strings.HasPrefix(line, "# ") {
			lines = append(lines, strings.TrimPrefix(line, "#"))
		}
	}
	s, err := load(t, strings.Join(lines, ""), nil, nil)
	if err == nil || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), "rule \"worn\" can't be used: held_for cannot be combined with") || len(s.Profiles) != 1 {
		t.Errorf("%v, %+v, from\n%s", err, s.Profiles, strings.Join(lines, ""))
	}
}

func TestShowHasRulesAndProfiles(t *testing.T) {
	if _, err := load(t, `
[rules.worn]
label = "worn"
held_for = "90s"
confidence_below = 0.5
webhook = "https://example.com/secret-path"
`, nil, nil); err == nil {
		t.Fatal("held_for goes with confidence_below")
	}
	s, err := load(t, `
[profiles.a]
endpoint = "https://u:hunter-2@host"
api_key_command = "echo hunter-2"
[rules.worn]
label = "worn"
held_for = "90s"
webhook = "https://example.com/hunter-2"
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range s.Lines() {
		if got[l.Name] = l.Value; strings.Contains(l.Value, "hunter") {
			t.Errorf("%+v", l)
		}
	}
	for name, want := range map[string]string{
		"profiles.a.api_key_command": "(set)", "profiles.a.colour": `"cyan"`, "rules.worn.label": `"worn"`, "rules.worn.held_for": `"1m30s"`, "rules.worn.webhook": "(set)",
	} {
		if got[name] != want {
			t.Errorf("%s is %s, want %s", name, got[name], want)
		}
	}
}
