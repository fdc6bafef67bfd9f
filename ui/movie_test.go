package ui

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// The moving picture of the README: the first half minute of the demonstration, untouched, a frame a second. What stands
// still where pictures do not move is the frame of the stall.
const (
	movieFrames = 34
	moviePoster = 20
	movieLimit  = 1 << 20 // bytes
)

// shot is a frame: the cells of a screen, by row.
type shot [][]*uv.Cell

func (x *terminal) shot() (out shot) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for y := range x.emu.Height() {
		row := make([]*uv.Cell, x.emu.Width())
		for cx := range row {
			if c := x.emu.CellAt(cx, y); c != nil {
				own := *c
				row[cx] = &own
			}
		}
		out = append(out, row)
	}
	return out
}

// drawMovie draws frames, each for a second, over and over. A row that stays as it is is drawn once. The poster is what is
// seen where nothing moves.
func drawMovie(title string, frames []shot, poster int, sw swatch) string {
	h, w := len(frames[0]), len(frames[0][0])
	var body strings.Builder
	classes := map[string]string{"t": sw.text, "k": sw.back}
	for y := range h {
		was, from := "", 0
		for i := 0; i <= len(frames); i++ {
			is := "end"
			if i < len(frames) {
				d := newDrawing(sw)
				d.classes = classes
				d.row(y, w, func(cx, cy int) *uv.Cell { return frames[i][cy][cx] })
				is = d.shapesAndText()
			}
			if i > 0 && is != was {
				showFor(&body, was, from, i, len(frames), poster)
			}
			if is != was {
				was, from = is, i
			}
		}
	}
	return frameSVG(title, w, h, sw, classes, body.String())
}

// showFor adds what is seen from one frame to before another of n.
func showFor(out *strings.Builder, drawn string, from, to, n, poster int) {
	if drawn == "" || drawn == "end" {
		return
	}
	if from == 0 && to == n {
		out.WriteString(drawn)
		return
	}
	seen := "hidden"
	if from <= poster && poster < to {
		seen = "visible"
	}
	at := func(i int) string { return strings.TrimPrefix(fmt.Sprintf("%.4f", float64(i)/float64(n)), "0") }
	values, times := "hidden;visible;hidden", "0;"+at(from)+";"+at(to)
	switch {
	case from == 0:
		values, times = "visible;hidden", "0;"+at(to)
	case to == n:
		values, times = "hidden;visible", "0;"+at(from)
	}
	fmt.Fprintf(out, `<g visibility="%s"><animate attributeName="visibility" calcMode="discrete" repeatCount="indefinite" dur="%ds" values="%s" keyTimes="%s"/>`+"\n%s</g>\n",
		seen, n, values, times, drawn)
}

// filmDemo plays the demonstration on a screen that nobody touches, in virtual time.
func filmDemo(t *testing.T, d display) (frames []shot, screens []string) {
	t.Helper()
	sim, svc := simulated(t)
	go sim.Story(t.Context())
	x := start(t, d, Options{Title: "demo", Motion: true}, svc)
	for range movieFrames {
		frames, screens = append(frames, x.shot()), append(screens, x.screen())
		x.pass(time.Second)
	}
	return frames, screens
}

// A demonstration that nobody touches shows within half a minute, at every size, a stall that is caught and named, and
// its end.
func TestDemoTellsItsStoryUntouched(t *testing.T) {
	for _, d := range []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36, color: pictureSize.color}, {w: 200, h: 60}} {
		synctest.Test(t, func(t *testing.T) {
			frames, screens := filmDemo(t, d)
			named, recovered := -1, -1
			for i, s := range screens {
				alarm := strings.Contains(s, "The lens is receiv") || strings.Contains(s, "pipeline stalled")
				if alarm && named < 0 {
					named = i
				}
				if !alarm && named >= 0 && recovered < 0 && strings.Contains(s, "3 live") {
					recovered = i
				}
			}
			if named < 0 || named > 20 || recovered < 0 || recovered > 30 {
				t.Fatalf("%dx%d: the stall is named in second %d and over in second %d:\n%s", d.w, d.h, named, recovered, screens[20])
			}
			if d.w == pictureSize.w {
				if !strings.Contains(screens[moviePoster], "LENS ✗") {
					t.Fatalf("the chain does not name the lens:\n%s", screens[moviePoster])
				}
				checkMovie(t, drawMovie("A session stalls, lenswatch names the cause, and it recovers.", frames, moviePoster, darkSwatch))
			}
		})
	}
}

// checkMovie fails unless a moving picture is well-formed, small, and shows the stall; with -update it is written first,
// and else the one of the documents is checked too.
func checkMovie(t *testing.T, drawn string) {
	path := filepath.Join("..", "docs", "pictures", "demo.svg")
	if *update {
		if err := os.WriteFile(path, []byte(drawn), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	saved, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, svg := range map[string]string{"drawn": drawn, path: string(saved)} {
		if len(svg) > movieLimit {
			t.Errorf("%s has %d bytes", name, len(svg))
		}
		moves := 0
		var text strings.Builder
		for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s is no XML: %v", name, err)
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				if tok.Name.Local == "animate" {
					moves++
				}
			case xml.CharData:
				text.Write(tok)
			}
		}
		if moves < 100 || !strings.Contains(text.String(), "LENS ") || !strings.Contains(text.String(), "produced no results for") {
			t.Errorf("%s: %d rows change, or the stall is not named", name, moves)
		}
	}
}
