package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
)

// Chooser is a line to type in, above a list that is narrowed by it, with one row chosen. What is in the list,
// and how a row looks, is up to the dialog that embeds it.
type Chooser struct {
	Base
	input textinput.Model
	below int   // how many lines are reserved below the list
	shown []int // places in what can be chosen, the best first
	at    window.List
}

// NewChooser is a chooser of a mode with so many lines reserved below its list.
func NewChooser(m action.Mode, placeholder string, below int) Chooser {
	return Chooser{Base: NewBase(m, action.Choose, action.Cancel, action.Up, action.Down), input: Input(placeholder), below: below}
}

// chooserHead is how many lines are above the list.
const chooserHead = 2

// SetSize makes the input and the list as large as there is room for them.
func (x *Chooser) SetSize(w, h int) {
	x.Base.SetSize(w, h)
	x.input.SetWidth(max(w-3, 4))
}

func (x *Chooser) rows() int { return max(x.H-chooserHead-x.below, 1) }

// Narrow takes what there is to choose from, and shows what has the words or letters that were typed.
func (x *Chooser) Narrow(all fuzzy.Source) {
	x.shown = x.shown[:0]
	if query := strings.TrimSpace(x.input.Value()); query != "" {
		x.shown = ranked(query, all)
		return
	}
	for i := range all.Len() {
		x.shown = append(x.shown, i)
	}
}

// Typed takes a key or a paste; the best match is chosen then.
func (x *Chooser) Typed(msg tea.Msg, all fuzzy.Source) (cmd tea.Cmd) {
	x.input, cmd = x.input.Update(msg)
	x.Narrow(all)
	x.at.To(0, len(x.shown), x.rows())
	return cmd
}

// Move chooses another row.
func (x *Chooser) Move(id action.ID) { x.at.Act(id, len(x.shown), x.rows()) }

// Chosen is the place of what is chosen; ok is false if nothing is left to choose.
func (x *Chooser) Chosen() (i int, ok bool) {
	if len(x.shown) == 0 {
		return 0, false
	}
	return x.shown[x.at.Cursor(len(x.shown))], true
}

// Clicked chooses the row on a line of the dialog; it reports whether there is one.
func (x *Chooser) Clicked(line int) bool {
	return x.at.Click(line-chooserHead, len(x.shown), x.rows())
}

// Content draws the head, and the rows that are seen. A row is given its place and whether it is the chosen one.
func (x *Chooser) Content(c *draw.Context, title string, row func(i int, chosen bool) string) Content {
	out := Content{Title: title, Lines: []string{InputLine(c, x.input), ""}}
	from, to := x.at.Range(len(x.shown), x.rows())
	for i := from; i < to; i++ {
		out.Lines = append(out.Lines, row(x.shown[i], i == x.at.Cursor(len(x.shown))))
	}
	out.Below = len(x.shown) - to
	return out
}

// Recent are the actions that were chosen in the palette, the newest first.
type Recent []action.ID

// maxRecent is how many of them come first.
const maxRecent = 5

// add makes an action the newest.
func (r *Recent) add(id action.ID) {
	*r = append(Recent{id}, slices.DeleteFunc(slices.Clone(*r), func(x action.ID) bool { return x == id })...)
	*r = (*r)[:min(len(*r), maxRecent)]
}

// Palette names every action of the main screen, and does the one that is chosen.
type Palette struct {
	Chooser
	all    actions
	recent *Recent
}

// NewPalette is a palette of bindings, with those first that were chosen lately.
func NewPalette(all []action.Binding, recent *Recent) *Palette {
	place := func(b action.Binding) int {
		if i := slices.Index(*recent, b.ID); i >= 0 {
			return i
		}
		return maxRecent
	}
	slices.SortStableFunc(all, func(a, b action.Binding) int { return place(a) - place(b) })
	p := &Palette{Chooser: NewChooser(action.PaletteMode, "type a command", 0), all: all, recent: recent}
	p.Narrow(p.all)
	return p
}

type actions []action.Binding

// String is what an action is found by: what it does, then the words that others have for it.
func (a actions) String(i int) string {
	return a[i].Help + "\n" + strings.Join([]string{a[i].Hint, a[i].Also, string(a[i].ID)}, " ")
}

// Len is how many there are.
func (a actions) Len() int { return len(a) }

// Type narrows the actions.
func (p *Palette) Type(_ Host, msg tea.Msg) tea.Cmd { return p.Typed(msg, p.all) }

// Act does what was chosen.
func (p *Palette) Act(h Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		h.Show(nil)
	case action.Choose:
		h.Show(nil)
		if i, ok := p.Chosen(); ok {
			p.recent.add(p.all[i].ID)
			return h.Run(p.all[i].ID)
		}
	default:
		p.Move(id)
	}
	return nil
}

// Click does the action of a line.
func (p *Palette) Click(h Host, line int, _ bool) tea.Cmd {
	if p.Clicked(line) {
		return p.Act(h, action.Choose)
	}
	return nil
}

// View lists the actions with their keys.
func (p *Palette) View(c *draw.Context) Content {
	out := p.Content(c, "Commands", func(i int, chosen bool) string {
		key := c.Keys.Label(p.all[i])
		if chosen {
			return c.Chosen(c.Row(" "+p.all[i].Help, key+" ", p.W), p.W)
		}
		return c.Row(" "+p.all[i].Help, c.Key.Render(key)+" ", p.W)
	})
	if len(p.shown) == 0 {
		out.Lines = append(out.Lines, c.Dim.Render("No matching command."))
	}
	return out
}

// Find is the action that a text would choose; [action.None] if there is none.
func (p *Palette) Find(text string) action.ID {
	p.input.SetValue(text)
	p.Narrow(p.all)
	if i, ok := p.Chosen(); ok {
		return p.all[i].ID
	}
	return action.None
}
