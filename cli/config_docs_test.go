package cli_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"lenswatch/cli/config"
	"lenswatch/ui"
)

// docs/configuration.md is made from the table of settings and the names of the actions.
func TestConfigurationTable(t *testing.T) {
	const path = "../docs/configuration.md"
	got := configurationPage()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != got {
		t.Error("docs/configuration.md is not the settings': run go test ./cli -run TestConfigurationTable -update")
	}
}

func configurationPage() string {
	var b strings.Builder
	b.WriteString(`# Configuration

` + "`lenswatch config init`" + ` writes a settings file in which each stands as a comment; ` + "`lenswatch config path`" + ` says where
it is, and ` + "`lenswatch config show`" + ` what holds and where it came from. The file is TOML: config.toml in the lenswatch folder of
XDG_CONFIG_HOME (~/.config if that is not set), or what ` + "`--config`" + ` or LENSWATCH_CONFIG names. Flags win over the environment, that
over the file, that over the defaults. An unknown setting or a value that is not allowed is an error, with its line.

What is arranged on the screen is remembered, and wins over the defaults; what is set wins over what is remembered.

This page is made from the code by ` + "`go test ./cli -run TestConfigurationTable -update`" + `.

| setting | default | allowed | what it does | environment | flag |
| --- | --- | --- | --- | --- | --- |
`)
	code := func(s string) string {
		if s == "" {
			return ""
		}
		return "`" + s + "`"
	}
	for _, r := range config.Rows() {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s | %s |\n", r.Name, r.Default, r.Allowed, r.Help, code(r.Environment), code(r.Flag))
	}
	b.WriteString(`
## Keys

The section ` + "`[keys]`" + ` gives actions other keys: a name and a list, such as ` + "`create = [\"ctrl+n\", \"C\"]`" + `. The new keys take the place
of the old ones, in every mode that has the action; in a mode in which text is typed, characters stay text. An empty list
leaves an action to the palette. A key that has two meanings in one mode is an error, and ctrl+c always leaves. The names:

` + "`" + strings.Join(ui.DefaultKeys().Names(), "`, `") + "`" + `

## API keys

A key is looked for in this order; the first place that has one counts. A command or a file that fails is an error.

1. the environment: ATAI_API_KEY, then ARCHETYPE_API_KEY; AGENTHUMAN_API_KEY for AgentHuman
2. ` + "`api_key_command`" + `, which ` + "`sh -c`" + ` runs: its output is the key
3. the system's keyring, where ` + "`lenswatch login`" + ` puts it, for one endpoint each
4. ` + "`api_key_file`" + `, or archetype.key (agenthuman.key) beside the settings file, where ` + "`lenswatch login --file`" + ` puts it;
   a file to which others have any right is refused: chmod 600 mends it

` + "`lenswatch logout`" + ` removes the key from 3 and 4. A key is never an argument.

## JSON

` + "`lenswatch config show -o json`" + ` prints one object: ` + "`file`" + `, ` + "`found`" + ` (the file exists), and ` + "`settings`" + `, each with ` + "`name`" + `,
` + "`value`" + ` (as it stands in a file) and ` + "`source`" + `.
`)
	return b.String()
}
