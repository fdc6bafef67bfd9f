package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lenswatch/cli/config"
)

func newConfig(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show settings, or write a settings file",
		Long: `config shows the settings and writes a settings file. It is TOML: config.toml in the lenswatch folder of
XDG_CONFIG_HOME, or the file that LENSWATCH_CONFIG or --config names. Precedence: flags, environment, file, defaults.`,
		Example: "lenswatch config init\nlenswatch config show\nlenswatch config show --config ./other.toml",
		Args:    noSuchSubcommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigShow(env), newConfigPath(env), newConfigInit(env))
	return cmd
}

func newConfigShow(env Env) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "show",
		Short: "List all settings with their values and sources",
		Long: `show lists every setting with its value and its source: a line of the file, an environment variable, a flag or the
default. API keys are never printed, only where they are stored; of commands that print a key, only that they are set.`,
		Example: "lenswatch config show\nlenswatch config show -o json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.config()
			if err != nil {
				return err
			}
			if _, err := env.keyMap(); err != nil {
				return err
			}
			lines := s.Lines()
			if _, err := env.profiles(); err != nil {
				return err
			}
			for _, p := range append([]config.Profile{{Access: s.Access}}, s.Profiles...) {
				for _, name := range serviceNames() {
					whose := config.Account{Profile: p.Name, Service: name}.Name()
					lines = append(lines, config.Line{Name: "API key of " + whose, Value: "(not shown)", Source: env.keySource(cmd.Context(), p, name)})
				}
			}
			return writeSettings(env, s, lines, output)
		},
	}
	outputFlag(cmd, &output, "text", "json")
	return cmd
}

// writeSettings prints what `config show` found; docs/configuration.md describes the JSON.
func writeSettings(env Env, s *config.Settings, lines []config.Line, output string) error {
	if output == "json" {
		e := json.NewEncoder(env.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			File     string        `json:"file"`
			Found    bool          `json:"found"`
			Settings []config.Line `json:"settings"`
		}{s.File, s.Found, lines})
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SETTING\tVALUE\tSOURCE")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%s\n", l.Name, l.Value, l.Source)
	}
	return w.Flush()
}

func newConfigPath(env Env) *cobra.Command {
	return &cobra.Command{
		Use:     "path",
		Short:   "Print the path of the settings file",
		Example: "lenswatch config path\n$EDITOR \"$(lenswatch config path)\"",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			path, err := env.configPath()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(env.Stdout, path)
			return err
		},
	}
}

func newConfigInit(env Env) *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Write a commented settings file",
		Long:    `init writes a file that lists every setting with its default, commented out. It never overwrites a file.`,
		Example: "lenswatch config init\nlenswatch config init --config ./other.toml",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			path, err := env.configPath()
			if err != nil {
				return err
			}
			if err := writeNew(path, config.Template()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(env.Stdout, path)
			return err
		},
	}
}

// configPath is the settings file, whatever stands in it.
func (e Env) configPath() (string, error) {
	s, err := e.config()
	if s.File != "" {
		return s.File, nil
	}
	if err == nil {
		_, err = config.Path(e.Getenv, e.GOOS)
	}
	return "", usageError{err}
}

// writeNew writes a file that must not be there yet.
func writeNew(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fileError(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usagef("%s already exists and was not changed", path)
	}
	if err != nil {
		return fileError(err)
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
