package cli

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The groups of commands in the help of the program.
const (
	groupWatch   = "watch"
	groupAccount = "account"
	groupSetup   = "setup"
	groupMore    = "more"
)

// addGroup adds commands under a heading.
func addGroup(root *cobra.Command, id, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: id, Title: title})
	for _, c := range commands {
		c.GroupID = id
		root.AddCommand(c)
	}
}

// newHelp is cobra's command of this name, which takes a word that is no command for an argument of
// the root.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [command...]",
		Short:   "Show help for a command",
		Example: "lenswatch help tail\nlenswatch help sessions create",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) (names []cobra.Completion, _ cobra.ShellCompDirective) {
			of, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			for _, c := range of.Commands() {
				if c.IsAvailableCommand() {
					names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			of, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = noSuchSubcommand(of, rest)
			}
			if err != nil {
				return err
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}

// polish finishes what all commands have in common.
func polish(c *cobra.Command) {
	c.Long = prose(c.Long)
	c.InitDefaultHelpFlag()
	c.Flags().Lookup("help").Usage = "show help"
	for _, sub := range c.Commands() {
		polish(sub)
	}
}

// prose joins the lines of each paragraph, so that whoever shows the text breaks it to the width that
// there is. Lines that begin with a blank stand as they are.
func prose(text string) string {
	flows := func(line string) bool { return line != "" && line[0] != ' ' }
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if last := len(out) - 1; last >= 0 && flows(line) && flows(out[last]) {
			out[last] += " " + line
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// wrapWords breaks a text at blanks only: ansi.Wordwrap also breaks at hyphens, which splits flags.
func wrapWords(text string, width int) string {
	var b strings.Builder
	for used, words := 0, strings.Fields(text); len(words) > 0; words = words[1:] {
		n := ansi.StringWidth(words[0])
		switch {
		case used == 0:
		case used+1+n > width:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(words[0])
		used += n
	}
	return b.String()
}

// widestHelp is the most columns that help takes, and its width where there is no terminal: longer lines are hard
// to read.
const widestHelp = 100

// helpWidth is the width of help, in columns.
func helpWidth(env Env) int {
	if f, ok := env.Stdout.(interface{ Fd() uintptr }); ok {
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			return min(w, widestHelp)
		}
	}
	return widestHelp
}

// helpPage is the help of a command: what it does, how it is called, examples, subcommands and flags, in lines of
// at most width columns but for examples and tables in the text.
type helpPage struct {
	strings.Builder
	width int
	bold  bool // headings, on a terminal
}

// showHelp is cobra's help function.
func showHelp(env Env) func(*cobra.Command, []string) {
	return func(c *cobra.Command, _ []string) {
		p := &helpPage{width: helpWidth(env), bold: isTerminal(env.Stdout) && env.Getenv("NO_COLOR") == ""}
		p.command(c)
		fmt.Fprint(env.Stdout, p)
	}
}

func (p *helpPage) command(c *cobra.Command) {
	about := c.Long
	if about == "" {
		about = c.Short + "."
	}
	for _, line := range strings.Split(strings.TrimSpace(about), "\n") {
		if line == "" || line[0] != ' ' {
			line = wrapWords(line, p.width)
		}
		p.WriteString(line + "\n")
	}
	p.heading("USAGE")
	p.WriteString("  " + c.UseLine() + "\n")
	if c.HasAvailableSubCommands() {
		p.WriteString("  " + c.CommandPath() + " <command> [flags]\n")
	}
	if c.HasExample() {
		p.heading("EXAMPLES")
		p.WriteString("  " + strings.ReplaceAll(c.Example, "\n", "\n  ") + "\n")
	}
	if len(c.Groups()) == 0 && c.HasAvailableSubCommands() {
		p.commands(c, "COMMANDS", "")
	}
	for _, g := range c.Groups() {
		p.commands(c, strings.ToUpper(g.Title), g.ID)
	}
	if c.HasAvailableLocalFlags() {
		p.heading("FLAGS")
		p.WriteString(c.LocalFlags().FlagUsagesWrapped(p.width))
	}
	if c.HasAvailableInheritedFlags() {
		p.heading("GLOBAL FLAGS")
		p.WriteString(c.InheritedFlags().FlagUsagesWrapped(p.width))
	}
}

// commands lists the subcommands of a group.
func (p *helpPage) commands(c *cobra.Command, title, group string) {
	p.heading(title)
	names := 0
	for _, sub := range c.Commands() {
		names = max(names, len(sub.Name()))
	}
	indent := names + len("    ")
	for _, sub := range c.Commands() {
		if !sub.IsAvailableCommand() || sub.GroupID != group {
			continue
		}
		text := wrapWords(sub.Short, max(p.width-indent, 24))
		fmt.Fprintf(p, "  %-*s  %s\n", names, sub.Name(), strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent)))
	}
}

func (p *helpPage) heading(text string) {
	if p.bold {
		text = ansi.Style{}.Bold().Styled(text)
	}
	p.WriteString("\n" + text + "\n")
}

// flagUsage is what a flag does, and its default.
func flagUsage(f *pflag.Flag) string {
	_, text := pflag.UnquoteUsage(f)
	switch f.DefValue {
	case "", "false", "0", "0s", "[]":
		return text
	}
	return text + " (default " + f.DefValue + ")"
}
