package output

import (
	"errors"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/atotto/clipboard"

	"lenswatch/ui/dialog"
	"lenswatch/ui/draw"
)

// maxCopy is how much is copied at most, in bytes. A terminal does not say what it takes, and may hang on more.
const maxCopy = 1 << 20

// Copied is the outcome of copying by the clipboard of this machine.
type Copied struct {
	what string
	err  error
}

// errRemote: over ssh the clipboard of this machine is not the person's.
var errRemote = errors.New("over ssh, only the terminal can copy")

// Copy puts text on the clipboard in both ways there are: by the terminal (OSC 52), which works over ssh where
// the terminal allows it, and by the clipboard of this machine, which works where the screen is. It goes to the
// clipboard and not to the screen, so it is not cleaned.
func Copy(h dialog.Host, what, text string) tea.Cmd {
	switch {
	case text == "":
		h.Say(dialog.Info, "Nothing to copy: the event has no %s.", what)
		return nil
	case len(text) > maxCopy:
		h.Say(dialog.Failure, "Not copied: the %s is %s, and at most %s are copied. Use {export} to write it to a file.",
			what, draw.Size(len(text)), draw.Size(maxCopy))
		return nil
	}
	what += ", " + draw.Size(len(text))
	return tea.Batch(tea.SetClipboard(text), func() tea.Msg {
		if os.Getenv("SSH_CONNECTION") != "" {
			return Copied{what, errRemote}
		}
		return Copied{what, clipboard.WriteAll(text)}
	})
}

// Say says where the text is now.
func (m Copied) Say(h dialog.Host) {
	if m.err != nil {
		h.Say(dialog.Success, "Copied the %s (via OSC 52).", m.what)
		return
	}
	h.Say(dialog.Success, "Copied the %s to the clipboard.", m.what)
}
