package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
)

// completeWithin is how long the shell is blocked for the account to answer.
const completeWithin = 2 * time.Second

type completer = func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective)

// completeSessions offers the open sessions that were not named yet. What goes wrong is not reported: it
// would be written into the line that is being typed.
func completeSessions(env Env) completer {
	return complete(env, func(ctx context.Context, s client.Service) (out []cobra.Completion) {
		sessions, _ := allSessions(ctx, []client.Service{s})
		for _, x := range sessions {
			out = append(out, cobra.CompletionWithDesc(x.ID, client.Line1(x.LensName+" "+statusOf(x))))
		}
		return out
	})
}

// completeLens offers the lenses, for the first argument.
func completeLens(env Env) completer {
	offer := complete(env, func(ctx context.Context, s client.Service) (out []cobra.Completion) {
		lenses, _ := s.Lenses(ctx)
		for _, l := range lenses {
			out = append(out, cobra.CompletionWithDesc(l.ID, client.Line1(l.Name)))
		}
		return out
	})
	return func(cmd *cobra.Command, args []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return offer(cmd, args, prefix)
	}
}

// completeFile offers files, for the first argument.
func completeFile(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

func complete(env Env, offer func(context.Context, client.Service) []cobra.Completion) completer {
	return func(cmd *cobra.Command, args []string, _ string) (out []cobra.Completion, _ cobra.ShellCompDirective) {
		ctx := cmd.Context()
		if ctx == nil {
			ctx = context.Background()
		}
		ctx, cancel := context.WithTimeout(ctx, completeWithin)
		defer cancel()
		services, err := services(ctx, env)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		for _, s := range services {
			for _, c := range offer(ctx, s) {
				if id, _, _ := strings.Cut(c, "\t"); !slices.Contains(args, id) {
					out = append(out, c)
				}
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}
