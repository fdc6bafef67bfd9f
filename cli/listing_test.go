package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// lensListing is what two services list.
func lensListing() listing {
	l := listing{columns: []column{{head: "ID"}, {head: "NAME", minWidth: 12}, {head: "MODEL", minWidth: 12, spare: 2}, {head: "CHANNEL"}, {head: "SERVICE", spare: 1}}}
	l.add("lns-1d519091822706e2-5e0c77ab12d94f36", "Timeseries Embedding", "OmegaEncoder OmegaEncoder::omega_embeddings_01", "mailbox", "archetype")
	l.add("avatar-session", "日本語のとても長い名前です", "", "poll", "agenthuman")
	return l
}

// At 80 columns ids are whole, long names are cut and no row is broken in two.
func TestListingOnANarrowTerminal(t *testing.T) {
	for _, environ := range [][]string{{"TERM=xterm-256color", "TTY_FORCE=1"}, {"TERM=dumb"}} {
		l := lensListing()
		drawn := l.drawn(newTermStyles(new(bytes.Buffer), environ), 80)
		lines := strings.Split(strings.TrimSuffix(ansi.Strip(drawn), "\n"), "\n")
		if len(lines) != 5 {
			t.Fatalf("%d lines:\n%s", len(lines), drawn)
		}
		for _, line := range lines {
			if ansi.StringWidth(line) > 80 {
				t.Errorf("%d columns: %s", ansi.StringWidth(line), line)
			}
		}
		for _, want := range []string{"lns-1d519091822706e2-5e0c77ab12d94f36  Timeseries", "mailbox", "agenthuman", "Hidden columns: MODEL"} {
			if !strings.Contains(ansi.Strip(drawn), want) {
				t.Errorf("%q is missing:\n%s", want, drawn)
			}
		}
		if coloured := strings.Contains(drawn, "\x1b["); coloured != (environ[0] != "TERM=dumb") {
			t.Errorf("%v: coloured is %v", environ, coloured)
		}
	}
}

// Where there is room all is shown; where there is hardly any, what cannot be cut stays.
func TestListingFits(t *testing.T) {
	for width, want := range map[int]int{200: 5, 100: 5, 80: 4, 60: 3, 10: 3} {
		l := lensListing()
		if shown, _ := l.fit(width); len(shown) != want {
			t.Errorf("%d columns have %v", width, shown)
		}
	}
}

// One absurdly long id puts no blanks into the rows of the others; where a program reads, it is whole.
func TestListingIsNotWidenedByOneLongCell(t *testing.T) {
	l := lensListing()
	long := strings.Repeat("x", 3000)
	l.add(long, "Timeseries", "", "mailbox", "archetype")
	for line := range strings.Lines(l.plain()) {
		if !strings.HasPrefix(line, long) && len(line) > 300 {
			t.Errorf("%d bytes: %s", len(line), line)
		}
	}
	if !strings.Contains(l.plain(), long) {
		t.Error("the long id is cut")
	}
	for line := range strings.Lines(ansi.Strip(l.drawn(newTermStyles(new(bytes.Buffer), []string{"TERM=dumb"}), 120))) {
		if ansi.StringWidth(line) > 120 {
			t.Errorf("%d cells on a terminal of 120", ansi.StringWidth(line))
		}
	}
}
