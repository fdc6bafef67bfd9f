package status

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/watch"
)

// patience is how long a response may take before the screen says that there is none.
const patience = 5 * time.Second

// Services says what is known of the services where there is no session to show.
type Services struct {
	States   func() []*watch.ServiceState
	Open     func(service string) int // how many of its sessions are open
	Replay   bool                     // a recording has no service to ask
	Began    time.Time                // since when responses are waited for
	troubles map[string]time.Time     // since when a service's sessions cannot be listed
	unread   map[string]bool          // that records of a service's list cannot be read
	open     map[string]int           // sessions that are open, of services that were full
}

// Sync notes which services fail, and since when, and how many sessions are open of those that were full. What it returns is
// to be said once: that records of a list are left out of it.
func (s *Services) Sync() (news []string) {
	s.open = map[string]int{}
	if s.troubles == nil {
		s.troubles, s.unread = map[string]time.Time{}, map[string]bool{}
	}
	for _, st := range s.States() {
		if st.Slots > 0 {
			s.open[st.Name] = s.Open(st.Name)
			st.Slots = max(st.Slots, s.open[st.Name]) // there are more than it seemed
		}
		if n := st.List.Unread; n > 0 && !s.unread[st.Name] {
			news = append(news, st.Name+": list of sessions: "+client.UnreadText(n))
		}
		s.unread[st.Name] = st.List.Unread > 0
		_, known := s.troubles[st.Name]
		switch at, err := failure(st); {
		case err == nil:
			delete(s.troubles, st.Name)
		case !known:
			s.troubles[st.Name] = at
		}
	}
	return news
}

// failure is why a service has not listed its sessions, nil if nothing failed, and when that became known.
func failure(st *watch.ServiceState) (at time.Time, err error) {
	if st.Retry != nil {
		return st.Retry.At, st.Retry.Err
	}
	return st.List.At, st.List.Err
}

// Slots says how many sessions are open and can be, of the services that are full, or nearly; empty if none is known to be.
func (s *Services) Slots(c *draw.Context) string {
	var out []string
	for _, st := range s.States() {
		open, most := s.open[st.Name], st.Slots
		if u := st.Usage; u != nil && u.MaxSessions > 0 {
			open, most = u.Sessions, u.MaxSessions
		}
		if open == 0 || open < most-1 || most == 0 {
			continue
		}
		name := Whose(c, st.Name)
		if _, own := client.ProfileOf(st.Name); name == "" && Several(s.States()) {
			name = own + " "
		}
		out = append(out, name+c.Warn.Render(fmt.Sprintf("%d/%d slots", open, most)))
	}
	return strings.Join(out, "  ")
}

// waiting is how long a service has owed its first response, 0 if it does not.
func (s *Services) waiting(c *draw.Context, st *watch.ServiceState) time.Duration {
	if _, err := failure(st); st.Listed || err != nil {
		return 0
	}
	return max(c.Now.Sub(s.Began), 0)
}

// Trouble is what keeps a service from listing its sessions, in a line; empty if nothing does.
func (s *Services) Trouble(c *draw.Context) string {
	for _, st := range s.States() {
		if _, err := failure(st); err != nil {
			return Whose(c, st.Name) + Reason(err) + ", " + retrying(c, st)
		}
	}
	return ""
}

func retrying(c *draw.Context, st *watch.ServiceState) string {
	if r := st.Retry; r != nil {
		return fmt.Sprintf("retrying (attempt %d of %d)", r.Attempt, r.Of)
	}
	return "retrying in " + draw.Span(st.List.Next.Sub(c.Now))
}

// Nothing says in a sentence why there is no session. It may have tokens for keys.
func (s *Services) Nothing(c *draw.Context) string {
	if s.Replay {
		return "No sessions at this position."
	}
	for _, st := range s.States() {
		if _, err := failure(st); err != nil {
			return "No sessions: " + Reason(err) + "."
		}
		if wait := s.waiting(c, st); wait >= patience {
			return "No response for " + draw.Span(wait) + "."
		}
		if !st.Listed {
			return "Loading sessions…"
		}
	}
	return "No open sessions. Press {create} to create one."
}

