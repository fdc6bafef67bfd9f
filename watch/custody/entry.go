package custody

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// ErrLedger: the ledger could not be read or written. Make room, or make its folder writable; or continue
// without it ([Ledger.Accept]).
var ErrLedger = errors.New("session ledger error")

// ErrLeaving: the run is ending and creates nothing any more.
var ErrLeaving = errors.New("lenswatch is quitting")

// Entry is one session in custody, or the intent to create one.
type Entry struct {
	Service  string `json:"service"`
	Endpoint string `json:"endpoint"`
	Lens     string `json:"lens"`
	LensName string `json:"lens_name,omitempty"` // for texts
	// Session is empty while the create is under way, or its answer never arrived.
	Session string `json:"session,omitempty"`
	// Intent names the create. It is unique.
	Intent    string    `json:"intent"`
	Requested time.Time `json:"asked"` // when it was asked for, by this machine's clock
	// Before are the sessions of the lens that the service listed before the create, if HasBefore.
	Before    []string `json:"before,omitempty"`
	HasBefore bool     `json:"has_before,omitempty"`
	Run       Run      `json:"run"`
	// ServiceTime is when it was asked for by the service's clock; zero if that is not known.
	ServiceTime time.Time `json:"service_time,omitzero"`
	// Uncertain is when the session was last asked to end without anybody being able to say whether it did.
	Uncertain time.Time `json:"uncertain,omitzero"`
	// HandedOver is when the session was handed over on purpose; zero if it was not.
	HandedOver time.Time `json:"kept,omitzero"`
}

// Run is one process of lenswatch.
type Run struct {
	ID      string    `json:"id"`
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Started time.Time `json:"started"`
	// Process distinguishes the process from a later one of the same id, as far as the system does; empty if not.
	Process string `json:"process,omitempty"`
}

// Name is e for a person: its lens and id.
func (e Entry) Name() string {
	lens := cmp.Or(e.LensName, e.Lens)
	if e.Session == "" {
		return fmt.Sprintf("session of %s, requested at %s, no response received", client.Line1(lens), e.Requested.Local().Format("15:04:05"))
	}
	name := client.Line1(lens + " " + e.Session)
	if !e.Uncertain.IsZero() {
		name += fmt.Sprintf(" (uncertain whether the destroy at %s succeeded)", e.Uncertain.Local().Format("15:04:05"))
	}
	return name
}

// at reports whether e is of the service.
func (e Entry) at(svc client.Service) bool {
	return e.Service == svc.Name() && e.Endpoint == svc.Endpoint()
}

// same reports whether two entries ask the same service for the same lens.
func (e Entry) same(o Entry) bool {
	return e.Service == o.Service && e.Endpoint == o.Endpoint && e.Lens == o.Lens
}

// Notice is a text for the user: what crashed runs left, and how to clean up; empty if nothing was left and the
// ledger could be read. It has one line for each, without a line feed at the end.
func Notice(orphans []Entry, err error) string {
	var lines []string
	if err != nil {
		lines = append(lines, client.Line1(err.Error()))
	}
	if len(orphans) > 0 {
		lines = append(lines, fmt.Sprintf("%s lenswatch runs; to clean up, run `lenswatch sessions destroy --mine%s`:", leftOver(orphans), profilesOf(orphans)))
		for i, e := range orphans {
			if i == maxNamed {
				lines = append(lines, fmt.Sprintf("  and %d more", len(orphans)-i))
				break
			}
			lines = append(lines, "  "+e.Name())
		}
	}
	return strings.Join(lines, "\n")
}

// leftOver says how many sessions entries are, and how many creates of which it is not known whether there is one.
func leftOver(entries []Entry) string {
	var open, unanswered int64
	for _, e := range entries {
		if e.Session == "" {
			unanswered++
		} else {
			open++
		}
	}
	creates := units.Plural(unanswered, "create") + " without a response"
	switch {
	case unanswered == 0:
		return units.Plural(open, "session") + " left over from crashed"
	case open > 0:
		creates = units.Plural(open, "session") + " and " + creates
	}
	return creates + " left over from crashed or interrupted"
}

// profilesOf is the flag that chooses the profiles that entries are of; empty if they are of none.
func profilesOf(entries []Entry) string {
	var names []string
	for _, e := range entries {
		if p, _ := client.ProfileOf(e.Service); p != "" && !slices.Contains(names, p) {
			names = append(names, p)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " --profile " + strings.Join(names, ",")
}

// maxNamed is how many sessions a notice names.
const maxNamed = 8
