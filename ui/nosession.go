package ui

import (
	"time"

	"lenswatch/client"
	"lenswatch/watch"
)

// slowAnswer is how long an answer may take before the screen says that there is none.
const slowAnswer = 5 * time.Second

// noteTroubles remembers since when each service's sessions cannot be listed.
func (s *shared) noteTroubles() {
	if s.troubles == nil {
		s.troubles = map[string]time.Time{}
	}
	for _, st := range s.store.Services() {
		if _, known := s.troubles[st.Name]; st.List.Err == nil {
			delete(s.troubles, st.Name)
		} else if !known {
			s.troubles[st.Name] = st.List.At
		}
	}
}

// unanswered is how long a service has owed its first answer, 0 if it does not.
func (s *shared) unanswered(st *watch.ServiceState) time.Duration {
	if st.Listed || st.List.Err != nil {
		return 0
	}
	return max(s.now.Sub(s.began), 0)
}

// retryText says when a service's sessions are listed again.
func (s *shared) retryText(st *watch.ServiceState) string {
	return "in " + span(max(st.List.Next.Sub(s.now), 0))
}

// noSession says in a sentence why there is no session that a key could be about.
func (s *shared) noSession() string {
	if s.recorded {
		return "There is no session here in the recording."
	}
	for _, st := range s.store.Services() {
		if st.List.Err != nil {
			return "There is no session: " + reason(st.List.Err) + "."
		}
		if wait := s.unanswered(st); wait >= slowAnswer {
			return "There is no session: no answer for " + span(wait) + "."
		}
		if !st.Listed {
			return "There is no session yet: the service is being asked."
		}
	}
	return "There is no session: press " + s.keyOf(ModeMain, ActCreate) + " to create one."
}

// serviceLines are what is known of the services while there is no session to look at: what failed, since
// when, when it is asked again, and what to do. They are empty for a recording, which has no service.
func (s *shared) serviceLines(m Mode, w int) (out []string) {
	if s.recorded {
		return nil
	}
	for i, st := range s.store.Services() {
		if i > 0 {
			out = append(out, "")
		}
		out = append(out, fit(s.theme.Strong.Render(st.Name)+" "+s.theme.Dim.Render(st.Endpoint), w, s.theme.Glyphs.Ellipsis))
		out = append(out, s.serviceState(m, st, w)...)
	}
	return out
}

func (s *shared) serviceState(m Mode, st *watch.ServiceState, w int) []string {
	th := s.theme
	step := func(key, text string) []string { return styled(th.Accent, hanging(key+" ", text, w, th)) }
	switch wait := s.unanswered(st); {
	case st.List.Err != nil:
		since := s.troubles[st.Name]
		when := "since " + since.In(s.zone).Format("15:04:05") + ", " + span(s.now.Sub(since)) + "; asked again " + s.retryText(st)
		out := styled(th.Bad, hanging(th.Glyphs.Cross+" ", reason(st.List.Err), w, th))
		out = append(out, step(th.Glyphs.Arrow, remedy(st.Name, st.List.Err))...)
		return append(out, styled(th.Dim, hanging("  ", when, w, th))...) // last: the header has it too
	case wait >= slowAnswer:
		out := styled(th.Warn, hanging(th.Glyphs.Quiet+" ", "asked for the sessions, no answer for "+span(wait), w, th))
		return append(out, step(th.Glyphs.Arrow, "Wait, or run lenswatch doctor: it checks DNS, TLS, endpoint and key.")...)
	case !st.Listed:
		return styled(th.Busy, hanging(th.Glyphs.Connecting+" ", "asking for the open sessions", w, th))
	}
	out := styled(th.Good, hanging(th.Glyphs.Check+" ", "answered: no session is open", w, th))
	return append(out, step(s.keyOf(m, ActCreate), "Create a session.")...)
}

// remedy is what to do about a service that does not list its sessions.
func remedy(service string, err error) string {
	switch client.RemedyOf(err) {
	case client.RemedyNoKey, client.RemedyRefused:
		if service == "agenthuman" {
			return "Set a valid key in AGENTHUMAN_API_KEY, or run: lenswatch login --service agenthuman."
		}
		return "Set a valid key in ATAI_API_KEY, or run: lenswatch login."
	case client.RemedyNetwork:
		return "Check the network; lenswatch doctor checks DNS, TLS and the endpoint."
	case client.RemedyServer, client.RemedyRateLimited:
		return "Wait: it is asked again by itself."
	}
	return "Check the endpoint: lenswatch doctor says what answers there."
}