// Lines are what is known of the services: what failed, since when, when it is tried again, and what to do.
// They are empty for a recording.
func (s *Services) Lines(c *draw.Context, m action.Mode, w int) (out []string) {
	if s.Replay {
		return nil
	}
	for i, st := range s.States() {
		if i > 0 {
			out = append(out, "")
		}
		name := c.Strong.Render(st.Name)
		if profile, own := client.ProfileOf(st.Name); profile != "" {
			name = c.Profile(profile) + " " + c.Strong.Render(own)
		}
		out = append(out, c.Fit(name+" "+c.Dim.Render(st.Endpoint), w))
		out = append(out, s.lines(c, m, st, w)...)
	}
	return out
}

func (s *Services) lines(c *draw.Context, m action.Mode, st *watch.ServiceState, w int) []string {
	step := func(text string) []string { return draw.Styled(c.Accent, c.Hanging(c.Glyphs.Arrow+" ", text, w)) }
	_, err := failure(st)
	switch wait := s.waiting(c, st); {
	case err != nil:
		out := draw.Styled(c.Bad, c.Hanging(c.Glyphs.Cross+" ", Reason(err), w))
		out = append(out, step(remedy(st.Name, err))...)
		when := retrying(c, st)
		if since := s.troubles[st.Name]; c.Now.Sub(since) >= time.Second {
			when = "for " + c.Ago(since) + "; " + when
		}
		return append(out, draw.Styled(c.Dim, c.Hanging("  ", when, w))...) // last: the header has it too
	case wait >= patience:
		out := draw.Styled(c.Warn, c.Hanging(c.Glyphs.Quiet+" ", "no response for "+draw.Span(wait), w))
		return append(out, step("Wait, or run lenswatch doctor to check DNS, TLS, endpoint and key.")...)
	case !st.Listed:
		return draw.Styled(c.Busy, c.Hanging(c.Glyphs.Connecting+" ", "loading sessions", w))
	}
	out := draw.Styled(c.Good, c.Hanging(c.Glyphs.Check+" ", "reachable – no open sessions", w))
	return append(out, draw.Styled(c.Accent, c.Hanging(c.Keys.Name(m, action.Create)+" ", "Create a session.", w))...)
}

// remedy is what to do about a service that does not list its sessions.
func remedy(service string, err error) string {
	switch client.RemedyOf(err) {
	case client.RemedyNoKey, client.RemedyRefused:
		profile, own := client.ProfileOf(service)
		if profile != "" {
			return "Save a valid key: run lenswatch login --profile " + profile + " --service " + own + "."
		}
		if own == "agenthuman" {
			return "Set a valid key in AGENTHUMAN_API_KEY, or run lenswatch login --service agenthuman."
		}
		return "Set a valid key in ATAI_API_KEY, or run lenswatch login."
	case client.RemedyNetwork:
		return "Check the network; lenswatch doctor checks DNS, TLS and the endpoint."
	case client.RemedyServer, client.RemedyRateLimited:
		return "lenswatch will retry automatically."
	case client.RemedyProxy:
		return "Check the proxy settings, such as HTTPS_PROXY; lenswatch doctor names the proxy."
	case client.RemedyIntermediary:
		return "Open the endpoint in a browser: a login page or a firewall may be in between."
	case client.RemedyCertificate:
		return "Check the certificate; lenswatch doctor shows it. Waiting does not help."
	case client.RemedyLocal:
		return "Free resources of this machine, such as open files (ulimit -n)."
	}
	return "Check the endpoint: lenswatch doctor shows what responds there."
}

// Reason is an error in few words.
func Reason(err error) string {
	var e *client.Error
	switch {
	case errors.As(err, &e) && e.Phase != client.PhaseNone:
		return fmt.Sprintf("%v (%s)", e.Kind, e.Phase)
	case errors.As(err, &e) && e.Status != 0:
		return fmt.Sprintf("%v (HTTP %d)", e.Kind, e.Status)
	case client.RemedyOf(err) != client.RemedyNone:
		return client.RemedyOf(err).Err().Error()
	}
	return client.Line1(err.Error())
}
