package cli

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	"lenswatch/client"
)

var avatar = client.Lens{Name: "Avatar", Fields: []client.Field{
	{Name: "voice", Options: []string{"low", "high"}, Default: "low"},
	{Name: "api-key", Label: "key", Secret: true, Required: true},
}}

func TestInputs(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags []string
		stdin string
		env   string
		want  map[string]string
		fails string
	}{
		{name: "from standard input", flags: []string{"voice=high", "api-key=-"}, stdin: "s3cret\r\nmore\n", want: map[string]string{"voice": "high", "api-key": "s3cret"}},
		{name: "from the environment, and a default", env: "s3cret", want: map[string]string{"voice": "low", "api-key": "s3cret"}},
		{name: "no line end", flags: []string{"api-key=-"}, stdin: "s3cret", want: map[string]string{"voice": "low", "api-key": "s3cret"}},
		{name: "a secret in an argument", flags: []string{"api-key=s3cret"}, fails: "LENSWATCH_PARAM_API_KEY"},
		{name: "an argument without a name", flags: []string{"s3cret"}, fails: "name=value"},
		{name: "nothing on standard input", flags: []string{"api-key=-"}, fails: "no value on standard input"},
		{name: "missing", fails: "requires key"},
		{name: "no such field", flags: []string{"colour=red"}, env: "s3cret", fails: "it has voice, api-key"},
		{name: "no such option", flags: []string{"voice=shrill"}, env: "s3cret", fails: "one of low, high"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := Env{Stdin: strings.NewReader(c.stdin), Getenv: func(name string) string {
				if name == "LENSWATCH_PARAM_API_KEY" {
					return c.env
				}
				return ""
			}}
			got, err := readParams(env, avatar, c.flags)
			if c.fails == "" && (err != nil || !maps.Equal(got, c.want)) {
				t.Errorf("%v, %v", got, err)
			}
			if c.fails != "" && (ExitCode(err) != ExitUsage || !strings.Contains(err.Error(), c.fails) || strings.Contains(err.Error(), "s3cret")) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestFindLens(t *testing.T) {
	lenses := []client.Lens{{ID: "1", Name: "Pump"}, {ID: "2", Name: "Valve"}, {ID: "3", Name: "valve"}}
	for what, want := range map[string]string{"1": "1", "PUMP": "1", "3": "3"} {
		if l, err := findLens(lenses, what); err != nil || l.ID != want {
			t.Errorf("%s: %v, %v", what, l, err)
		}
	}
	if _, err := findLens(lenses, "Valve"); ExitCode(err) != ExitUsage || !strings.Contains(err.Error(), "2, 3") {
		t.Errorf("%v", err)
	}
	if _, err := findLens(lenses, "none"); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// A create that was interrupted before the answer arrived is no quiet end: there may be a session.
func TestExitCodeOfAnUncertainCreate(t *testing.T) {
	if code := ExitCode(client.Uncertain("create session", context.Canceled)); code != ExitInterrupted {
		t.Error("an unsure create ends well")
	}
}

// What a service says is one cell, whatever is in it.
func TestListingIsPlainAndAligned(t *testing.T) {
	l := listing{columns: []column{{head: "ID"}, {head: "NAME"}}}
	l.add("long-id", "a\nb\x1b[31m")
	l.add("x", "日本")
	if got, want := l.plain(), "ID       NAME\nlong-id  a b�[31m\nx        日本\n"; got != want {
		t.Errorf("%q", got)
	}
}
