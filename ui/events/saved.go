package events

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/watch/history"
)

// SavedFilter is the filters of a list under a name, each as it was typed.
type SavedFilter struct {
	Name    string
	Filters []string
}

// SavedFilters are those of a person, by name. They are the source of a chooser.
type SavedFilters []SavedFilter

// The most saved filters that are restored, and the most that one of them has.
const maxSaved, maxSavedParts = 50, 20

// RestoredFilters are those of a file, but for what makes no sense.
func RestoredFilters(all []SavedFilter) (out SavedFilters) {
	for _, f := range all[:min(len(all), maxSaved)] {
		if f.Name = strings.TrimSpace(client.Line1(f.Name)); f.Name != "" && len(f.Filters) > 0 && len(f.Filters) <= maxSavedParts {
			out.save(f)
		}
	}
	return out
}

// Len is how many there are.
func (s SavedFilters) Len() int { return len(s) }

// String is the i-th, to search in.
func (s SavedFilters) String(i int) string { return s[i].Name + " " + strings.Join(s[i].Filters, " ") }

// save adds a filter in its place, or replaces the one of its name.
func (s *SavedFilters) save(f SavedFilter) {
	i, found := slices.BinarySearchFunc(*s, f, func(a, b SavedFilter) int { return strings.Compare(a.Name, b.Name) })
	if found {
		(*s)[i] = f
		return
	}
	*s = slices.Insert(*s, i, f)
}

var errNoName = errors.New("a saved filter needs a name")

// AskSave asks for a name for what the list shows.
func (l *List) AskSave(h dialog.Host, saved *SavedFilters) {
	var parts []string
	for _, f := range l.all() {
		parts = append(parts, f.String())
	}
	switch {
	case !l.Filtered():
		h.Say(dialog.Info, "No filter to save. Press {filter} to add one.")
		return
	case len(*saved) >= maxSaved || len(parts) > maxSavedParts:
		h.Say(dialog.Failure, "Can't save: at most %d filters of %d parts each. {saved-filters} lists them, and deletes one.", maxSaved, maxSavedParts)
		return
	}
	h.Show(dialog.NewPrompt("Save filter as", "a name; the filter that has it is replaced", "", func(h dialog.Host, text string) (tea.Cmd, error) {
		name := strings.TrimSpace(client.Line1(text))
		if name == "" {
			return nil, errNoName
		}
		saved.save(SavedFilter{name, parts})
		h.Say(dialog.Success, "Saved the filter %s. {saved-filters} lists all.", name)
		return nil, nil
	}))
}

// SavedDialog is the dialog that applies a saved filter to a list, or deletes one.
type SavedDialog struct {
	dialog.Chooser
	list  *List
	saved *SavedFilters
}

// NewSavedDialog lists the saved filters, for a list.
func NewSavedDialog(l *List, saved *SavedFilters) *SavedDialog {
	d := &SavedDialog{dialog.NewChooser(action.SavedMode, "type to filter", 0), l, saved}
	d.Narrow(*saved)
	return d
}

// Hints are those of a chooser, and deleting.
func (d *SavedDialog) Hints() []action.ID {
	return []action.ID{action.Choose, action.DeleteFilter, action.Cancel, action.Up, action.Down}
}

// Type narrows the list.
func (d *SavedDialog) Type(_ dialog.Host, msg tea.Msg) tea.Cmd { return d.Typed(msg, *d.saved) }

// Act applies, deletes or moves.
func (d *SavedDialog) Act(h dialog.Host, id action.ID) tea.Cmd {
	i, ok := d.Chosen()
	switch {
	case id == action.Cancel, id == action.Choose && !ok:
		h.Show(nil)
	case id == action.Choose:
		d.apply(h, (*d.saved)[i])
	case id == action.DeleteFilter && ok:
		h.Say(dialog.Info, "Deleted the saved filter %s.", (*d.saved)[i].Name)
		*d.saved = slices.Delete(*d.saved, i, i+1)
		d.Narrow(*d.saved)
	default:
		d.Move(id)
	}
	return nil
}

// Click applies the filter of a line.
func (d *SavedDialog) Click(h dialog.Host, line int, _ bool) tea.Cmd {
	if d.Clicked(line) {
		return d.Act(h, action.Choose)
	}
	return nil
}

// apply shows what a saved filter lets through, in place of what is shown.
func (d *SavedDialog) apply(h dialog.Host, s SavedFilter) {
	var all history.Filters
	for _, text := range s.Filters {
		f, err := history.ParseFilterAt(text, h.Context().Now.In(h.Context().Zone))
		if err != nil {
			h.Say(dialog.Failure, "Can't apply %s: %v", s.Name, err)
			return
		}
		all = append(all, f)
	}
	d.list.filters, d.list.hidden, d.list.around = all, Hidden{}, nil
	d.list.Reopen(h.Context())
	h.Show(nil)
}

// View lists the saved filters.
func (d *SavedDialog) View(c *draw.Context) dialog.Content {
	out := d.Content(c, "Saved filters", func(i int, chosen bool) string {
		f := (*d.saved)[i]
		name := c.Fit(f.Name, min(24, d.W/3))
		line := c.Fit(" "+name+"  "+c.Dim.Render("["+client.Line1(strings.Join(f.Filters, "] ["))+"]"), d.W)
		if chosen {
			return c.Chosen(line, d.W)
		}
		return line
	})
	if len(out.Lines) <= 2 {
		text := "No matching filter."
		if len(*d.saved) == 0 {
			text = "No saved filters. Filter a list with {filter}, then save that with {save-filter}."
		}
		out.Lines = append(out.Lines, draw.Styled(c.Dim, c.Wrap(c.Keys.Text(action.Main, text), d.W))...)
	}
	return out
}
