package health

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/ui/window"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// Diagnosis shows the whole verdict on the session of a pane: what is wrong, the evidence, what to do, what was
// ruled out, and what happened when. It changes with the session while it is open.
type Diagnosis struct {
	dialog.Base
	pane   *Pane
	live   bool
	scroll window.Scroll
}

// NewDiagnosis diagnoses the session of a pane. Where nothing is live, nothing can be done to it.
func NewDiagnosis(p *Pane, live bool) *Diagnosis {
	hints := []action.ID{action.Cancel, action.Report, action.NextSession, action.NextProblem, action.Up, action.Down}
	if live {
		hints = slices.Insert(hints, 1, action.Reconnect, action.SwitchChannel)
	}
	return &Diagnosis{Base: dialog.NewBase(action.DiagnosisMode, hints...), pane: p, live: live}
}

// Act scrolls, goes to another session, or takes a step that the diagnosis advises.
func (d *Diagnosis) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		h.Show(nil)
		return nil
	case action.NextSession, action.PrevSession, action.NextProblem:
		d.scroll = window.Scroll{}
		return h.Run(id)
	case action.Report:
		return h.Run(id)
	case action.MuteSession, action.Reconnect, action.SwitchChannel, action.Create, action.Destroy, action.SetOutput, action.SetInput, action.SetQuestion, action.ShowRecord, action.CreateAnother:
		// A step is about the session that is shown, also where all are.
		switch s := d.pane.Session(); {
		case s == nil && id != action.Create:
			h.Say(dialog.Info, d.pane.Services.Nothing(h.Context()))
			return nil
		case s != nil && d.pane.selected == "":
			h.Select(s.Record.ID)
		}
		if d.live && (id == action.Create || id == action.CreateAnother || id == action.Destroy) {
			h.Show(nil)
		}
		return h.Run(id)
	}
	_, lines := d.content(h.Context())
	d.scroll.Act(id, len(lines), d.H)
	return nil
}

// Place is next to the lists.
func (d *Diagnosis) Place() dialog.Place { return dialog.Dock }

// View draws as much of the diagnosis as is seen.
func (d *Diagnosis) View(c *draw.Context) dialog.Content {
	title, lines := d.content(c)
	from, to := d.scroll.Range(len(lines), d.H)
	return dialog.Content{Title: title, Lines: lines[from:to], Below: len(lines) - to}
}

func (d *Diagnosis) content(c *draw.Context) (title string, lines []string) {
	s := d.pane.Session()
	if s == nil {
		services := d.pane.Services
		out := append(c.Wrap(c.Keys.Text(action.DiagnosisMode, services.Nothing(c)), d.W), "")
		return "Diagnosis", append(out, services.Lines(c, action.DiagnosisMode, d.W)...)
	}
	title = "Diagnosis " + c.Glyphs.Dot + " " + status.Name(s) + " " + status.Suffix(s.Record.ID)
	if s.Unwatched() {
		return title, unwatched(c, s, d.W)
	}
	st, v := s.Health.State(c.Now), s.Health.Verdict(c.Now)
	l := d.pane.summary.Look(c, s)
	lines = []string{l.Glyph + " " + l.Style.Render(l.Word) + c.Dim.Render(" for "+c.Ago(st.Since)+"; ") + s.Health.Next(c.Now), ""}
	lines = append(lines, draw.Styled(status.Severity(c, v.Severity).Bold(), c.Wrap(v.Sentence, d.W))...)
	dot := c.Dim.Render(" " + c.Glyphs.Dot + " ")
	lines = append(lines, v.Name+dot+v.Confidence.String()+" confidence"+dot+c.Dim.Render("since ")+c.Clock(v.Since))
	lines = append(lines, "")
	lines = append(lines, status.Chain(c, s.Health.Chain(c.Now, v), d.W, 2)...)
	lines = append(lines, probe(c, s, d.W)...)
	return title, append(lines, d.sections(c, s, v)...)
}

// sections are the parts of the diagnosis that have titles.
func (d *Diagnosis) sections(c *draw.Context, s *watch.Session, v health.Verdict) (out []string) {
	title := func(text string, n int) {
		if n > 0 {
			out = append(out, "", c.Title.Render(text))
		}
	}
	add := func(head, text string) { out = append(out, c.Hanging(head, text, d.W)...) }
	left := 18
	for _, e := range v.Evidence {
		left = min(max(left, draw.Width(e.Metric)), d.W/2)
	}
	title("Next", len(v.Next))
	for _, step := range v.Next {
		label := key(c, action.DiagnosisMode, step)
		add(c.Key.Render(label)+strings.Repeat(" ", max(3-draw.Width(label), 1)), step.Text)
	}
	if text := d.pane.common(s); text != "" {
		title("Together", 1)
		add("", text)
	}
	title("Not yet known", len(v.Awaits))
	for _, a := range v.Awaits {
		add("", a.Text(c.Now))
	}
	title("Evidence", len(v.Evidence))
	for _, e := range v.Evidence {
		add(c.Dim.Render(c.Fit(e.Metric, left))+" ", e.Value+"  ("+e.Source+")")
	}
	if v.RulesOut != "" && len(v.Evidence) > 0 {
		add(c.Dim.Render(c.Fit("would change with", left))+" ", v.RulesOut)
	}
	title("Ruled out", len(v.RuledOut))
	for _, r := range v.RuledOut {
		add(c.Dim.Render(c.Fit(r.Name, left))+" ", r.Because)
	}
	if m := s.Health.Metrics(c.Now); d.W >= minChartWidth && m.Results > 0 {
		title("Charts", 1)
		out = append(out, charts(c, s, m, d.W, 3, true)...)
	}
	title("Timeline", 1)
	for _, t := range s.Health.Timeline() {
		add(change(c, t), t.Cause)
	}
	return out
}
