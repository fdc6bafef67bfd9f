package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/watch"
)

// Main runs the command that args name and returns the exit code of the process.
func Main(ctx context.Context, env Env, args []string) int {
	root := newRoot(env)
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	v := buildVersion()
	err := fang.Execute(ctx, root,
		fang.WithVersion(v.Version), fang.WithCommit(v.Commit), fang.WithErrorHandler(printError))
	return ExitCode(err)
}

// printError writes an error and what can be done about it. Nothing is printed for what is no
// mistake, such as a person who stopped the command, nor for a diagnosis, which stands there already.
func printError(w io.Writer, _ fang.Styles, err error) {
	var printed diagnosed
	var before told
	if ExitCode(err) == ExitOK || errors.As(err, &printed) || errors.As(err, &before) {
		return
	}
	fmt.Fprintf(w, "lenswatch: %s\n", client.Clean(err.Error()))
	if h := hint(err); h != "" {
		fmt.Fprintf(w, "hint: %s\n", h)
	} else if ExitCode(err) == ExitUsage {
		fmt.Fprintln(w, "hint: `lenswatch --help` lists commands and flags")
	}
}

func newRoot(env Env) *cobra.Command {
	env.settings = &settings{}
	o := &screenOptions{}
	root := &cobra.Command{
		Use:   "lenswatch [session...]",
		Short: "Watch live lens sessions, and see why one is quiet",
		Long: `lenswatch shows what live lens sessions are saying, now, in a terminal, and says why one goes quiet.

Without a session it watches every open session of the account, and of both accounts if there is a key for each.
The API key comes from ATAI_API_KEY (then ARCHETYPE_API_KEY), that of AgentHuman from AGENTHUMAN_API_KEY, or from
where 'lenswatch login' has put it; the endpoints from ATAI_API_ENDPOINT and AGENTHUMAN_API_ENDPOINT, or from the
settings (see 'lenswatch config show'). No account yet? Run: lenswatch demo`,
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
	prepare := root.PersistentPreRun
	root.PersistentPreRun = func(cmd *cobra.Command, args []string) {
		prepare(cmd, args)
		tellOrphans(env, cmd)
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newDemo(env), newTail(env), newReplay(env), newLenses(env), newSessions(env), newDiagnose(env), newDoctor(env),
		newConfig(env), newLogin(env), newLogout(env), newSimulate(env), newVersion(env))
	return root
}

// sessionArgs takes session ids. A word that looks like a mistyped command is called that.
func sessionArgs(cmd *cobra.Command, args []string) error {
	for _, a := range args {
		if near := cmd.SuggestionsFor(a); len(near) > 0 && !strings.ContainsAny(a, "-_") {
			return usagef("there is no command %q; did you mean `lenswatch %s`?", a, near[0])
		}
	}
	return checkIDs(args)
}

// noArgs is cobra.NoArgs as a usage error.
func noArgs(cmd *cobra.Command, args []string) error {
	if err := cobra.NoArgs(cmd, args); err != nil {
		return usageError{err}
	}
	return nil
}

// watchAccount shows the sessions of the accounts that the settings name.
func watchAccount(ctx context.Context, env Env, o *screenOptions, ids []string) error {
	services, err := services(ctx, env)
	if err != nil {
		return err
	}
	s := screen{
		env: env, options: o, title: hosts(services), services: services,
		hub: watch.Options{All: len(ids) == 0, Custody: openLedger(env)}, sessions: ids,
	}
	return s.run(ctx)
}
