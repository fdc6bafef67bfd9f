package ui

import (
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"lenswatch/theme"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// diagnosis shows the whole verdict on a session: what is the matter, the evidence, what to do,
// what was ruled out, and what happened when. It changes with the session while it is open.
type diagnosis struct{ scroll }

func (d *diagnosis) mode() Mode                    { return ModeDiagnosis }
func (d *diagnosis) typed(*Model, tea.Msg) tea.Cmd { return nil }

func (d *diagnosis) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActUp, ActDown, ActPageUp, ActPageDown:
		d.move(a)
	case ActCancel:
		m.show(nil)
	case ActNextSession, ActPrevSession:
		d.top = 0
		return m.do(a)
	default:
		// A step of the diagnosis is about the session that it shows, merged view or not.
		if s := m.health.session(); s != nil && m.shared.scope == "" {
			m.picked.choose(s.Record.ID)
			m.sync()
		}
		if a == ActCreate || a == ActDestroy {
			m.show(nil)
		}
		return m.do(a)
	}
	return nil
}

func (d *diagnosis) view(s *shared, w, h int) (string, []string) {
	pane := healthPane{sh: s}
	sess := pane.session()
	if sess == nil {
		return "Diagnosis", d.window(d.nothing(s, w), h)
	}
	title := "Diagnosis " + s.theme.Glyphs.Dot + " " + label(&sess.Record) + " " + suffix(sess.Record.ID)
	return title, d.window(d.content(s, sess, w), h)
}

// nothing is the diagnosis where there is no session: what keeps the services from having one.
func (d *diagnosis) nothing(s *shared, w int) []string {
	return append(wrap(s.noSession(), w, s.theme.Glyphs.Ellipsis), append([]string{""}, s.serviceLines(ModeDiagnosis, w)...)...)
}

func (d *diagnosis) content(s *shared, sess *watch.Session, w int) []string {
	if sess.Unwatched() {
		return s.unwatched(sess, w)
	}
	th := s.theme
	st, v := sess.Health.State(s.now), sess.Health.Verdict(s.now)
	l := s.stateStyle(st.Code)
	out := []string{
		l.glyph + " " + l.style.Render(l.word) + th.Dim.Render(" for "+span(s.now.Sub(st.Since))+"; ") + st.Next,
		"",
	}
	out = append(out, styled(severityStyle(th, v.Severity).Bold(true), wrap(v.Sentence, w, th.Glyphs.Ellipsis))...)
	out = append(out, th.Dim.Render("verdict ")+v.Name+th.Dim.Render(", confidence ")+v.Confidence.String()+
		th.Dim.Render(", since ")+v.Since.In(s.zone).Format("15:04:05"))
	pane := healthPane{sh: s}
	out = append(out, pane.probe(sess, w)...)
	out = append(out, d.steps(s, v, w)...)
	out = append(out, d.evidence(th, v, w)...)
	out = append(out, d.ruledOut(th, v, w)...)
	return append(out, d.timeline(s, sess, w)...)
}

// steps are what to do next, with the key where there is one.
func (d *diagnosis) steps(s *shared, v health.Verdict, w int) []string {
	th := s.theme
	if len(v.Next) == 0 {
		return nil
	}
	out := []string{"", th.Title.Render("Next")}
	for _, step := range v.Next {
		key := th.Key.Render(s.keyOf(ModeDiagnosis, actionOf(step.Action)))
		out = append(out, hanging(fit(key, 3, ""), step.Text, w, th)...)
	}
	return out
}

// actionOf is the screen's action for a step, ActNone where no key helps.
func actionOf(a health.Action) Action {
	switch a {
	case health.ActionReconnect:
		return ActReconnect
	case health.ActionSwitchChannel:
		return ActSwitchChannel
	case health.ActionCreate:
		return ActCreate
	case health.ActionDestroy:
		return ActDestroy
	}
	return ActNone
}

func (d *diagnosis) evidence(th theme.Theme, v health.Verdict, w int) []string {
	if len(v.Evidence) == 0 {
		return nil
	}
	out := []string{"", th.Title.Render("Evidence")}
	for _, e := range v.Evidence {
		left := th.Dim.Render(fit(e.Metric, 18, th.Glyphs.Ellipsis)) + " "
		out = append(out, hanging(left, e.Value+"  ("+e.Source+")", w, th)...)
	}
	if v.RulesOut != "" {
		out = append(out, hanging(th.Dim.Render(fit("would be wrong if", 18, "")+" "), v.RulesOut, w, th)...)
	}
	return out
}

func (d *diagnosis) ruledOut(th theme.Theme, v health.Verdict, w int) []string {
	if len(v.RuledOut) == 0 {
		return nil
	}
	out := []string{"", th.Title.Render("Ruled out")}
	for _, r := range v.RuledOut {
		out = append(out, hanging(th.Dim.Render(fit(r.Name, 18, th.Glyphs.Ellipsis)+" "), r.Because, w, th)...)
	}
	return out
}

func (d *diagnosis) timeline(s *shared, sess *watch.Session, w int) []string {
	th := s.theme
	out := []string{"", th.Title.Render("Timeline")}
	for _, t := range sess.Health.Timeline() {
		l := s.stateStyle(t.To)
		left := th.Dim.Render(t.At.In(s.zone).Format("15:04:05")) + " " + l.glyph + " " + fit(l.word, 13, "")
		out = append(out, hanging(left, t.Cause, w, th)...)
	}
	return out
}

func severityStyle(th theme.Theme, s health.Severity) lipgloss.Style {
	switch s {
	case health.Alarm:
		return th.Bad
	case health.Warning:
		return th.Warn
	case health.OK:
		return th.Good
	}
	return th.Text
}
