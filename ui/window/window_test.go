package window

import (
	"math/rand/v2"
	"testing"

	"lenswatch/ui/action"
)

var moves = []action.ID{action.Up, action.Down, action.PageUp, action.PageDown, action.Top, action.Bottom}

// However a list and its window change, the cursor is seen and no row above is hidden needlessly.
func TestTheCursorIsAlwaysSeen(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		var l List
		for range 200 {
			n, h := rng.IntN(40), rng.IntN(12)
			switch rng.IntN(3) {
			case 0:
				l.To(rng.IntN(60)-10, n, h)
			case 1:
				l.Click(rng.IntN(14)-1, n, h)
			default:
				l.Act(moves[rng.IntN(len(moves))], n, h)
			}
			n, h = rng.IntN(40), rng.IntN(12)
			before := l
			from, to := l.Range(n, h)
			if l != before {
				t.Fatal("asking for the range changed the list")
			}
			at := l.Cursor(n)
			switch {
			case n == 0:
				if from != 0 || to != 0 || at != 0 {
					t.Fatalf("an empty list shows %d to %d with the cursor on %d", from, to, at)
				}
			case at < from || at >= to:
				t.Fatalf("the cursor %d is not in %d to %d", at, from, to)
			case to-from != min(n, max(h, 1)):
				t.Fatalf("%d rows of %d are seen in %d lines", to-from, n, h)
			}
		}
	}
}

func TestAListScrollsNoFurtherThanItMust(t *testing.T) {
	var l List
	for range 4 {
		l.Act(action.Down, 10, 4)
	}
	if from, to := l.Range(10, 4); from != 1 || to != 5 || l.Cursor(10) != 4 {
		t.Fatalf("rows %d to %d, the cursor on %d", from, to, l.Cursor(10))
	}
	l.Act(action.Up, 10, 4)
	if from, _ := l.Range(10, 4); from != 1 {
		t.Fatalf("one row up scrolls to %d", from)
	}
	if l.Act(action.Choose, 10, 4) {
		t.Fatal("an action that does not move was taken for one that does")
	}
}

func TestAClickBelowTheLastRowIsNone(t *testing.T) {
	var l List
	if l.Click(3, 3, 10) || l.Click(-1, 3, 10) || !l.Click(2, 3, 10) || l.Cursor(3) != 2 {
		t.Fatalf("the cursor is on %d", l.Cursor(3))
	}
}

// Scrolling stops at the end: one key up is seen at once, however often down was pressed there.
func TestScrollingStopsAtTheEnds(t *testing.T) {
	var s Scroll
	for range 50 {
		s.Act(action.Down, 20, 6)
	}
	if from, to := s.Range(20, 6); from != 14 || to != 20 {
		t.Fatalf("lines %d to %d", from, to)
	}
	s.Act(action.Up, 20, 6)
	if from, _ := s.Range(20, 6); from != 13 {
		t.Fatalf("line %d is the first after one up", from)
	}
	if from, to := s.Range(3, 6); from != 0 || to != 3 {
		t.Fatalf("lines %d to %d of a text that became shorter", from, to)
	}
}
