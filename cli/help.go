package cli

import (
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
		Short:   "Show the help of a command",
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
	c.Flags().Lookup("help").Usage = "show this help"
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

// widestHelp is the width of help where there is no terminal, and the most that it takes of one. It is
// that of the library that draws help.
const widestHelp = 120

// helpWidth is the width that help has.
func helpWidth(env Env) int {
	if f, ok := env.Stdout.(interface{ Fd() uintptr }); ok {
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			return min(w, widestHelp)
		}
	}
	return widestHelp
}

// fit breaks what stands beside the names of commands and flags to a width, which the library that
// draws help leaves to the texts. Defaults become part of them.
func fit(c *cobra.Command, width int) {
	const margin, gap, least = 4, 2, 24
	names := 0
	for _, sub := range c.Commands() {
		fit(sub, width)
		names = max(names, ansi.StringWidth(sub.Use+" [--flags]"))
		if sub.HasSubCommands() {
			names = max(names, ansi.StringWidth(sub.Use+" [command] [--flags]"))
		}
	}
	visit := func(do func(*pflag.Flag)) { c.InheritedFlags(); c.Flags().VisitAll(do) }
	visit(func(f *pflag.Flag) {
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + " " + name
		}
		names = max(names, ansi.StringWidth(name))
	})
	room := max(width-margin-names-gap, least)
	for _, sub := range c.Commands() {
		sub.Short = ansi.Wordwrap(sub.Short, room, "")
	}
	visit(func(f *pflag.Flag) {
		// A flag of all commands is one: it is broken for the narrowest room.
		f.Usage = ansi.Wordwrap(strings.Join(strings.Fields(usage(f)), " "), room, "")
		f.DefValue = ""
	})
}

// usage is what a flag does, and its default.
func usage(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "false", "0", "0s", "[]":
		return f.Usage
	}
	return f.Usage + " (default " + f.DefValue + ")"
}
