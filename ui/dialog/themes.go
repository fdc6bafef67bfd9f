package dialog

import (
	tea "charm.land/bubbletea/v2"

	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
)

// Themes chooses how the screen looks. What the cursor is on is shown at once; leaving brings back what was.
type Themes struct {
	Chooser
	was theme.Palette
	set func(theme.Palette)
}

// NewThemes is a choice of themes, where one is set now.
func NewThemes(now theme.Palette, set func(theme.Palette)) *Themes {
	d := &Themes{Chooser: NewChooser(action.ThemeMode, "type to filter", 0), was: now, set: set}
	d.Narrow(palettes{})
	return d
}

// palettes are the themes that there are.
type palettes struct{}

func (palettes) Len() int            { return len(theme.Names()) }
func (palettes) String(i int) string { return theme.Palette(i).String() }

// SetSize puts the cursor on the theme that is set, the first time.
func (d *Themes) SetSize(w, h int) {
	first := d.H == 0
	d.Chooser.SetSize(w, h)
	if first {
		d.at.To(int(d.was), len(d.shown), d.rows())
	}
}

// preview shows the theme that the cursor is on.
func (d *Themes) preview() {
	if i, ok := d.Chosen(); ok {
		d.set(theme.Palette(i))
	}
}

// Type narrows the themes.
func (d *Themes) Type(_ Host, msg tea.Msg) tea.Cmd {
	cmd := d.Typed(msg, palettes{})
	d.preview()
	return cmd
}

// Act sets the theme that was chosen, or brings back the one that was.
func (d *Themes) Act(h Host, id action.ID) tea.Cmd {
	switch id {
	case action.Cancel:
		d.set(d.was)
		h.Show(nil)
	case action.Choose:
		h.Show(nil)
		if i, ok := d.Chosen(); ok {
			d.set(theme.Palette(i))
			h.Say(Info, "Theme: %v.", theme.Palette(i))
		}
	default:
		d.Move(id)
		d.preview()
	}
	return nil
}

// Click shows the theme of a line, and sets it with the second click.
func (d *Themes) Click(h Host, line int, twice bool) tea.Cmd {
	if !d.Clicked(line) {
		return nil
	}
	if twice {
		return d.Act(h, action.Choose)
	}
	d.preview()
	return nil
}

// View lists the themes.
func (d *Themes) View(c *draw.Context) Content {
	out := d.Content(c, "Theme", func(i int, chosen bool) string {
		name, note := theme.Palette(i).String(), ""
		switch theme.Palette(i) {
		case theme.Auto:
			note = "follows the terminal"
		case theme.Terminal:
			note = "the terminal's own 16 colours"
		case theme.Mono:
			note = "no colours"
		}
		line := c.Row(" "+name, c.Dim.Render(note)+" ", d.W)
		if chosen {
			return c.Chosen(line, d.W)
		}
		return line
	})
	if len(d.shown) == 0 {
		out.Lines = append(out.Lines, c.Dim.Render("No matching theme."))
	}
	return out
}
