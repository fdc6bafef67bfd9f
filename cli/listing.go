package cli

import (
	"encoding/json"
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"lenswatch/client"
)

// listing is rows under headings.
type listing struct {
	head []string
	rows [][]string
}

// add adds a row, whose cells may come from a service.
func (l *listing) add(cells ...string) {
	for i, c := range cells {
		cells[i] = client.Line1(c)
	}
	l.rows = append(l.rows, cells)
}

// write writes a table on a terminal, and plain columns elsewhere.
func (l *listing) write(env Env) error {
	text := l.plain()
	if isTerminal(env.Stdout) {
		text = l.drawn(env)
	}
	_, err := io.WriteString(env.Stdout, text)
	return err
}

func (l *listing) drawn(env Env) string {
	p := newPaints(env.Stdout, env.Environ)
	head, cell := lipgloss.NewStyle().Padding(0, 1), lipgloss.NewStyle().Padding(0, 1)
	border := lipgloss.NewStyle()
	if p.coloured {
		head, border = p.theme.Strong.Padding(0, 1), p.theme.Border
	}
	t := table.New().Headers(l.head...).Rows(l.rows...).Border(p.theme.Box).BorderStyle(border).
		StyleFunc(func(row, _ int) lipgloss.Style {
			if row == table.HeaderRow {
				return head
			}
			return cell
		})
	drawn := t.String()
	if f, ok := env.Stdout.(interface{ Fd() uintptr }); ok {
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 && lipgloss.Width(drawn) > w {
			drawn = t.Width(w).String()
		}
	}
	return drawn + "\n"
}

func (l *listing) plain() string {
	widths := make([]int, len(l.head))
	lines := append([][]string{l.head}, l.rows...)
	for _, cells := range lines {
		for i, c := range cells {
			widths[i] = max(widths[i], ansi.StringWidth(c))
		}
	}
	var b strings.Builder
	for _, cells := range lines {
		line := ""
		for i, c := range cells {
			line += c + strings.Repeat(" ", widths[i]-ansi.StringWidth(c)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// checkOutput reads the flag of the commands that write text or JSON.
func checkOutput(output string) error {
	if output != "text" && output != "json" {
		return usagef("--output is text or json, not %q", output)
	}
	return nil
}

// writeObjects writes one JSON object a line.
func writeObjects[T any](w io.Writer, objects []T) error {
	enc := json.NewEncoder(w)
	for _, o := range objects {
		if err := enc.Encode(o); err != nil {
			return err
		}
	}
	return nil
}
