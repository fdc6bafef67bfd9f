package manage

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/ui/action"
	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
	"lenswatch/ui/status"
)

// detailLines is how many lines the detail of a lens takes, and one more.
const detailLines = 5

// picker chooses the lens of a new session.
type picker struct {
	dialog.Chooser
	manager *Manager
	lenses  lenses
}

// AskCreate asks for the lens to create a session of.
func (m *Manager) AskCreate(h dialog.Host) tea.Cmd {
	h.Show(&picker{Chooser: dialog.NewChooser(action.PickLens, "type to filter", detailLines), manager: m})
	return nil
}

type lenses []client.Lens

// String is what a lens is found by.
func (l lenses) String(i int) string { return l[i].Service + " " + l[i].Name + " " + l[i].ID }

// Len is how many there are.
func (l lenses) Len() int { return len(l) }

// Sync takes the lenses that are known now.
func (p *picker) Sync(dialog.Host) {
	p.lenses = p.manager.Store.Lenses()
	p.Narrow(p.lenses)
}

// Type narrows the lenses.
func (p *picker) Type(_ dialog.Host, msg tea.Msg) tea.Cmd { return p.Typed(msg, p.lenses) }

// Act creates a session of the lens that was chosen, or asks for its parameters.
func (p *picker) Act(h dialog.Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		h.Show(nil)
	case action.Choose:
		i, ok := p.Chosen()
		if !ok {
			return nil
		}
		h.Show(nil)
		return newForm(p.manager, p.lenses[i]).open(h)
	default:
		p.Move(id)
	}
	return nil
}

// Click looks at the lens of a line; twice, it creates a session of it.
func (p *picker) Click(h dialog.Host, line int, twice bool) tea.Cmd {
	if p.Clicked(line) && twice {
		return p.Act(h, action.Choose)
	}
	return nil
}

// serviceWidth is the column of services, where there are several.
func (p *picker) serviceWidth() (w int) {
	for _, l := range p.lenses {
		w = max(w, draw.Width(l.Service))
	}
	return min(max(w, 9), p.W/3) + 3
}

// View lists the lenses, and says more of the chosen one.
func (p *picker) View(c *draw.Context) dialog.Content {
	out := p.Content(c, "Create a session", func(i int, chosen bool) string {
		l, service := p.lenses[i], ""
		if status.Several(p.manager.Store.Services()) {
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
func (p *picker) nothing(c *draw.Context) string {
	if len(p.lenses) > 0 {
		return c.Dim.Render("No matching lens.")
	}
	for _, st := range p.manager.Store.Services() {
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

// confirmWithoutLedger asks whether to create a session although nothing would clean it up after a crash.
func (m *Manager) confirmWithoutLedger(f *form, err error) dialog.Dialog {
	return dialog.NewConfirm("Create without crash cleanup?", func(c *draw.Context, _ int) []string {
		return []string{
			c.Bad.Render(client.Line1(err.Error())), "",
			"lenswatch records each session that it creates, so that none is left running if it is killed. It can't do so now.",
			"If you continue, your sessions are destroyed when you quit, but not cleaned up after a crash.",
		}
	}, func(h dialog.Host) tea.Cmd {
		m.Live.Custody().Accept()
		return f.submit(h)
	}).Over(f.dialog())
}
