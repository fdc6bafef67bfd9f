package ui

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/theme"
)

// What a jsonView reads of a payload and keeps of it, so that one of any size costs a bounded
// amount of time and memory. What is read and not kept is shown as a count.
const (
	maxItems   = 10_000  // of one array or object
	maxNodes   = 100_000 // in all
	readValues = 1_000_000
)

// What is folded to begin with.
const (
	foldDepth = 2 // what lies deeper
	foldItems = 8 // arrays with more than these
)

// jsonNode is a value of a payload. Extents are of the payload.
type jsonNode struct {
	name, value extent // the name is empty but in objects
	kind        jsontext.Kind
	of          jsontext.Kind // what all items are; KindInvalid if they differ
	depth       int
	items       int // in an array or object, whether they are kept or not
	loaded      int
	after       int  // the index of the first node that does not lie in this one
	last        bool // the last item of what it lies in
	closed      bool // its end was seen
	folded      bool
}

type extent struct{ from, to int }

// jsonRow is a line of a jsonView.
type jsonRow struct {
	node int
	part rowPart
	line int // of rowText
}

type rowPart uint8

const (
	rowHead  rowPart = iota // the value, or where it begins
	rowText                 // a line of an unfolded string
	rowMore                 // how many items are not kept
	rowClose                // where an array or object ends
	rowFault                // why the rest cannot be shown
)

// jsonView is a payload as a tree of rows that can be folded, with a cursor. The payload is read
// once; only the rows that are on the screen are drawn.
type jsonView struct {
	raw    []byte
	nodes  []jsonNode // in the order of the payload: what lies in a node follows it
	values int        // how many were read
	fault  string     // why the payload was not read to its end, "" if it was

	rows   []jsonRow
	texts  map[int][]string // the lines of unfolded strings
	width  int              // for which rows were made
	cursor int
	top    int
	page   int // how many rows were drawn last
}

func newJSONView(raw []byte) *jsonView {
	j := &jsonView{raw: raw, page: 1}
	if err := j.read(); err != nil {
		j.fault = faultText(err)
	}
	return j
}

// arrange makes the rows for a width, from what is folded.
func (j *jsonView) arrange(w int) {
	j.width, j.rows, j.texts = w, j.rows[:0], map[int][]string{}
	var open []int
	for i := 0; i <= len(j.nodes); {
		for len(open) > 0 && j.nodes[open[len(open)-1]].after <= i {
			j.rowsAtEnd(open[len(open)-1])
			open = open[:len(open)-1]
		}
		if i == len(j.nodes) {
			break
		}
		n := &j.nodes[i]
		j.rows = append(j.rows, jsonRow{node: i})
		switch {
		case n.kind == jsontext.KindString && !n.folded:
			j.texts[i] = j.text(n, max(w-j.indent(n.depth+1)-2, 1))
			for line := range j.texts[i] {
				j.rows = append(j.rows, jsonRow{i, rowText, line})
			}
		case n.folded && n.items > 0:
			i = n.after
			continue
		case n.items > 0 || !n.closed:
			open = append(open, i)
		}
		i++
	}
	if j.fault != "" {
		j.rows = append(j.rows, jsonRow{part: rowFault})
	}
}

func (j *jsonView) rowsAtEnd(i int) {
	if j.nodes[i].loaded < j.nodes[i].items {
		j.rows = append(j.rows, jsonRow{node: i, part: rowMore})
	}
	if j.nodes[i].closed {
		j.rows = append(j.rows, jsonRow{node: i, part: rowClose})
	}
}

// text is what a string says, in lines of w cells.
func (j *jsonView) text(n *jsonNode, w int) []string {
	s, cut := unquote(j.raw[n.value.from:n.value.to], maxShown)
	if cut {
		s += "…"
	}
	return strings.Split(ansi.Wrap(client.Clean(s), w, ""), "\n")
}

// toggle folds or unfolds what the cursor is on.
func (j *jsonView) toggle() {
	if len(j.rows) == 0 || j.rows[j.cursor].part == rowFault {
		return
	}
	i := j.rows[j.cursor].node
	n := &j.nodes[i]
	if n.kind == jsontext.KindString && n.folded && !j.long(n, j.width) {
		return
	}
	n.folded = !n.folded
	j.arrange(j.width)
	j.moveTo(i)
}

// all folds or unfolds every array and object but the outermost.
func (j *jsonView) all(folded bool) {
	at := 0
	if len(j.rows) > 0 {
		at = j.rows[j.cursor].node
	}
	for i := range j.nodes {
		if n := &j.nodes[i]; n.kind != jsontext.KindString {
			n.folded = folded && n.items > 0 && n.depth > 0
		}
	}
	j.arrange(j.width)
	j.moveTo(at)
}

// moveTo puts the cursor on a node, or if it is folded away, on what it lies in.
func (j *jsonView) moveTo(node int) {
	for i, r := range j.rows {
		if r.part == rowHead && r.node <= node {
			j.cursor = i
		}
	}
}

func (j *jsonView) move(n int) { j.cursor = clamp(j.cursor+n, 0, max(len(j.rows)-1, 0)) }

// lines draws the rows around the cursor, at most h of them.
func (j *jsonView) lines(th theme.Theme, w, h int) []string {
	if j.rows == nil || w != j.width {
		at := 0
		if len(j.rows) > 0 {
			at = j.rows[j.cursor].node
		}
		j.arrange(w)
		j.moveTo(at)
	}
	j.move(0)
	j.page = max(h, 1)
	j.top = clamp(j.top, j.cursor-j.page+1, j.cursor)
	j.top = clamp(j.top, 0, max(len(j.rows)-j.page, 0))
	var out []string
	for i := j.top; i < min(j.top+h, len(j.rows)); i++ {
		line := fit(j.draw(th, j.rows[i], w), w, th.Glyphs.Ellipsis)
		if i == j.cursor {
			line = th.Selected.Render(plain(line))
		}
		out = append(out, line)
	}
	return out
}

