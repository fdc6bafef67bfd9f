package ui

// Pane names one of the panes.
type Pane uint8

// The panes, in the order in which tab visits them.
const (
	PaneSessions Pane = iota
	PaneResults
	PaneLogs
	PaneHealth
	paneCount
)

// String is the word for the screen.
func (p Pane) String() string {
	return [...]string{"Sessions", "Results", "Logs", "Health", ""}[min(p, paneCount)]
}

// Rect is a rectangle of cells.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing is drawn in it.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether the cell at x, y lies in it.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// The smallest screen that is drawn, the widths from which two and three columns are, and the
// height from which all panes are shown at once. Below them one pane is, with tabs.
const (
	minWidth, minHeight = 36, 8
	stackedWidth        = 80
	stackedHeight       = 20
	twoColumns          = 110
	threeColumns        = 170
)

// The smallest pane that a divider leaves, border included.
const minPaneWidth, minPaneHeight = 24, 4

// LayoutKind is how the panes stand beside each other. The size of the screen decides.
type LayoutKind uint8

// The arrangements.
const (
	Tabs         LayoutKind = iota // one pane at a time
	Stacked                        // sessions above results, logs and health side by side below
	TwoColumns                     // sessions above health on the left, results above logs on the right
	ThreeColumns                   // sessions above health, results in the middle, logs on the right
	layoutKindCount
)

// Layout is where everything stands on a screen of a size.
type Layout struct {
	Width, Height int
	TooSmall      bool // nothing fits but a word about it
	Kind          LayoutKind
	Header        Rect
	Tabs          Rect // empty unless one pane is shown at a time
	Footer        Rect
	Body          Rect            // what the panes share
	Panes         [paneCount]Rect // empty for those that are not shown
}

// NewLayout makes the Layout of a screen. With zoom only focus is shown.
func NewLayout(width, height int, focus Pane, zoom bool, s Splits) Layout {
	l := Layout{Width: max(width, 0), Height: max(height, 0)}
	if width < minWidth || height < minHeight {
		l.TooSmall = true
		return l
	}
	l.Header = Rect{0, 0, width, 1}
	l.Footer = Rect{0, height - 1, width, 1}
	l.Body = Rect{0, 1, width, height - 2}
	switch {
	case zoom || width < stackedWidth || height < stackedHeight:
		l.Tabs = Rect{0, 1, width, 1}
		l.Panes[focus] = Rect{0, 2, width, l.Body.H - 1}
	case width < twoColumns:
		l.stacked(s[Stacked])
	case width < threeColumns:
		l.twoColumns(s[TwoColumns])
	default:
		l.threeColumns(s[ThreeColumns])
	}
	return l
}

func (l *Layout) stacked(s Split) {
	l.Kind = Stacked
	b := l.Body
	top := s.cells(DividerTop, b.H, clamp(b.H/4, 6, 12), minPaneHeight, b.H-2*minPaneHeight)
	bottom := s.cells(DividerLogs, b.H, clamp(b.H/3, 7, 14), minPaneHeight, b.H-top-minPaneHeight)
	health := s.cells(DividerSide, b.W, 34, minPaneWidth, b.W-minPaneWidth)
	l.Panes[PaneSessions] = Rect{b.X, b.Y, b.W, top}
	l.Panes[PaneResults] = Rect{b.X, b.Y + top, b.W, b.H - top - bottom}
	l.Panes[PaneLogs] = Rect{b.X, b.Y + b.H - bottom, b.W - health, bottom}
	l.Panes[PaneHealth] = Rect{b.X + b.W - health, b.Y + b.H - bottom, health, bottom}
}

func (l *Layout) twoColumns(s Split) {
	l.Kind = TwoColumns
	b := l.Body
	left := s.cells(DividerSide, b.W, clamp(b.W*395/1000, 44, 60), minPaneWidth, b.W-minPaneWidth)
	top := s.cells(DividerTop, b.H, clamp(b.H*42/100, 7, 20), minPaneHeight, b.H-minPaneHeight)
	logs := s.cells(DividerLogs, b.H, clamp(b.H/3, 6, 20), minPaneHeight, b.H-minPaneHeight)
	l.Panes[PaneSessions] = Rect{b.X, b.Y, left, top}
	l.Panes[PaneHealth] = Rect{b.X, b.Y + top, left, b.H - top}
	l.Panes[PaneResults] = Rect{b.X + left, b.Y, b.W - left, b.H - logs}
	l.Panes[PaneLogs] = Rect{b.X + left, b.Y + b.H - logs, b.W - left, logs}
}

func (l *Layout) threeColumns(s Split) {
	l.Kind = ThreeColumns
	b := l.Body
	left := s.cells(DividerSide, b.W, clamp(b.W*28/100, 48, 64), minPaneWidth, b.W-2*minPaneWidth)
	top := s.cells(DividerTop, b.H, clamp(b.H*45/100, 7, 30), minPaneHeight, b.H-minPaneHeight)
	logs := s.cells(DividerLogs, b.W, clamp(b.W*27/100, 44, 80), minPaneWidth, b.W-left-minPaneWidth)
	l.Panes[PaneSessions] = Rect{b.X, b.Y, left, top}
	l.Panes[PaneHealth] = Rect{b.X, b.Y + top, left, b.H - top}
	l.Panes[PaneResults] = Rect{b.X + left, b.Y, b.W - left - logs, b.H}
	l.Panes[PaneLogs] = Rect{b.X + b.W - logs, b.Y, logs, b.H}
}

// At finds the pane that is drawn at a cell; ok is false where there is none.
func (l Layout) At(x, y int) (p Pane, ok bool) {
	for p := range paneCount {
		if l.Panes[p].Contains(x, y) {
			return p, true
		}
	}
	return 0, false
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }
