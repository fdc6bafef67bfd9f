package cli

import (
	"fmt"
	"io"
	"path"
	"strings"

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
			_, err := io.WriteString(env.Stdout, manPage(cmd.Root()))
			return err
		},
	}
}

// manPage is the manual page in roff. It is written here, because a library that makes roff of Markdown is 230 KB of the program
// and half a millisecond of every start.
func manPage(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString(".nh\n.TH LENSWATCH 1\n.SH NAME\nlenswatch \\- " + roff(root.Short) + "\n.SH SYNOPSIS\n")
	b.WriteString("\\fBlenswatch\\fP [\\fIsession\\fP...] [\\fIflags\\fP]\n.PP\n\\fBlenswatch\\fP \\fIcommand\\fP [\\fIargument\\fP...] [\\fIflags\\fP]\n.SH DESCRIPTION\n")
	about, _, _ := strings.Cut(root.Long, exitHelp())
	manText(&b, about)
	b.WriteString(".SH OPTIONS\n")
	manFlags(&b, root)
	b.WriteString(".SH COMMANDS\n")
	for _, c := range root.Commands() {
		manCommand(&b, c)
	}
	b.WriteString(".SH EXIT STATUS\nThe same for every command:\n")
	for _, x := range exitMeanings() {
		manTerm(&b, fmt.Sprint(x.code), x.means)
	}
	b.WriteString(".SH ENVIRONMENT\nPrecedence: flags, environment, settings file.\n")
	for _, v := range variables() {
		manTerm(&b, v[0], v[1])
	}
	b.WriteString(".SH FILES\n")
	for _, f := range files() {
		manTerm(&b, f[0], f[1])
	}
	b.WriteString(".SH EXAMPLES\n")
	manExample(&b, root.Example)
	return b.String()
}

func manCommand(b *strings.Builder, c *cobra.Command) {
	if c.Hidden {
		return
	}
	fmt.Fprintf(b, ".SS %s\n", roff(c.Parent().CommandPath()+" "+c.Use))
	if c.Long == "" {
		manText(b, c.Short+".")
	}
	manText(b, c.Long)
	manFlags(b, c)
	if c.Example != "" {
		b.WriteString(".PP\nFor example:\n")
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
		if value, _ := pflag.UnquoteUsage(f); value != "" {
			name += " " + value
		}
		manTerm(b, name, strings.Join(strings.Fields(flagUsage(f)), " "))
	})
}

// manText writes paragraphs; lines that begin with a blank stand as they are.
func manText(b *strings.Builder, text string) {
	asIs := false
	for _, line := range strings.Split(text, "\n") {
		if indented := line != "" && line[0] == ' '; indented != asIs && line != "" {
			b.WriteString(map[bool]string{true: ".PP\n.EX\n", false: ".EE\n.PP\n"}[indented])
			asIs = indented
		}
		switch {
		case line != "":
			b.WriteString(roff(line) + "\n")
		case !asIs:
			b.WriteString(".PP\n")
		}
	}
	if asIs {
		b.WriteString(".EE\n")
	}
}

func manExample(b *strings.Builder, text string) {
	b.WriteString(".PP\n.RS\n.EX\n")
	for _, line := range strings.Split(text, "\n") {
		b.WriteString(roff(line) + "\n")
	}
	b.WriteString(".EE\n.RE\n")
}

func manTerm(b *strings.Builder, term, means string) {
	fmt.Fprintf(b, ".TP\n\\fB%s\\fP\n%s\n", roff(term), roff(means))
}

var roffEscapes = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// roff is a line of text in which nothing is roff: a dash stays one that can be copied, and no line is a request.
func roff(text string) string {
	text = roffEscapes.Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
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
		[2]string{config.CameraVariable, "URL of a camera; see sessions set-input"},
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
		{path.Join(state, viewStateFile) + ", " + demoStateFile, "screen layout, and that of demo"},
		{path.Join(state, "crash-*.txt"), "crash reports; they contain no data that was received"},
	}
}
