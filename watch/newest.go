package watch

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lenswatch/client"
)

// What is retained of a session's newest result besides the history, in bytes: it is there when the
// history has let go of it.
const (
	newestText   = 4 << 10
	newestLabel  = 128
	newestScores = 64
)

// unrefer lets go of the batch's events, but for what is retained of the newest results.
func (b *Store) unrefer(events bool) {
	if !events {
		return
	}
	for _, s := range b.known {
		if s.fresh {
			s.Newest, s.fresh = shortened(s.Newest), false
		}
	}
}

// shortened is a result without its payload, and with as much of its text as is shown large.
func shortened(ev *client.Event) *client.Event {
	out := *ev
	out.Raw, out.Notice, out.Heartbeat = nil, nil, nil
	out.Text = cut(ev.Text, newestText, fmt.Sprintf("… (%d bytes in all)", len(ev.Text)))
	if ev.Result == nil {
		return &out
	}
	r := *ev.Result
	r.Label, r.QueryID, r.SensorID, r.SensorTime = cut(r.Label, newestLabel, "…"), "", "", ""
	if len(r.Scores) > 0 {
		scores := slices.Clone(r.Scores[:min(len(r.Scores), newestScores)])
		for i := range scores {
			scores[i].Label = cut(scores[i].Label, newestLabel, "…")
		}
		r.Scores = scores
	}
	out.Result = &r
	return &out
}

// cut is a text of its own, and what stands for the rest of one that is longer than limit.
func cut(s string, limit int, rest string) string {
	if len(s) <= limit {
		return strings.Clone(s)
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + rest
}
