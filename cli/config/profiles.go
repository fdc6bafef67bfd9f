package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lenswatch/client/units"
	"lenswatch/theme"
)

// profilesSection is the section whose subsections are profiles: [profiles.NAME].
const profilesSection = "profiles"

// Profile is an account with a name. It has nothing of the account without one, nor of another profile: neither
// endpoint nor key.
type Profile struct {
	// Name is of lower-case letters, digits and '-'.
	Name string
	Access
	// APIKeyVariable and AgentHumanAPIKeyVariable are the variables of the environment that hold a key. Default
	// NAME_ATAI_API_KEY and NAME_AGENTHUMAN_API_KEY, with the name in capitals and '_' for '-'.
	APIKeyVariable, AgentHumanAPIKeyVariable string
	// Colour is one of [theme.Colours]. By default each profile has another.
	Colour string
}

// maxProfiles is how many profiles there may be.
const maxProfiles = 16

// profileName is what profiles may be called: what no ID, variable or file can confuse with another.
var profileName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// keyVariable is a variable that programs started by lenswatch do not inherit.
var keyVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*_API_KEY$`)

// profileFields are the settings of a profile, in the order in which they are documented.
func profileFields(p *Profile) (out []setting) {
	for _, s := range accessSettings() {
		f := partSetting(s.name, s.access(&p.Access), s.help)
		f.secret = s.secret
		out = append(out, f)
		if s.name == "agenthuman_endpoint" {
			out = append(out,
				partSetting("api_key_variable", &p.APIKeyVariable, "environment variable with the Lens API key, ending in _API_KEY (empty: NAME_ATAI_API_KEY)"),
				partSetting("agenthuman_api_key_variable", &p.AgentHumanAPIKeyVariable, "the same for the AgentHuman API (empty: NAME_AGENTHUMAN_API_KEY)"))
		}
	}
	return append(out, partSetting("colour", &p.Colour, "colour of its name: "+strings.Join(theme.Colours(), ", ")))
}

// check finds what is wrong with a profile, and fills in what was left empty; i is its place in the file.
func (p *Profile) check(i int) error {
	if !profileName.MatchString(p.Name) {
		return errors.New("names use lower-case letters, digits and -, start with a letter and have at most 31 characters")
	}
	name := strings.ToUpper(strings.ReplaceAll(p.Name, "-", "_"))
	for variable, standard := range map[*string]string{&p.APIKeyVariable: "_ATAI_API_KEY", &p.AgentHumanAPIKeyVariable: "_AGENTHUMAN_API_KEY"} {
		if *variable == "" {
			*variable = name + standard
		}
		if !keyVariable.MatchString(*variable) {
			return fmt.Errorf("variable %q must end in _API_KEY (such variables are hidden from child processes)", *variable)
		}
	}
	colours := theme.Colours()
	if p.Colour == "" {
		p.Colour = colours[i%len(colours)]
	}
	if !slices.Contains(colours, p.Colour) {
		return fmt.Errorf("colour must be %s, not %q", units.Or(colours), p.Colour)
	}
	return nil
}

// checkProfiles reports the profiles that cannot be used, and leaves them out.
func (s *Settings) checkProfiles() (errs []error) {
	if len(s.Profiles) > maxProfiles {
		errs = append(errs, fmt.Errorf("the settings have %d profiles, at most %d are used", len(s.Profiles), maxProfiles))
		s.Profiles = s.Profiles[:maxProfiles]
	}
	usable := s.Profiles[:0]
	for i, p := range s.Profiles {
		if err := p.check(i); err != nil {
			errs = append(errs, &Error{s.Source(profilesSection + "." + p.Name), fmt.Errorf("profile %q can't be used: %w", p.Name, err)})
			continue
		}
		usable = append(usable, p)
	}
	s.Profiles = usable
	return errs
}

// Chosen are the profiles that the setting profile names, each once; none if it is empty. The error names those that
// there are.
func (s *Settings) Chosen() (out []Profile, err error) {
	var names []string
	for _, p := range s.Profiles {
		names = append(names, p.Name)
	}
	for name := range strings.SplitSeq(s.Profile, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		i := slices.Index(names, name)
		switch {
		case i < 0 && len(names) == 0:
			return nil, &Error{s.Source("profile"), fmt.Errorf("unknown profile %q: no [profiles.%s] section in the settings", name, name)}
		case i < 0:
			return nil, &Error{s.Source("profile"), fmt.Errorf("unknown profile %q; the settings have %s", name, strings.Join(names, ", "))}
		case !slices.ContainsFunc(out, func(p Profile) bool { return p.Name == name }):
			out = append(out, s.Profiles[i])
		}
	}
	return out, nil
}
