package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/watch/custody"
)

// destroyTimeout is how long one command may take to destroy.
const destroyTimeout = time.Minute

// destroyOptions are the flags of sessions destroy.
type destroyOptions struct{ own, yes bool }

func newDestroy(env Env) *cobra.Command {
	o := &destroyOptions{}
	cmd := &cobra.Command{
		Use:   "destroy [session...]",
		Short: "Destroy sessions permanently",
		Long: `destroy ends sessions permanently and prints one line per session.

A session that lenswatch did not create may be someone else's: on a terminal destroy asks first, in scripts it
requires --yes. --mine destroys sessions left over from crashed lenswatch runs; sessions of running instances, and those
created by "sessions create", are not touched.`,
		Example: "lenswatch sessions destroy lsn-251207a89f948ed4e30d8f80aaba77\n" +
			"lenswatch sessions destroy --mine",
		Args:              func(_ *cobra.Command, args []string) error { return checkIDs(args) },
		ValidArgsFunction: completeSessions(env),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.own && len(args) > 0:
				return usagef("pass session IDs or --mine, not both")
			case !o.own && len(args) == 0:
				return usagef("destroy requires a session ID or --mine")
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), destroyTimeout)
			defer cancel()
			ids, err := env.sessionIDs(args)
			if err != nil {
				return err
			}
			services, err := services(ctx, env)
			if err != nil {
				return err
			}
			ledger := openLedger(env)
			defer ledger.Close()
			if o.own {
				return destroyOwn(ctx, env, services, ledger)
			}
			return destroy(ctx, env, o, services, ledger, ids)
		},
	}
	cmd.Flags().BoolVar(&o.own, "mine", false, "destroy sessions orphaned by crashed lenswatch runs")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask before destroying sessions that lenswatch did not create")
	return cmd
}

// destroy destroys named sessions. Those that fail do not hold up the others.
func destroy(ctx context.Context, env Env, o *destroyOptions, services []client.Service, ledger *custody.Ledger, ids []string) (worst error) {
	var found []client.Session
	var foreign []string
	for _, id := range ids {
		svc := serviceOf(services, id)
		s, err := svc.Session(ctx, id)
		if err != nil {
			worst = failed(env, worst, id, err)
			continue
		}
		s.ID, s.Service = id, svc.Name()
		found = append(found, s)
		if !ledger.HasCreated(svc, id) {
			foreign = append(foreign, strings.TrimSpace(fmt.Sprintf("%s  %s  %s", id, s.LensName, statusOf(s))))
		}
	}
	if len(foreign) > 0 && !o.yes {
		if err := confirm(env, foreign); err != nil {
			return err
		}
	}
	for _, s := range found {
		ended, err := ledger.Destroy(ctx, serviceOf(services, s.ID), s.ID)
		if err != nil {
			worst = failed(env, worst, s.ID, err)
			continue
		}
		after := ""
		if lived := s.Merge(ended).Age(time.Now()); lived > 0 { // the service's own duration, if it reports one
			after = " after " + units.Duration(lived.Round(time.Second))
		}
		if _, err := fmt.Fprintf(env.Stdout, "destroyed %s%s\n", s.ID, after); err != nil {
			return err
		}
	}
	return worst
}

// failed reports on one failure among several, and returns the gravest so far.
func failed(env Env, worst error, id string, err error) error {
	env.say(id + ": " + err.Error())
	return graver(worst, reportedError{err})
}

// reportedError is an error that was printed already.
type reportedError struct{ error }

func (t reportedError) Unwrap() error { return t.error }

// confirm asks on a terminal whether sessions that lenswatch did not create may be destroyed.
func confirm(env Env, foreign []string) error {
	if !env.terminal() {
		return usagef("lenswatch did not create %s; pass --yes to destroy it anyway", strings.Join(foreign, ", "))
	}
	fmt.Fprintf(env.Stdout, "lenswatch did not create:\n  %s\nDestroy? [y/N] ", client.Clean(strings.Join(foreign, "\n  ")))
	answer, err := readLine(env.Stdin)
	if a := strings.ToLower(strings.TrimSpace(answer)); err != nil || a != "y" && a != "yes" {
		fmt.Fprintln(env.Stdout, "Nothing was destroyed.")
		return context.Canceled
	}
	return nil
}

// destroyOwn destroys what runs that are dead left, at the services of the account.
func destroyOwn(ctx context.Context, env Env, services []client.Service, ledger *custody.Ledger) (worst error) {
	orphans, err := ledger.Orphans()
	if err != nil {
		worst = failed(env, nil, "ledger", err)
	}
	if len(orphans) == 0 && err == nil {
		env.say("no orphaned sessions")
		return nil
	}
	byService := map[string][]custody.Entry{}
	for _, e := range orphans {
		byService[e.Service+" "+e.Endpoint] = append(byService[e.Service+" "+e.Endpoint], e)
	}
	for _, svc := range services {
		place := svc.Name() + " " + svc.Endpoint()
		for _, out := range ledger.Clean(ctx, svc, byService[place]) {
			switch {
			case out.Err != nil:
				worst = failed(env, worst, out.Entry.Name(), out.Err)
			case out.Entry.Session != "":
				if _, err := fmt.Fprintf(env.Stdout, "destroyed %s\n", out.Entry.Session); err != nil {
					return err
				}
			}
		}
		delete(byService, place)
	}
	for _, left := range byService {
		for _, e := range left {
			worst = failed(env, worst, e.Name(), errors.New(belongsTo(e)))
		}
	}
	return worst
}

// belongsTo says of a session that was left over at which account it is.
func belongsTo(e custody.Entry) string {
	if p, _ := client.ProfileOf(e.Service); p != "" {
		return "it belongs to profile " + p + "; pass --profile " + p
	}
	return "it belongs to " + e.Service + " " + e.Endpoint + "; set that endpoint and its key, then try again"
}

// serviceOf is the service whose session an id is, by its form; the first one if none claims it.
func serviceOf(services []client.Service, id string) client.Service {
	for _, s := range services {
		if c, ok := s.(client.Claimer); ok && c.Claims(id) {
			return s
		}
	}
	return services[0]
}
