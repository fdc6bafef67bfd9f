package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// newCompletion is cobra's command of this name with texts of our own.
func newCompletion(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion shell",
		Short: "Print a shell completion script",
		Long: `completion prints a completion script for bash, zsh, fish or powershell: it completes commands, flags and their
values, and the sessions and lenses of the account.

For the current shell:

  bash        source <(lenswatch completion bash)
  zsh         source <(lenswatch completion zsh)
  fish        lenswatch completion fish | source
  powershell  lenswatch completion powershell | Out-String | Invoke-Expression

For every new shell:

  bash        lenswatch completion bash \
                > ~/.local/share/bash-completion/completions/lenswatch
  zsh         lenswatch completion zsh > "${fpath[1]}/_lenswatch"
  fish        lenswatch completion fish \
                > ~/.config/fish/completions/lenswatch.fish
  powershell  add the line above to your profile

bash needs the package bash-completion; zsh must have run compinit.`,
		Example:           "source <(lenswatch completion bash)\nlenswatch completion fish | source",
		Args:              oneArg("completion requires a shell: " + strings.Join(shells(), ", ")),
		ValidArgsFunction: cobra.FixedCompletions(shells(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(env.Stdout, true)
			case "zsh":
				return root.GenZshCompletion(env.Stdout)
			case "fish":
				return root.GenFishCompletion(env.Stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(env.Stdout)
			}
			return usagef("unsupported shell %q; use %s", args[0], strings.Join(shells(), ", "))
		},
	}
	return cmd
}

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// completes lets the shell complete the values of a flag. The only error is that there is no such
// flag, which the tests would notice.
func completes(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// completesList is the same for a flag that takes several values with commas between them.
func completesList(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, typed string) (out []cobra.Completion, _ cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		for _, v := range values {
			out = append(out, before+v)
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	})
}

// completesFile lets the shell complete a flag with files.
func completesFile(cmd *cobra.Command, flag string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault))
}

// outputFlag adds the flag for the format of what is written, the first one by default.
func outputFlag(cmd *cobra.Command, output *string, formats ...string) {
	choiceFlag(cmd, output, "output", "o", "`format`: ", formats)
}

// choiceFlag adds a flag that takes one of a few words, the first one by default.
func choiceFlag(cmd *cobra.Command, value *string, name, short, usage string, words []string) {
	c := choice{value, words}
	*value = words[0]
	cmd.Flags().VarP(c, name, short, usage+c.allowed())
	completes(cmd, name, words...)
}

// choice is the value of such a flag.
type choice struct {
	value *string
	words []string
}

func (c choice) String() string { return *c.value }
func (c choice) Type() string   { return "string" }

// Set refuses other words; [flagError] says which there are.
func (c choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return errors.New("no completion")
	}
	*c.value = word
	return nil
}

func (c choice) allowed() string {
	last := len(c.words) - 1
	return strings.Join(c.words[:last], ", ") + " or " + c.words[last]
}
