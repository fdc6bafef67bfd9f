package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/client/rest"
	"lenswatch/client/units"
	"lenswatch/watch"
)

// Main runs the command that args name and returns the exit code of the process.
func Main(ctx context.Context, env Env, args []string) int {
	env.crashes, env.log = newCrashLog(env), &logFile{}
	root := newRoot(env)
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := guard.Run("command", func() error { return root.ExecuteContext(ctx) })
	if err != nil {
		printError(root, args, env.Stderr, env.crashes.explain(err))
	}
	if err := env.log.close(err); err != nil {
		env.say(err.Error())
	}
	for _, path := range env.crashes.paths() {
		if guard.Of(err) == nil {
			fmt.Fprintf(env.Stderr, "lenswatch: part of this run crashed; crash report (no user data): %s\n", path)
		}
	}
	return env.Signals.exitCode(ExitCode(err), env.Stderr)
}

// printError writes an error and what can be done about it. Nothing is printed for what is no
// mistake, such as a person who stopped the command, nor for a diagnosis, which is printed already.
func printError(root *cobra.Command, args []string, w io.Writer, err error) {
	var printed diagnosed
	var before reportedError
	if ExitCode(err) == ExitOK || errors.As(err, &printed) {
		return
	}
	if !errors.As(err, &before) {
		fmt.Fprintf(w, "lenswatch: %s\n", client.Clean(err.Error()))
	}
	if h := hint(err); h != "" {
		fmt.Fprintf(w, "hint: %s\n", h)
	} else if ExitCode(err) == ExitUsage && !wrongFile(err) {
		fmt.Fprintf(w, "hint: see `%s --help`\n", requestedCommand(root, args).CommandPath())
	}
}

// requestedCommand is the command that args name.
func requestedCommand(root *cobra.Command, args []string) *cobra.Command {
	if cmd, _, err := root.Find(args); err == nil {
		return cmd
	}
	return root
}

func newRoot(env Env) *cobra.Command {
	env.settings, env.keys = &settings{}, &rest.Keys{} // before anything takes a copy of env
	o := &screenOptions{}
	root := &cobra.Command{
		Use:   "lenswatch [session...]",
		Short: "Watch live lens sessions and find out why one has stalled",
		Long: `Watch live lens sessions in your terminal and find out why one has stalled.

With no arguments lenswatch watches every open session of the account, or of both accounts if there is a key for each.
The API key comes from ATAI_API_KEY (AGENTHUMAN_API_KEY for AgentHuman) or from "lenswatch login".
"lenswatch config show" lists all settings and their sources. No account? Try: lenswatch demo

` + exitHelp(),
		Example: `lenswatch demo
lenswatch
lenswatch lsn-251207a89f948ed4e30d8f80aaba77`,
		Args:              sessionArgs,
		ValidArgsFunction: completeSessions(env),
		RunE: func(cmd *cobra.Command, args []string) error {
			return watchAccount(cmd.Context(), env, o, args)
		},
	}
	o.flags(root)
	env.settings.flag(root)
	profileFlag(env, root)
	if env.log == nil {
		env.log = &logFile{}
	}
	env.log.flag(root)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		env.settings.flags = cmd.Flags()
		if err := env.log.open(cmd.CommandPath()); err != nil {
			return err
		}
		if !ownsTerminal(cmd) {
			ctx := client.OnRetry(cmd.Context(), reportRetry(env.Stderr))
			cmd.SetContext(client.OnUnread(ctx, func(records int) { env.say("list: " + client.UnreadText(records)) }))
		}
		if err := checkFlags(cmd); err != nil {
			return err
		}
		reportOrphans(env, cmd)
		return nil
	}
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Version = buildVersion().Version
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpFunc(showHelp(env))
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	help := newHelp()
	addGroup(root, groupWatch, "watch", newDemo(env), newTail(env), newReplay(env), newDiagnose(env), newReport(env), newStats(env), newAlerts(env))
	addGroup(root, groupAccount, "account", newSessions(env), newLenses(env), newLogin(env), newLogout(env))
	addGroup(root, groupSetup, "setup", newConfig(env), newDoctor(env), newCompletion(env), newMan(env))
	addGroup(root, groupMore, "more", newSimulate(env), newVersion(env), help)
	root.SetHelpCommand(help)
	root.SetHelpCommandGroupID(groupMore)
	root.Flags().BoolP("version", "v", false, "print the version")
	polish(root)
	return root
}

// sessionArgs takes session ids. A word that looks like a mistyped command is called that.
func sessionArgs(cmd *cobra.Command, args []string) error {
	for _, a := range args {
		if near := cmd.SuggestionsFor(a); len(near) > 0 && !strings.ContainsAny(a, "-_") {
			return usagef("unknown command %q; did you mean `lenswatch %s`?", a, near[0])
		}
	}
	return checkIDs(args)
}

// watchAccount shows the sessions of the accounts that the settings name.
func watchAccount(ctx context.Context, env Env, o *screenOptions, ids []string) error {
	ids, err := env.sessionIDs(ids)
	if err != nil {
		return err
	}
	services, leftOut, err := watchedServices(ctx, env)
	if err != nil {
		return err
	}
	s := screen{
		env: env, options: o, title: hosts(services), services: services, notice: strings.Join(leftOut, "\n"), profiles: profilesOf(env, services),
		hub: watch.Options{All: len(ids) == 0, Custody: openLedger(env)}, sessions: ids,
	}
	return s.run(ctx)
}

// ownsTerminal reports whether a command, or the shell that it completes for, may own the terminal.
func ownsTerminal(cmd *cobra.Command) bool {
	return slices.Contains([]string{"lenswatch", "demo", "replay", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, cmd.Name())
}

// reportRetry says at once that a request failed and is made again: four attempts may take a minute.
func reportRetry(w io.Writer) func(client.Retry) {
	return func(r client.Retry) {
		fmt.Fprintf(w, "lenswatch: %s; retrying in %s (attempt %d of %d, ctrl+c stops)\n",
			client.Cause(r.Err), units.Duration(r.Wait), r.Attempt, r.Of)
	}
}
