package jsontree

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/action"
	"lenswatch/ui/draw"
	"lenswatch/ui/window"
)

// What a Tree reads of a payload and retains of it, so that one of any size costs a bounded amount of time
// and memory. What is read and not retained is shown as a count.
const (
	maxItems  = 10_000  // of one array or object
	maxNodes  = 100_000 // in all
	maxValues = 1_000_000
)

// What is folded to begin wic.
const (
	foldDepth = 2 // what lies deeper
	foldItems = 8 // arrays with more than these
)

// node is a value of a payload. Extents are of the payload.
type node struct {
	name, value extent // the name is empty but in objects
	kind        jsontext.Kind
	of          jsontext.Kind // what all items are; KindInvalid if they differ
	depth       int
	items       int  // in an array or object
	retained    int  // of them
	after       int  // the index of the first node that does not lie in this one
	last        bool // the last item of what it lies in
	closed      bool // its end was seen
	folded      bool
}

type extent struct{ from, to int }

// row is a line of a Tree.
type row struct {
	node int
	part rowPart
	line int // of rowText
}

type rowPart uint8

const (
	rowHead  rowPart = iota // the value, or where it begins
	rowText                 // a line of an unfolded string
	rowMore                 // how many items are not retained
	rowClose                // where an array or object ends
	rowFault                // why the rest cannot be shown
)

// Tree is a payload as a tree of rows that can be folded, with a cursor. The payload is read once; only the
// rows that are on the screen are drawn. Call SetSize before anything else.
type Tree struct {
	raw    []byte
	nodes  []node // in the order of the payload: what lies in a node follows it
	values int    // how many were read
	fault  string // why the payload was not read to its end, "" if it was

	rows          []row
	texts         map[int][]string // the lines of unfolded strings
	width, height int
	at            window.List
}

// New reads a payload.
func New(raw []byte) *Tree {
	t := &Tree{raw: raw}
	if err := t.read(); err != nil {
		t.fault = faultText(err)
	}
	return t
}

// SetSize says in how many cells and rows the tree is seen.
func (t *Tree) SetSize(w, h int) {
	rearrange := t.rows == nil || w != t.width
	t.width, t.height = w, h
	if rearrange {
		t.arrange(t.node())
	}
}

// Len is how many rows there are, and Range which of them are seen.
func (t *Tree) Len() int { return len(t.rows) }

// Range is the rows that are seen: from the first to before to.
func (t *Tree) Range() (from, to int) { return t.at.Range(len(t.rows), t.height) }

// row is the one with the cursor; ok is false if there is none.
func (t *Tree) row() (r row, ok bool) {
	if len(t.rows) == 0 {
		return row{}, false
	}
	return t.rows[t.at.Cursor(len(t.rows))], true
}

// node is the one with the cursor.
func (t *Tree) node() int {
	r, _ := t.row()
	return r.node
}

// arrange makes the rows from what is folded, and puts the cursor on a node, or if it is folded away, on
// what it lies in.
func (t *Tree) arrange(node int) {
	w := t.width
	t.rows, t.texts = t.rows[:0], map[int][]string{}
	defer func() {
		for i, r := range t.rows {
			if r.part == rowHead && r.node <= node {
				t.at.To(i, len(t.rows), t.height)
			}
		}
	}()
	var open []int
	for i := 0; i <= len(t.nodes); {
		for len(open) > 0 && t.nodes[open[len(open)-1]].after <= i {
			t.rowsAtEnd(open[len(open)-1])
			open = open[:len(open)-1]
		}
		if i == len(t.nodes) {
			break
		}
		n := &t.nodes[i]
		t.rows = append(t.rows, row{node: i})
		switch {
		case n.kind == jsontext.KindString && !n.folded:
			t.texts[i] = t.text(n, max(w-t.indent(n.depth+1)-2, 1))
			for line := range t.texts[i] {
				t.rows = append(t.rows, row{i, rowText, line})
			}
		case n.folded && n.items > 0:
			i = n.after
			continue
		case n.items > 0 || !n.closed:
			open = append(open, i)
		}
		i++
	}
	if t.fault != "" {
		t.rows = append(t.rows, row{part: rowFault})
	}
}

func (t *Tree) rowsAtEnd(i int) {
	if t.nodes[i].retained < t.nodes[i].items {
		t.rows = append(t.rows, row{node: i, part: rowMore})
	}
	if t.nodes[i].closed {
		t.rows = append(t.rows, row{node: i, part: rowClose})
	}
}

// text is what a string says, in lines of w cells.
func (t *Tree) text(n *node, w int) []string {
	s, cut := unquote(t.raw[n.value.from:n.value.to], maxShown)
	if cut {
		s += "…"
	}
	return strings.Split(ansi.Wrap(client.Clean(s), w, ""), "\n")
}

// Act moves the cursor, or folds and unfolds.
func (t *Tree) Act(id action.ID) {
	switch id {
	case action.Fold:
		t.toggle()
	case action.UnfoldAll:
		t.foldAll(false)
	case action.FoldAll:
		t.foldAll(true)
	default:
		t.at.Act(id, len(t.rows), t.height)
	}
}

