package ui

import (
	"cmp"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
	"lenswatch/watch/custody"
)

// quota says that no session can be created, what holds the slots, and offers to free one: first
// what was left behind, then what this run created, then the rest.
type quota struct {
	model   *Model
	lens    client.Lens
	message string // by the service
	at      string // the chosen session
}

func newQuota(m *Model, msg createdMsg) *quota {
	return &quota{model: m, lens: msg.lens, message: client.Line1(msg.err.Error())}
}

func (q *quota) mode() Mode                    { return ModeQuota }
func (q *quota) typed(*Model, tea.Msg) tea.Cmd { return nil }

// holders are the open sessions of the service. Of one's own the oldest come first.
func (q *quota) holders() []*watch.Session {
	out := slices.DeleteFunc(slices.Clone(q.model.shared.store.Sessions()), func(s *watch.Session) bool {
		return s.Record.Service != q.lens.Service || s.Gone()
	})
	order := map[custody.Owner]int{custody.OwnerCrashedRun: 0, custody.OwnerThisRun: 1, custody.OwnerElsewhere: 2}
	now := q.model.shared.now
	slices.SortStableFunc(out, func(a, b *watch.Session) int {
		return cmp.Or(cmp.Compare(order[q.model.owner(a)], order[q.model.owner(b)]), cmp.Compare(b.Record.Age(now), a.Record.Age(now)))
	})
	return out
}

func (q *quota) index(holders []*watch.Session) int {
	return max(slices.IndexFunc(holders, func(s *watch.Session) bool { return s.Record.ID == q.at }), 0)
}

func (q *quota) do(m *Model, a Action) tea.Cmd {
	holders := q.holders()
	i := q.index(holders)
	switch {
	case a == ActCancel, len(holders) == 0:
		m.show(nil)
	case a == ActUp:
		q.at = holders[max(i-1, 0)].Record.ID
	case a == ActDown:
		q.at = holders[min(i+1, len(holders)-1)].Record.ID
	case a == ActDestroy:
		m.show(confirmDestroy(m, holders[i]))
	}
	return nil
}

func (q *quota) view(s *shared, w, h int) (string, []string) {
	th := s.theme
	holders := q.holders()
	lines := []string{
		th.Bad.Render("Nothing was created: " + q.message),
		"",
		fmt.Sprintf("%d open %s the slots. Destroy one that is no longer needed, then create again with c.", len(holders), verb(len(holders), "session holds", "sessions hold")),
		"",
	}
	lines = flow(lines, w, th.Glyphs.Ellipsis)
	rows, at := max(h-len(lines)-3, 1), q.index(holders)
	first := clamp(at-rows+1, 0, max(len(holders)-rows, 0))
	for i := first; i < min(first+rows, len(holders)); i++ {
		x := holders[i]
		pointer := "  "
		if i == at {
			pointer = th.Accent.Render(th.Glyphs.Pointer) + " "
		}
		word := map[custody.Owner]string{custody.OwnerCrashedRun: "left behind", custody.OwnerThisRun: "mine", custody.OwnerElsewhere: "made elsewhere"}[q.model.owner(x)]
		lines = append(lines, fit(pointer+s.tag(x.Record.ID, 20)+" "+row(x.Record.ID, th.Dim.Render(span(x.Record.Age(s.now))+"  "+word), max(w-23, 8), th.Glyphs.Ellipsis), w, th.Glyphs.Ellipsis))
	}
	return "The quota is full", append(lines, "", keyHints(th, q.model.keys, ModeQuota, ActDestroy, ActCancel))
}
