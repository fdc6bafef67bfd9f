package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/guard"
	"lenswatch/client/units"
)

func newSessions(env Env) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "sessions",
		Short: "List, create and destroy sessions",
		Long:  "sessions lists the open sessions, one per row. For scripts use -o json, described in docs/json.md.",
		Example: "lenswatch sessions\n" +
			"lenswatch sessions -o json | jq -r .id\n" +
			"lenswatch sessions create \"Activity Monitor\"\n" +
			"lenswatch sessions destroy --mine",
		Args: noSuchSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return sessions(cmd.Context(), env, output) },
	}
	outputFlag(cmd, &output, "text", "json")
	cmd.AddCommand(newCreate(env), newDestroy(env))
	cmd.AddCommand(controlCommands(env)...)
	return cmd
}

// sessionJSON is what `sessions -o json` writes for each session. Fields are added, never renamed
// or given another meaning; docs/json.md describes them.
type sessionJSON struct {
	Service    string     `json:"service"`
	ID         string     `json:"id"`
	LensID     string     `json:"lens_id"`
	LensName   string     `json:"lens_name"`
	Status     string     `json:"status"`
	StatusText string     `json:"status_text"`
	Channel    string     `json:"channel"`
	Registered *time.Time `json:"registered"`
	Started    *time.Time `json:"started"`
	Ended      *time.Time `json:"ended"`
	Expires    *time.Time `json:"expires"`
	LastEvent  *time.Time `json:"last_event"`
	Age        *float64   `json:"age"` // seconds; null if it is not known
}

func sessionOf(s client.Session, now time.Time) sessionJSON {
	when := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return new(t.UTC())
	}
	return sessionJSON{
		Service: s.Service, ID: s.ID, LensID: s.LensID, LensName: s.LensName,
		Status: s.Status.String(), StatusText: s.StatusText, Channel: s.Channel.String(),
		Registered: when(s.Registered), Started: when(s.Started), Ended: when(s.Ended), Expires: when(s.Expires),
		LastEvent: when(s.LastEvent), Age: ageSeconds(s, now),
	}
}

func sessions(ctx context.Context, env Env, output string) error {
	services, err := services(ctx, env)
	if err != nil {
		return err
	}
	found, failed := allSessions(ctx, services)
	askOutputs(ctx, services, found)
	now := time.Now()
	if output == "json" {
		objects := make([]sessionJSON, len(found))
		for i, s := range found {
			objects[i] = sessionOf(s, now)
		}
		return cmp.Or(writeObjects(env.Stdout, objects), failed)
	}
	if len(found) == 0 {
		if failed == nil {
			env.say("no open sessions")
		}
		return failed
	}
	t := listing{columns: []column{{head: "ID"}, {head: "LENS", minWidth: 10}, {head: "STATUS"}, {head: "AGE"},
		{head: "CHANNEL", spare: 2}, {head: "SERVICE", spare: 1}}}
	for _, s := range found {
		t.add(s.ID, cmp.Or(s.LensName, s.LensID), statusOf(s), ageText(s, now), outputText(s), s.Service)
	}
	return cmp.Or(t.write(env), failed)
}

// So many sessions are asked for their outputs, all at once and for so long: the list is wanted now.
const (
	maxOutputs   = 20
	outputWithin = 3 * time.Second
)

// askOutputs finds out by what the output of sessions arrives of which the list does not say so.
func askOutputs(ctx context.Context, services []client.Service, sessions []client.Session) {
	ctx, cancel := context.WithTimeout(ctx, outputWithin)
	defer cancel()
	var tasks guard.Group
	asked := 0
	for i := range sessions {
		x := &sessions[i]
		if x.Channel != client.ChannelUnknown || asked == maxOutputs {
			continue
		}
		asked++
		svc := services[slices.IndexFunc(services, func(s client.Service) bool { return s.Name() == x.Service })]
		tasks.Go("record", func() {
			now, err := svc.Session(ctx, x.ID)
			if err == nil && (now.Channel != client.ChannelNone || now.Whole() && now.OutputStream == "") {
				x.Channel = now.Channel
			}
		})
	}
	tasks.Wait()
}

// outputText is by what a session's output arrives, as far as the list says so.
func outputText(s client.Session) string {
	if s.Channel == client.ChannelUnknown {
		return "–"
	}
	return s.Channel.String()
}

// statusOf is a session's status for a person: as the service spelt it, where the word is not known.
func statusOf(s client.Session) string {
	if s.Status == client.StatusUnknown && s.StatusText != "" {
		return s.StatusText
	}
	return s.Status.String()
}

// ageSeconds is a session's age in seconds, nil if it is not known.
func ageSeconds(s client.Session, now time.Time) *float64 {
	age := s.Age(now).Seconds()
	if age == 0 {
		return nil
	}
	return &age
}

func ageText(s client.Session, now time.Time) string {
	if age := s.Age(now); age > 0 {
		return units.Duration(age.Truncate(time.Second))
	}
	return "–"
}

// allSessions asks all services for their sessions, and names what these run. The error has all that failed.
func allSessions(ctx context.Context, services []client.Service) (found []client.Session, _ error) {
	var failed failures
	for _, s := range services {
		listed, err := s.Sessions(naming(ctx, s, services))
		failed.add(s, services, err)
		if err == nil && slices.ContainsFunc(listed, nameless) {
			nameLenses(ctx, s, listed)
		}
		for i := range listed {
			if listed[i].Channel == client.ChannelNone { // of the lens as it was made: the session may have an output of its own
				listed[i].Channel = client.ChannelUnknown
			}
		}
		found = append(found, listed...)
	}
	return found, failed.err()
}

// failures are what several services failed at: all of it is said, each with its service, and the gravest decides what can be done
// and the exit code.
type failures struct {
	text    []string
	gravest error
}

func (f *failures) add(s client.Service, of []client.Service, err error) {
	if err == nil {
		return
	}
	text := err.Error()
	if len(of) > 1 {
		text = s.Name() + ": " + text
	}
	f.text, f.gravest = append(f.text, text), graver(f.gravest, err)
}

// naming is a context in which attempts that fail are reported with their service, where there are several.
func naming(ctx context.Context, s client.Service, of []client.Service) context.Context {
	if len(of) < 2 {
		return ctx
	}
	return client.OnRetry(ctx, func(r client.Retry) {
		r.Err = fmt.Errorf("%s: %w", s.Name(), r.Err)
		client.Retrying(ctx, r)
	})
}

func (f *failures) err() error {
	if f.gravest == nil {
		return nil
	}
	return f
}

// Error says what failed, a service per line.
func (f *failures) Error() string { return strings.Join(f.text, "\n") }

// Unwrap gives the gravest.
func (f *failures) Unwrap() error { return f.gravest }

func nameless(s client.Session) bool { return s.LensName == "" || s.Channel == client.ChannelUnknown }

// nameLenses fills in what the lens of a session says. Without an answer the sessions stay as they are.
func nameLenses(ctx context.Context, s client.Service, sessions []client.Session) {
	lenses, err := s.Lenses(ctx)
	if err != nil {
		return
	}
	for i := range sessions {
		x := &sessions[i]
		for _, l := range lenses {
			if l.ID != x.LensID {
				continue
			}
			x.LensName = cmp.Or(x.LensName, l.Name)
			x.Channel = cmp.Or(x.Channel, l.Channel)
		}
	}
}