// Click puts the cursor on a row that is seen; twice folds or unfolds what is there.
func (t *Tree) Click(line int, twice bool) {
	if t.at.Click(line, len(t.rows), t.height) && twice {
		t.toggle()
	}
}

// toggle folds or unfolds what the cursor is on.
func (t *Tree) toggle() {
	r, ok := t.row()
	if !ok || r.part == rowFault {
		return
	}
	i := r.node
	n := &t.nodes[i]
	if n.kind == jsontext.KindString && n.folded && !t.long(n) {
		return
	}
	n.folded = !n.folded
	t.arrange(i)
}

// foldAll folds or unfolds every array and object but the outermost.
func (t *Tree) foldAll(folded bool) {
	for i := range t.nodes {
		if n := &t.nodes[i]; n.kind != jsontext.KindString {
			n.folded = folded && n.items > 0 && n.depth > 0
		}
	}
	t.arrange(t.node())
}

// View draws the rows that are seen.
func (t *Tree) View(c *draw.Context) (out []string) {
	from, to := t.Range()
	at := t.at.Cursor(len(t.rows))
	for i := from; i < to; i++ {
		line := c.Fit(t.draw(c, t.rows[i]), t.width)
		if i == at {
			line = c.Chosen(line, t.width)
		}
		out = append(out, line)
	}
	return out
}

// indent is how far a depth is set in. Deep ones share one, so that there is room to read.
func (t *Tree) indent(depth int) int { return min(2*depth, max(t.width/2, 0)) }

// draw is one row. It may be wider than the tree, but not by much.
func (t *Tree) draw(c *draw.Context, r row) string {
	if r.part == rowFault {
		return c.Bad.Render(c.Glyphs.Cross + " " + t.fault)
	}
	n := &t.nodes[r.node]
	margin, comma := strings.Repeat(" ", t.indent(n.depth)), ","
	if n.last || n.depth == 0 {
		comma = ""
	}
	inner := "  " + strings.Repeat(" ", t.indent(n.depth+1))
	switch r.part {
	case rowText:
		return inner + style(c, n.kind).Render(t.texts[r.node][r.line])
	case rowMore:
		return inner + c.Dim.Render(c.Glyphs.Ellipsis+" and "+draw.Count(n.items-n.retained)+" more")
	case rowClose:
		return "  " + margin + c.Dim.Render(brackets(n.kind)[1:]+comma)
	}
	marker := "  "
	if n.items > 0 || n.kind == jsontext.KindString && t.long(n) {
		marker = c.Glyphs.More + " "
		if n.folded {
			marker = c.Glyphs.Pointer + " "
		}
	}
	return c.Dim.Render(marker) + margin + t.head(c, n, comma)
}

// head is a node's name and value, as far as one row shows it.
func (t *Tree) head(c *draw.Context, n *node, comma string) string {
	w, name := t.width, ""
	if n.name.to > n.name.from {
		name = c.Busy.Render(t.quoted(n.name, w)) + c.Dim.Render(": ")
	}
	b := brackets(n.kind)
	switch {
	case b == "" && n.kind == jsontext.KindString && !n.folded:
		return name
	case b == "":
		return name + style(c, n.kind).Render(t.quoted(n.value, w)) + c.Dim.Render(comma)
	case n.items == 0 && n.closed:
		return name + c.Dim.Render(b+comma)
	case n.folded && !n.closed:
		return name + c.Dim.Render(b[:1]+" "+itemsWord(n)+" "+c.Glyphs.Ellipsis)
	case n.folded:
		return name + c.Dim.Render(b[:1]+" "+itemsWord(n)+" "+b[1:]+comma)
	}
	return name + c.Dim.Render(b[:1])
}

// long reports whether a string does not fit in its row.
func (t *Tree) long(n *node) bool {
	w := t.width
	return 2+t.indent(n.depth)+draw.Width(t.quoted(n.name, w))+draw.Width(t.quoted(n.value, w))+3 > w
}

// quoted is a scalar on one line: strings with their escapes undone where they can be shown. It
// has at least w cells of a longer one.
func (t *Tree) quoted(at extent, w int) string {
	src := t.raw[at.from:at.to]
	limit := 8*max(w, 0) + 64
	if len(src) == 0 || src[0] != '"' {
		return client.Line1(string(src[:min(len(src), limit)]))
	}
	s, cut := unquote(src, limit)
	quoted, _ := jsontext.AppendQuote(nil, s) // its error is about U+FFFD, which shows
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
	out, _ := jsontext.AppendUnquote(nil, src) // its error is about U+FFFD, which shows
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
func itemsWord(n *node) string {
	word := "item"
	if n.kind == jsontext.KindBeginObject {
		word = "member"
	} else if name, ok := itemNames[n.of]; ok {
		word = name
	}
	if n.items != 1 {
		word += "s"
	}
	return draw.Count(n.items) + " " + word
}

// style is how the values of a kind are drawn.
func style(c *draw.Context, k jsontext.Kind) theme.Style {
	switch k {
	case jsontext.KindString:
		return c.Good
	case jsontext.KindNumber:
		return c.Accent
	case jsontext.KindNull:
		return c.Dim
	}
	return c.Strong
}
