package events

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
	"lenswatch/watch/history"
)

// filterHint is what can be typed as a filter, and searchHint as a search.
const (
	filterHint = "text · re:pattern · kind:… · level:… · session:… · last:5m · after:14:05 · .jq · !not · empty removes the last filter"
	searchHint = "text · re:pattern · empty ends the search"
)

// AskFilter asks for one more filter; earlier are those that were asked for before.
func (l *List) AskFilter(h dialog.Host, earlier *dialog.History) {
	l.ask(h, "Filter ", filterHint, earlier, func(c *draw.Context, f *history.Filter) {
		if f == nil {
			l.DropFilter(c)
			return
		}
		l.AddFilter(c, *f)
	})
}

// AskSearch asks what to search for; earlier is what was asked for before.
func (l *List) AskSearch(h dialog.Host, earlier *dialog.History) {
	l.ask(h, "Search ", searchHint, earlier, l.Search)
}

// ask asks for a filter, and applies it: nil for none.
func (l *List) ask(h dialog.Host, what, hint string, earlier *dialog.History, apply func(*draw.Context, *history.Filter)) {
	p := dialog.NewPrompt(what+strings.ToLower(l.Name), hint, "", func(h dialog.Host, text string) (tea.Cmd, error) {
		if text == "" {
			apply(h.Context(), nil)
			return nil, nil
		}
		f, err := history.ParseFilterAt(text, h.Context().Now.In(h.Context().Zone))
		if err == nil {
			apply(h.Context(), &f)
		}
		return nil, err
	})
	p.Earlier = earlier
	h.Show(p)
}

// Toggles is the dialog that shows and hides event types and levels of a list: first its types, then the levels.
type Toggles struct {
	dialog.Base
	list *List
	at   window.List
}

// NewToggles is the dialog of a list.
func NewToggles(l *List) *Toggles {
	return &Toggles{dialog.NewBase(action.TogglesMode, action.Cancel, action.Toggle, action.ShowAll, action.Up, action.Down), l, window.List{}}
}

func (d *Toggles) len() int { return len(d.list.Kinds) + len(client.Levels()) }

// Act moves, or shows and hides.
func (d *Toggles) Act(h dialog.Host, id action.ID) tea.Cmd {
	l, c := d.list, h.Context()
	switch id {
	case action.Cancel:
		h.Show(nil)
	case action.ShowAll:
		l.ShowAll(c)
	case action.Toggle:
		if i := d.at.Cursor(d.len()); i < len(l.Kinds) {
			l.ToggleKind(c, l.Kinds[i])
		} else {
			l.ToggleLevel(c, client.Levels()[i-len(l.Kinds)])
		}
	default:
		d.at.Act(id, d.len(), d.H)
	}
	return nil
}

// toggleTitles are how many lines of the dialog are titles.
const toggleTitles = 3

// View lists the types and the levels.
func (d *Toggles) View(c *draw.Context) dialog.Content {
	l, at := d.list, d.at.Cursor(d.len())
	line := func(i int, word string, hidden bool) string {
		box := "[" + c.Glyphs.Check + "] "
		if hidden {
			box = "[ ] "
		}
		if i == at {
			return c.Chosen(box+word, d.W)
		}
		return box + word
	}
	lines := []string{c.Title.Render("Types")}
	for i, k := range l.Kinds {
		lines = append(lines, line(i, kindWords[k], l.HidesKind(k)))
	}
	lines = append(lines, "", c.Title.Render("Levels"))
	for i, v := range client.Levels() {
		lines = append(lines, line(len(l.Kinds)+i, v.String(), l.HidesLevel(v)))
	}
	from, to := d.seen()
	return dialog.Content{Title: "Show in " + l.Name, Lines: lines[from:to], Below: len(lines) - to}
}

// seen is which lines there is room for.
func (d *Toggles) seen() (from, to int) {
	row := d.at.Cursor(d.len()) + 1
	if row > len(d.list.Kinds) {
		row += toggleTitles - 1
	}
	var seen window.List
	n := d.len() + toggleTitles
	seen.To(row, n, d.H)
	return seen.Range(n, d.H)
}

// Click shows or hides what is on a line.
func (d *Toggles) Click(h dialog.Host, line int, _ bool) tea.Cmd {
	from, _ := d.seen()
	i := from + line - 1
	if i >= len(d.list.Kinds) {
		if i -= toggleTitles - 1; i < len(d.list.Kinds) {
			return nil
		}
	}
	if i < 0 || i >= d.len() {
		return nil
	}
	d.at.To(i, d.len(), d.H)
	return d.Act(h, action.Toggle)
}

// kindWords say what the event types are.
var kindWords = [...]string{
	client.KindOther: "unknown event types", client.KindStart: "stream starts", client.KindHeartbeat: "heartbeats",
	client.KindResult: "results", client.KindLog: "log messages", client.KindProgress: "progress: frames, training",
	client.KindError: "errors", client.KindEnd: "stream ends", client.KindNotice: "lenswatch connection notices",
}