// indent is how far a depth is set in. Deep ones share one, so that there is room to read.
func (j *jsonView) indent(depth int) int { return min(2*depth, max(j.width/2, 0)) }

// draw is one row. It may be wider than w, but not by much.
func (j *jsonView) draw(th theme.Theme, r jsonRow, w int) string {
	if r.part == rowFault {
		return th.Bad.Render(th.Glyphs.Cross + " " + j.fault)
	}
	n := &j.nodes[r.node]
	margin, comma := strings.Repeat(" ", j.indent(n.depth)), ","
	if n.last || n.depth == 0 {
		comma = ""
	}
	inner := "  " + strings.Repeat(" ", j.indent(n.depth+1))
	switch r.part {
	case rowText:
		return inner + jsonStyle(th, n.kind).Render(j.texts[r.node][r.line])
	case rowMore:
		return inner + th.Dim.Render(th.Glyphs.Ellipsis+" and "+count(int64(n.items-n.loaded))+" more")
	case rowClose:
		return "  " + margin + th.Dim.Render(brackets(n.kind)[1:]+comma)
	}
	marker := "  "
	if n.items > 0 || n.kind == jsontext.KindString && j.long(n, w) {
		marker = th.Glyphs.More + " "
		if n.folded {
			marker = th.Glyphs.Pointer + " "
		}
	}
	return th.Dim.Render(marker) + margin + j.head(th, n, comma, w)
}

// head is a node's name and value, as far as one row shows it.
func (j *jsonView) head(th theme.Theme, n *jsonNode, comma string, w int) string {
	name := ""
	if n.name.to > n.name.from {
		name = th.Busy.Render(j.quoted(n.name, w)) + th.Dim.Render(": ")
	}
	b := brackets(n.kind)
	switch {
	case b == "" && n.kind == jsontext.KindString && !n.folded:
		return name
	case b == "":
		return name + jsonStyle(th, n.kind).Render(j.quoted(n.value, w)) + th.Dim.Render(comma)
	case n.items == 0 && n.closed:
		return name + th.Dim.Render(b+comma)
	case n.folded && !n.closed:
		return name + th.Dim.Render(b[:1]+" "+itemsWord(n)+" "+th.Glyphs.Ellipsis)
	case n.folded:
		return name + th.Dim.Render(b[:1]+" "+itemsWord(n)+" "+b[1:]+comma)
	}
	return name + th.Dim.Render(b[:1])
}

// long reports whether a string does not fit in its row.
func (j *jsonView) long(n *jsonNode, w int) bool {
	return 2+j.indent(n.depth)+ansi.StringWidth(j.quoted(n.name, w))+ansi.StringWidth(j.quoted(n.value, w))+3 > w
}

// quoted is a scalar on one line: strings with their escapes undone where they can be shown. It
// has at least w cells of a longer one.
func (j *jsonView) quoted(at extent, w int) string {
	src := j.raw[at.from:at.to]
	limit := 8*max(w, 0) + 64
	if len(src) == 0 || src[0] != '"' {
		return client.Line1(string(src[:min(len(src), limit)]))
	}
	s, cut := unquote(src, limit)
	quoted, _ := jsontext.AppendQuote(nil, s) // its error tells of U+FFFD, which shows
	if cut {
		quoted = append(quoted[:len(quoted)-1], "…"...)
	}
	return client.Line1(string(quoted))
}

// maxShown is how many bytes of a string are unfolded. The raw bytes and the copy have it whole.
const maxShown = 16 << 10

// unquote is what a JSON string means, if it is longer than limit bytes its beginning.
func unquote(src []byte, limit int) (s string, cut bool) {
	if len(src) > limit {
		i := 1
		for i < limit {
			switch {
			case src[i] == '\\' && src[i+1] == 'u':
				i += 6
			case src[i] == '\\':
				i += 2
			default:
				_, n := utf8.DecodeRune(src[i:])
				i += n
			}
		}
		if i < len(src)-1 {
			src, cut = append(bytes.Clone(src[:i]), '"'), true
		}
	}
	out, _ := jsontext.AppendUnquote(nil, src) // its error tells of U+FFFD, which shows
	return string(out), cut
}

// brackets are those around an array or object, none around a scalar.
func brackets(k jsontext.Kind) string {
	switch k {
	case jsontext.KindBeginObject:
		return "{}"
	case jsontext.KindBeginArray:
		return "[]"
	}
	return ""
}

var itemNames = map[jsontext.Kind]string{
	jsontext.KindNumber: "number", jsontext.KindString: "string", jsontext.KindFalse: "boolean",
	jsontext.KindNull: "null", jsontext.KindBeginObject: "object", jsontext.KindBeginArray: "array",
}

// itemsWord is "768 numbers".
func itemsWord(n *jsonNode) string {
	word := "item"
	if n.kind == jsontext.KindBeginObject {
		word = "member"
	} else if name, ok := itemNames[n.of]; ok {
		word = name
	}
	if n.items != 1 {
		word += "s"
	}
	return count(int64(n.items)) + " " + word
}

// jsonStyle is how the values of a kind are drawn.
func jsonStyle(th theme.Theme, k jsontext.Kind) lipgloss.Style {
	switch k {
	case jsontext.KindString:
		return th.Good
	case jsontext.KindNumber:
		return th.Accent
	case jsontext.KindNull:
		return th.Dim
	}
	return th.Strong
}
