package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

// fullScreen is a dialog that takes the whole screen.
type fullScreen interface {
	// screen draws exactly h lines of w cells.
	screen(s *shared, w, h int) []string
}

// present shows one session for a room: the newest result as large as it gets, whether it is
// live, a trend, and nothing else.
type present struct {
	merged bool // all sessions were looked at before, and are again afterwards
}

func (p *present) mode() Mode                                { return ModePresent }
func (p *present) typed(*Model, tea.Msg) tea.Cmd             { return nil }
func (p *present) view(*shared, int, int) (string, []string) { return "", nil }

func (p *present) do(m *Model, a Action) tea.Cmd {
	if a == ActCancel {
		m.show(nil)
		if p.merged {
			m.picked.choose("")
			m.sync()
		}
		return nil
	}
	return m.do(a)
}

func (p *present) screen(s *shared, w, h int) []string {
	th := s.theme
	sess := s.store.Session(s.scope)
	if sess == nil {
		return p.fill(centred(th.Dim, "No session to show. P or esc goes back.", w, h), w, h)
	}
	st := s.sessionStyle(sess)
	f := sess.Health.Metrics(s.now)
	head := row(" "+th.Strong.Render(label(&sess.Record))+" "+th.Dim.Render(suffix(sess.Record.ID)),
		st.glyph+" "+st.style.Bold(true).Render(strings.ToUpper(st.word))+" ", w, th.Glyphs.Ellipsis)
	foot := p.foot(s, sess, f, w)
	middle := p.result(s, sess, w, h-2-len(foot))
	out := append([]string{head, ""}, middle...)
	for len(out) < h-len(foot) {
		out = append(out, "")
	}
	return p.fill(append(out[:max(h-len(foot), 0)], foot...), w, h)
}

// result is the newest result in the middle of h lines.
func (p *present) result(s *shared, sess *watch.Session, w, h int) []string {
	th := s.theme
	if sess.Newest.Kind != client.KindResult {
		return centred(th.Dim, "Waiting for the first result …", w, h)
	}
	r := sess.Newest.Result
	if r != nil && len(r.Scores) > 0 {
		total, best := 0.0, r.Scores[0]
		for _, x := range r.Scores {
			total += x.Value
			if x.Label == r.Label {
				best = x
			}
		}
		lines := p.large(th.Strong, r.Label+"  "+formatValue(best.Value, total, r.Unit), w, h-2)
		return p.middle(append(lines, "", centre(bar(s, share(best.Value, total), min(w-8, 72)), w)), h)
	}
	text := sess.Newest.Text
	if r != nil && len(r.Shape) > 0 {
		text = ansi.Strip(s.embedding(r))
	}
	return p.middle(p.large(th.Strong, text, w, h), h)
}

// large draws text in big letters if it fits so, else in bold with a blank line after each line.
func (p *present) large(st lipgloss.Style, text string, w, h int) (out []string) {
	if lines, ok := bigText(text, w-4, h); ok {
		for _, l := range lines {
			out = append(out, centre(st.Render(l), w))
		}
		return out
	}
	lines := wrap(text, min(w-8, 72), "")
	for i, l := range lines {
		if i > 0 && 2*len(lines) <= h {
			out = append(out, "")
		}
		out = append(out, centre(st.Render(l), w))
	}
	return out[:min(len(out), max(h, 0))]
}

// foot is the trend and, if something is the matter, what.
func (p *present) foot(s *shared, sess *watch.Session, f health.Metrics, w int) []string {
	pane := healthPane{sh: s}
	trend := " " + pane.spark(f.Spark, clamp(w-24, 10, 60)) + fmt.Sprintf("  %s  last %s", rate(f.ResultRate), since(f.ResultAge))
	v := sess.Health.Verdict(s.now)
	if v.Severity < health.Warning {
		return []string{trend}
	}
	return append(styled(severityStyle(s.theme, v.Severity), wrap(" "+v.Sentence, w, s.theme.Glyphs.Ellipsis)), trend)
}

func (p *present) middle(lines []string, h int) []string {
	return slices.Concat(make([]string, max((h-len(lines))/2, 0)), lines)
}

func (p *present) fill(lines []string, w, h int) []string {
	out := blank(w, h)
	for i := range min(len(lines), h) {
		out[i] = fit(lines[i], w, "")
	}
	return out
}

func centre(s string, w int) string {
	return strings.Repeat(" ", max((w-ansi.StringWidth(s))/2, 0)) + s
}
