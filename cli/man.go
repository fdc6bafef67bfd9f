package cli

import (
	"fmt"
	"path"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lenswatch/cli/config"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
)

func newMan(env Env) *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		Short:   "Print the man page",
		Long:    `man prints the man page: commands, flags, examples, exit codes, environment variables and files.`,
		Example: "lenswatch man | man -l -\nlenswatch man > ~/.local/share/man/man1/lenswatch.1",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := env.Stdout.Write(md2man.Render([]byte(manPage(cmd.Root()))))
			return err
		},
	}
}

// manPage is the manual page in Markdown.
func manPage(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("% LENSWATCH 1\n\n# NAME\n\nlenswatch - " + plain(root.Short) + "\n\n# SYNOPSIS\n\n")
	fmt.Fprintf(&b, "**lenswatch** [*session*...] [*flags*]\n\n**lenswatch** *command* [*argument*...] [*flags*]\n\n# DESCRIPTION\n\n")
	about, _, _ := strings.Cut(root.Long, exitHelp())
	manText(&b, about)
	b.WriteString("# OPTIONS\n\n")
	manFlags(&b, root)
	b.WriteString("# COMMANDS\n\n")
	for _, c := range root.Commands() {
		manCommand(&b, c)
	}
	b.WriteString("# EXIT STATUS\n\nThe same for every command:\n\n")
	for code, means := range exitMeanings() {
		manTerm(&b, fmt.Sprint(code), means)
	}
	b.WriteString("# ENVIRONMENT\n\nPrecedence: flags, environment, settings file.\n\n")
	for _, v := range variables() {
		manTerm(&b, v[0], v[1])
	}
	b.WriteString("# FILES\n\n")
	for _, f := range files() {
		manTerm(&b, f[0], f[1])
	}
	b.WriteString("# EXAMPLES\n\n")
	manExample(&b, root.Example)
	return b.String()
}

func manCommand(b *strings.Builder, c *cobra.Command) {
	if c.Hidden {
		return
	}
	fmt.Fprintf(b, "### %s\n\n", plain(c.Parent().CommandPath()+" "+c.Use))
	if c.Long == "" {
		manText(b, c.Short+".")
	}
	manText(b, c.Long)
	manFlags(b, c)
	if c.Example != "" {
		b.WriteString("For example:\n\n")
		manExample(b, c.Example)
	}
	for _, sub := range c.Commands() {
		manCommand(b, sub)
	}
}

// manFlags writes the flags that a command has of its own.
func manFlags(b *strings.Builder, c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" && c.HasParent() {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		manTerm(b, name, strings.Join(strings.Fields(flagUsage(f)), " "))
	})
}

// manText writes paragraphs; lines that begin with a blank stand as they are.
func manText(b *strings.Builder, text string) {
	for _, line := range strings.Split(text, "\n") {
		if line != "" && line[0] == ' ' {
			b.WriteString("    " + strings.TrimPrefix(line, "  ") + "\n")
			continue
		}
		b.WriteString(plain(line) + "\n")
	}
	b.WriteString("\n")
}

func manExample(b *strings.Builder, text string) {
	b.WriteString("    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n\n")
}

func manTerm(b *strings.Builder, term, means string) {
	fmt.Fprintf(b, "**%s**\n: %s\n\n", plain(term), plain(means))
}

// plain is a text in which nothing is Markdown.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_{}[]()#+-.!:|&<>~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// variables are those of the environment, and what they do.
func variables() (out [][2]string) {
	keys := archetype.KeyVariables()
	out = append(out,
		[2]string{keys[0], "API key of the Lens API; then " + strings.Join(keys[1:], ", ")},
		[2]string{agenthuman.KeyVariable, "API key of AgentHuman"},
		[2]string{config.PathVariable, "settings file"},
	)
	for _, r := range config.Rows() {
		if r.Environment != "" {
			out = append(out, [2]string{r.Environment, r.Help + " (setting " + r.Name + ")"})
		}
	}
	return append(out,
		[2]string{paramVariable("NAME"), "lens parameter NAME of a new session; see sessions create"},
		[2]string{"NO_COLOR", "if set, output is not coloured"},
		[2]string{"XDG_CONFIG_HOME, XDG_STATE_HOME", "directories of the files below"},
	)
}

// files are those that lenswatch reads and writes by itself, as they are called on Linux.
func files() [][2]string {
	const settings, state = "~/.config/lenswatch", "~/.local/state/lenswatch"
	return [][2]string{
		{path.Join(settings, "config.toml"), "settings; `lenswatch config init` writes a template"},
		{path.Join(settings, serviceArchetype+".key") + ", " + serviceAgentHuman + ".key", "API keys saved by `lenswatch login --file`, readable only by you"},
		{path.Join(state, ledgerFile), "ledger of sessions that lenswatch created and has not destroyed"},
		{path.Join(state, viewStateFile), "screen layout"},
		{path.Join(state, "crash-*.txt"), "crash reports; they contain no data that was received"},
	}
}
