// Package lenses is the dialog in which the lens of a new session is chosen, with what is known of each.
//
// It promises to say why there is none to choose, and creates nothing itself.
package lenses

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
	"lenswatch/watch"
)

// detailLines is how many lines the detail of a lens takes, and one more.
const detailLines = 5

// Picker chooses a lens. Use [New].
type Picker struct {
	dialog.Chooser
	store  *watch.Store
	choose func(dialog.Host, client.Lens) tea.Cmd
	lenses lenses
}

// New asks for one of the lenses of a store; choose goes on with it.
func New(store *watch.Store, choose func(dialog.Host, client.Lens) tea.Cmd) *Picker {
	return &Picker{Chooser: dialog.NewChooser(action.PickLens, "type to filter", detailLines), store: store, choose: choose}
}

type lenses []client.Lens

// String is what a lens is found by.
func (l lenses) String(i int) string { return l[i].Service + " " + l[i].Name + " " + l[i].ID }

// Len is how many there are.
func (l lenses) Len() int { return len(l) }

// Sync takes the lenses that are known now.
func (p *Picker) Sync(dialog.Host) {
	p.lenses = p.store.Lenses()
	p.Narrow(p.lenses)
}

// Type narrows the lenses.
func (p *Picker) Type(_ dialog.Host, msg tea.Msg) tea.Cmd { return p.Typed(msg, p.lenses) }

// Act creates a session of the lens that was chosen, or asks for its parameters.
func (p *Picker) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		h.Show(nil)
	case action.Choose:
		i, ok := p.Chosen()
		if !ok {
			return nil
		}
		h.Show(nil)
		return p.choose(h, p.lenses[i])
	default:
		p.Move(id)
	}
	return nil
}

// Click looks at the lens of a line; twice, it creates a session of it.
func (p *Picker) Click(h dialog.Host, line int, twice bool) tea.Cmd {
	if p.Clicked(line) && twice {
		return p.Act(h, action.Choose)
	}
	return nil
}

// serviceWidth is the column of services, where there are several.
func (p *Picker) serviceWidth() (w int) {
	for _, l := range p.lenses {
		w = max(w, draw.Width(l.Service))
	}
	return min(max(w, 9), p.W/3) + 3
}

// View lists the lenses, and says more of the chosen one.
func (p *Picker) View(c *draw.Context) dialog.Content {
	out := p.Content(c, "Create a session", func(i int, chosen bool) string {
		l, service := p.lenses[i], ""
		if status.Several(p.store.Services()) {
			service = c.Fit(l.Service, p.serviceWidth())
		}
		how := c.Fit(channelWord(c, l.Channel), 11)
		if chosen {
			return c.Chosen(c.Glyphs.Pointer+" "+c.Row(l.Name, service+how, p.W-2), p.W)
		}
		return "  " + c.Row(l.Name, c.Dim.Render(service+how), p.W-2)
	})
	i, ok := p.Chosen()
	if !ok {
		out.Lines = append(out.Lines, p.nothing(c))
		return out
	}
	line := func(label, text string) {
		out.Lines = append(out.Lines, c.Dim.Render(draw.Pad(label, 9))+c.Cut(draw.OrDash(text), max(p.W-9, 1)))
	}
	l := p.lenses[i]
	out.Lines = append(out.Lines, "")
	line("ID", l.ID)
	line("model", l.Model)
	line("pipeline", strings.Join(append(append(l.Inputs, l.Processors...), l.Outputs...), " "+c.Glyphs.Arrow+" "))
	return out
}

// nothing says why there is no lens to choose.
func (p *Picker) nothing(c *draw.Context) string {
	if len(p.lenses) > 0 {
		return c.Dim.Render("No matching lens.")
	}
	for _, st := range p.store.Services() {
		if st.LensErr != nil {
			return c.Bad.Render(client.Line1(st.LensErr.Error()))
		}
	}
	return c.Dim.Render("Loading lenses…")
}

// channelWord says how output arrives.
func channelWord(c *draw.Context, ch client.Channel) string {
	switch ch {
	case client.ChannelSSE:
		return "SSE"
	case client.ChannelMailbox:
		return "mailbox"
	case client.ChannelNone:
		return c.Glyphs.Attention + " no output"
	case client.ChannelPoll:
		return "polled"
	}
	return "unknown"
}
