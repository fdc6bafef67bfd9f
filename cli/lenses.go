package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lenswatch/client"
)

func newLenses(env Env) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:     "lenses",
		Short:   "List lenses",
		Long:    "lenses lists the lenses of the account, one per row. For scripts use -o json, described in docs/json.md.",
		Example: "lenswatch lenses\nlenswatch lenses -o json | jq -r .name",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return lenses(cmd.Context(), env, output) },
	}
	outputFlag(cmd, &output, "text", "json")
	return cmd
}

// lensJSON is what `lenses -o json` writes for each lens. Fields are added, never renamed or given
// another meaning; docs/json.md describes them.
type lensJSON struct {
	Service    string      `json:"service"`
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Status     string      `json:"status"`
	Model      string      `json:"model"`
	Processors []string    `json:"processors"`
	Inputs     []string    `json:"inputs"`
	Outputs    []string    `json:"outputs"`
	Channel    string      `json:"channel"`
	Fields     []fieldJSON `json:"fields"`
}

type fieldJSON struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Default  string   `json:"default"`
	Options  []string `json:"options"`
	Required bool     `json:"required"`
	Secret   bool     `json:"secret"`
}

func lensOf(l client.Lens) lensJSON {
	list := func(s []string) []string { return append([]string{}, s...) } // [] rather than null
	out := lensJSON{
		Service: l.Service, ID: l.ID, Name: l.Name, Status: l.Status, Model: l.Model, Channel: l.Channel.String(),
		Processors: list(l.Processors), Inputs: list(l.Inputs), Outputs: list(l.Outputs), Fields: []fieldJSON{},
	}
	for _, f := range l.Fields {
		out.Fields = append(out.Fields, fieldJSON{f.Name, f.Label, f.Default, list(f.Options), f.Required, f.Secret})
	}
	return out
}

func lenses(ctx context.Context, env Env, output string) error {
	services, err := services(ctx, env)
	if err != nil {
		return err
	}
	found, failed := allLenses(ctx, services)
	if output == "json" {
		objects := make([]lensJSON, len(found))
		for i, l := range found {
			objects[i] = lensOf(l)
		}
		return cmp.Or(writeObjects(env.Stdout, objects), failed)
	}
	if len(found) == 0 {
		if failed == nil {
			env.say("no lenses")
		}
		return failed
	}
	t := listing{columns: []column{{head: "ID"}, {head: "NAME", minWidth: 12}, {head: "MODEL", minWidth: 12, spare: 2}, {head: "PROCESSORS", minWidth: 12, spare: 3},
		{head: "CHANNEL"}, {head: "SERVICE", spare: 1}}}
	for _, l := range found {
		t.add(l.ID, l.Name, l.Model, strings.Join(l.Processors, ", "), l.Channel.String(), l.Service)
	}
	return cmp.Or(t.write(env), failed)
}

// allLenses asks all services. The error has all that failed.
func allLenses(ctx context.Context, services []client.Service) (found []client.Lens, _ error) {
	var failed failures
	for _, s := range services {
		lenses, err := s.Lenses(naming(ctx, s, services))
		found = append(found, lenses...)
		failed.add(s, services, err)
	}
	slices.SortStableFunc(found, func(a, b client.Lens) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return found, failed.err()
}

// findLens finds a lens by its id, or by its name if that is one lens's alone. Case does not count
// in names.
func findLens(lenses []client.Lens, what string) (client.Lens, error) {
	var named, identified []client.Lens
	for _, l := range lenses {
		if l.ID == what {
			identified = append(identified, l)
		}
		if strings.EqualFold(l.Name, what) {
			named = append(named, l)
		}
	}
	if len(identified) > 0 {
		named = identified
	}
	for _, l := range named {
		first, _ := client.ProfileOf(named[0].Service)
		if other, _ := client.ProfileOf(l.Service); other != first {
			return client.Lens{}, usagef("lens %q exists in profiles %s and %s; choose one with --profile", client.Line1(what), first, other)
		}
	}
	switch len(named) {
	case 0:
		return client.Lens{}, fmt.Errorf("no lens %q; see `lenswatch lenses`: %w", what, client.ErrNotFound)
	case 1:
		return named[0], nil
	}
	var ids []string
	for _, l := range named {
		ids = append(ids, l.ID)
	}
	return client.Lens{}, usagef("%d lenses are named %q; use an ID: %s", len(named), what, strings.Join(ids, ", "))
}
