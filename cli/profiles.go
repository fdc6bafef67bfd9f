package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/ui/draw"
)

// profileFlag adds --profile to every command.
func profileFlag(env Env, root *cobra.Command) {
	root.PersistentFlags().String("profile", "", "use these `profiles` from the settings, comma-separated")
	_ = root.RegisterFlagCompletionFunc("profile", func(cmd *cobra.Command, _ []string, typed string) (out []cobra.Completion, _ cobra.ShellCompDirective) {
		env.settings.flags = nil // what is being typed is not chosen yet
		s, err := env.config()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		before := typed[:strings.LastIndex(typed, ",")+1]
		for _, p := range s.Profiles {
			if !slices.Contains(strings.Split(before, ","), p.Name) {
				out = append(out, before+p.Name)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

// profiles are those that were chosen; the account without a name, if none was.
func (e Env) profiles() ([]config.Profile, error) {
	s, err := e.config()
	if err != nil {
		return nil, err
	}
	chosen, err := s.Chosen()
	if err != nil {
		return nil, usageError{err}
	}
	if len(chosen) == 0 {
		chosen = []config.Profile{{Access: s.Access}}
	}
	return chosen, nil
}

// oneProfile is for what is done in one account; what names it.
func (e Env) oneProfile(what string) (config.Profile, error) {
	chosen, err := e.profiles()
	if err != nil {
		return config.Profile{}, err
	}
	if len(chosen) > 1 {
		return config.Profile{}, usagef("%s is for one profile: choose one with --profile", what)
	}
	return chosen[0], nil
}

// sessionIDs are IDs that were typed, as the services have them: with the profile in front, which may be left out where
// one is chosen. An ID that does not say of which of several it is would be sent to another account than it is of.
func (e Env) sessionIDs(typed []string) ([]string, error) {
	chosen, err := e.profiles()
	if err != nil {
		return nil, err
	}
	s, err := e.config()
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(typed)
	for i, id := range ids {
		of := func(p config.Profile) bool {
			return p.Name != "" && strings.HasPrefix(id, p.Name+client.ProfileSeparator)
		}
		other := slices.IndexFunc(s.Profiles, of)
		switch {
		case slices.ContainsFunc(chosen, of):
		case other >= 0:
			return nil, usagef("session %s belongs to profile %[2]s; use --profile %[2]s", client.Line1(id), s.Profiles[other].Name)
		case chosen[0].Name == "":
		case len(chosen) == 1:
			ids[i] = chosen[0].Name + client.ProfileSeparator + id
		default:
			return nil, usagef("session %s: with several profiles, prefix the ID, such as %s", client.Line1(id), chosen[0].Name+client.ProfileSeparator+client.Line1(id))
		}
	}
	return ids, nil
}

// profilesOf are the chosen profiles that services are of, for the screen.
func profilesOf(env Env, services []client.Service) (out []draw.Profile) {
	chosen, err := env.profiles()
	if err != nil || chosen[0].Name == "" {
		return nil
	}
	for _, p := range chosen {
		own := slices.DeleteFunc(slices.Clone(services), func(s client.Service) bool {
			of, _ := client.ProfileOf(s.Name())
			return of != p.Name
		})
		if len(own) > 0 {
			out = append(out, draw.Profile{Name: p.Name, Colour: p.Colour, Host: hosts(own)})
		}
	}
	return out
}
