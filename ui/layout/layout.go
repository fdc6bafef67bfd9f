package layout

// Pane names one of the panes.
type Pane uint8

// The panes, in the order in which tab visits them.
const (
	Sessions Pane = iota
	Results
	Logs
	Health
	PaneCount // how many there are
)

// String is the word for the screen.
func (p Pane) String() string {
	return [...]string{"Sessions", "Results", "Logs", "Health", ""}[min(p, PaneCount)]
}

// Rect is a rectangle of cells.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing is drawn in it.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether the cell at x, y lies in it.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// MinWidth and MinHeight are the smallest screen that is drawn, in cells.
const MinWidth, MinHeight = 36, 8

// The widths from which two panes stand side by side below, and from which there are two columns, and the height from
// which all panes are shown at once. On a smaller screen one pane is shown, with tabs.
const (
	stackedWidth  = 80
	stackedHeight = 20
	twoColumns    = 110
)

// DockWidth is the width from which a dialog about one thing takes the place of a pane, next to the lists.
const DockWidth = 160

// minDock is the least size of the pane, border included.
const minDockWidth, minDockHeight = 64, 20

// Dock is where such a dialog is; empty where there is no room for one.
func (l Layout) Dock() Rect {
	if r := l.Panes[Health]; l.Width >= DockWidth && r.W >= minDockWidth && r.H >= minDockHeight {
		return r
	}
	return Rect{}
}

// The smallest pane that a divider leaves, border included.
const minPaneWidth, minPaneHeight = 24, 4

// Shape is how the panes are placed. The size of the screen decides.
type Shape uint8

// The shapes.
const (
	Tabs       Shape = iota // one pane at a time
	Stacked                 // sessions above results, logs and health side by side below
	TwoColumns              // sessions above health on the left, results above logs on the right
	shapeCount
)

// Layout is where everything is on a screen of a size.
type Layout struct {
	Width, Height int
	TooSmall      bool // nothing fits but a word about it
	Shape         Shape
	Header        Rect
	Alarm         Rect // empty unless something is wrong
	Tabs          Rect // empty unless one pane is shown at a time
	Footer        Rect
	Body          Rect            // what the panes share
	Panes         [PaneCount]Rect // empty for those that are not shown
}

// New makes the Layout of a screen. With zoom only focus is shown, with alarm there is a line for what is wrong.
func New(width, height int, focus Pane, zoom, alarm bool, s Splits) Layout {
	l := Layout{Width: max(width, 0), Height: max(height, 0)}
	if width < MinWidth || height < MinHeight {
		l.TooSmall = true
		return l
	}
	l.Header = Rect{0, 0, width, 1}
	l.Footer = Rect{0, height - 1, width, 1}
	l.Body = Rect{0, 1, width, height - 2}
	if alarm {
		l.Alarm = Rect{0, 1, width, 1}
		l.Body.Y, l.Body.H = 2, height-3
	}
	switch {
	case zoom || width < stackedWidth || height < stackedHeight:
		l.Tabs = Rect{0, l.Body.Y, width, 1}
		l.Panes[focus] = Rect{0, l.Body.Y + 1, width, l.Body.H - 1}
	case width < twoColumns:
		l.stacked(s[Stacked])
	default:
		l.twoColumns(s[TwoColumns])
	}
	return l
}

func (l *Layout) stacked(s Split) {
	l.Shape = Stacked
	b := l.Body
	top := s.cells(DividerTop, b.H, clamp(b.H/3, 6, 12), minPaneHeight, b.H-2*minPaneHeight)
	bottom := s.cells(DividerLogs, b.H, clamp(b.H/3, 7, 14), minPaneHeight, b.H-top-minPaneHeight)
	health := s.cells(DividerSide, b.W, 34, minPaneWidth, b.W-minPaneWidth)
	l.Panes[Sessions] = Rect{b.X, b.Y, b.W, top}
	l.Panes[Results] = Rect{b.X, b.Y + top, b.W, b.H - top - bottom}
	l.Panes[Logs] = Rect{b.X, b.Y + b.H - bottom, b.W - health, bottom}
	l.Panes[Health] = Rect{b.X + b.W - health, b.Y + b.H - bottom, health, bottom}
}

func (l *Layout) twoColumns(s Split) {
	l.Shape = TwoColumns
	b := l.Body
	left := s.cells(DividerSide, b.W, clamp(b.W*395/1000, 44, 84), minPaneWidth, b.W-minPaneWidth)
	most := 20
	if b.W >= DockWidth { // sessions have tiles
		most = 26
	}
	top := s.cells(DividerTop, b.H, clamp(b.H*42/100, 7, most), minPaneHeight, b.H-minPaneHeight)
	logs := s.cells(DividerLogs, b.H, clamp(b.H/3, 6, 20), minPaneHeight, b.H-minPaneHeight)
	l.Panes[Sessions] = Rect{b.X, b.Y, left, top}
	l.Panes[Health] = Rect{b.X, b.Y + top, left, b.H - top}
	l.Panes[Results] = Rect{b.X + left, b.Y, b.W - left, b.H - logs}
	l.Panes[Logs] = Rect{b.X + left, b.Y + b.H - logs, b.W - left, logs}
}

// At finds the pane that is drawn at a cell; ok is false where there is none.
func (l Layout) At(x, y int) (p Pane, ok bool) {
	for p = range PaneCount {
		if l.Panes[p].Contains(x, y) {
			return p, true
		}
	}
	return 0, false
}

// TabAt finds the pane whose tab is drawn at a column; ok is false where there is none.
func (l Layout) TabAt(x int) (p Pane, ok bool) {
	for from := 0; p < PaneCount; p++ {
		to := from + len(p.Tab())
		if x >= from && x < to {
			return p, true
		}
		from = to
	}
	return 0, false
}

// Tab is the label of the pane's tab.
func (p Pane) Tab() string { return " " + p.String() + " " }

func clamp(n, low, high int) int { return max(low, min(n, high)) }
