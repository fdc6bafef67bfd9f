package cli

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"lenswatch/client"
	"lenswatch/theme"
)

// listing is rows under headings.
type listing struct {
	columns []column
	rows    [][]string
}

// column is one of a listing.
type column struct {
	head string
	// minWidth is the width to which it may be cut on a narrow terminal, in cells; 0 is never, as for an id,
	// of which no part is of use.
	minWidth int
	// spare columns are left out where cutting is not enough, the highest first; 0 is never.
	spare int
}

// widestCell is the most cells that a column is wide: an id is half of that, and one absurdly long text is not to
// put blanks into every row. On a terminal it is cut, elsewhere it stands out of its column.
const widestCell = 64

// columnGap is how many blanks are between two columns.
const columnGap = 2

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
	if f, ok := env.Stdout.(interface{ Fd() uintptr }); ok && isTerminal(env.Stdout) {
		width, _, err := term.GetSize(f.Fd())
		if err != nil || width <= 0 {
			width = 80
		}
		text = l.drawn(newTermStyles(env.Stdout, env.Environ), width)
	}
	_, err := io.WriteString(env.Stdout, text)
	return err
}

// drawn is the table on a terminal. Cells are cut, never broken.
func (l *listing) drawn(p theme.Theme, width int) string {
	shown, widths := l.fit(width)
	total := columnGap * (len(shown) - 1)
	for _, w := range widths {
		total += w
	}
	text := p.Strong.Render(l.line(l.heads(), shown, widths)) + "\n" + p.Border.Render(strings.Repeat("─", total)) + "\n"
	for _, cells := range l.rows {
		text += l.line(cells, shown, widths) + "\n"
	}
	var hidden []string
	for i, c := range l.columns {
		if !slices.Contains(shown, i) {
			hidden = append(hidden, c.head)
		}
	}
	if len(hidden) > 0 {
		note := "Hidden columns: " + strings.Join(hidden, ", ") + " (widen the terminal or use -o json)"
		text += p.Dim.Render(wrapWords(note, width)) + "\n"
	}
	return text
}

// line is a row of the columns that are shown, each cut to its width.
func (l *listing) line(cells []string, shown, widths []int) string {
	var b strings.Builder
	for i, c := range shown {
		cell := ansi.Truncate(cells[c], widths[i], "…")
		b.WriteString(cell + strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)+columnGap))
	}
	return strings.TrimRight(b.String(), " ")
}

// fit chooses the columns that a width has room for, and how wide each is.
func (l *listing) fit(width int) (shown, widths []int) {
	natural := l.widths()
	for c := range l.columns {
		shown = append(shown, c)
	}
	for {
		widths = widths[:0]
		over := columnGap*(len(shown)-1) - width
		for _, c := range shown {
			widths = append(widths, natural[c])
			over += natural[c]
		}
		for i := len(shown) - 1; i >= 0 && over > 0; i-- {
			if least := l.columns[shown[i]].minWidth; least > 0 && least < widths[i] {
				cut := min(over, widths[i]-least)
				widths[i], over = widths[i]-cut, over-cut
			}
		}
		spare := slices.IndexFunc(shown, func(c int) bool { return l.columns[c].spare > 0 })
		if over <= 0 || spare < 0 {
			return shown, widths
		}
		for i, c := range shown {
			if l.columns[c].spare > l.columns[shown[spare]].spare {
				spare = i
			}
		}
		shown = slices.Delete(shown, spare, spare+1)
	}
}

func (l *listing) heads() []string {
	out := make([]string, len(l.columns))
	for i, c := range l.columns {
		out[i] = c.head
	}
	return out
}

// widths are those that the columns have when nothing is cut. A cell above widestCell widens no column.
func (l *listing) widths() []int {
	widths := make([]int, len(l.columns))
	for _, cells := range append([][]string{l.heads()}, l.rows...) {
		for i, c := range cells {
			widths[i] = max(widths[i], min(ansi.StringWidth(c), widestCell))
		}
	}
	return widths
}

func (l *listing) plain() string {
	widths := l.widths()
	var b strings.Builder
	for _, cells := range append([][]string{l.heads()}, l.rows...) {
		line := ""
		for i, c := range cells {
			line += c + strings.Repeat(" ", max(widths[i]-ansi.StringWidth(c), 0)+columnGap)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
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
