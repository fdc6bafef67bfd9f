package agenthuman

import (
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
)

// expirySteps are how long before its expiry a session is spoken of, and minuteSteps at how many minutes
// that are left of the plan; each once.
var (
	expirySteps = [...]time.Duration{time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute}
	minuteSteps = [...]float64{0, 1, 5, 10, 30}
)

// expirySlack is how much before its expiry the end of a session may be and still be caused by it: the
// service's times are cut to the second.
const expirySlack = 2 * time.Second

// statusWord is a status as AgentHuman's documents name it.
func statusWord(s client.Session) string {
	switch s.Status {
	case client.StatusRunning:
		return "started"
	case client.StatusCreated:
		return "created"
	case client.StatusDestroyed:
		return "ended"
	}
	return "status"
}

func clock(t time.Time) string { return t.UTC().Format(time.TimeOnly) + " UTC" }

func statusText(s client.Session) string {
	switch s.Status {
	case client.StatusCreated:
		return "created, not started yet"
	case client.StatusRunning:
		text := "started"
		if !s.Started.IsZero() {
			text += " at " + clock(s.Started)
		}
		if !s.Expires.IsZero() {
			text += "; expires at " + clock(s.Expires)
		}
		return text
	}
	return "status " + s.StatusText
}

func heartbeatText(s client.Session, now time.Time) string {
	text := s.StatusText
	if age := s.Age(now); age > 0 {
		text += " for " + units.Duration(age)
	}
	if left := s.Expires.Sub(now); !s.Expires.IsZero() && left > 0 {
		text += ", " + units.Duration(left) + " left"
	}
	return text
}

// announceExpiry speaks of the expiry when the next step is reached.
func (w *watcher) announceExpiry(now time.Time) {
	if w.rec.Expires.IsZero() {
		return
	}
	left := w.rec.Expires.Sub(now)
	for i, step := range expirySteps[:w.expiry] {
		if left <= step {
			w.expiry = i
			w.event(client.KindLog, client.LevelWarn, "session.expires",
				fmt.Sprintf("expires in %s, at %s", units.Duration(max(0, left)), clock(w.rec.Expires)), nil)
			return
		}
	}
}

// announceMinutes speaks of the minutes that are left when the next step is reached. Where there are more
// again, because some were bought or a period began, the steps begin anew.
func (w *watcher) announceMinutes(left float64) {
	step := len(minuteSteps)
	for i, m := range minuteSteps {
		if left <= m {
			step = i
			break
		}
	}
	if step < w.minutes {
		w.event(client.KindLog, client.LevelWarn, "usage.minutes",
			fmt.Sprintf("%.0f plan minutes left, counting running sessions", max(0, left)), nil)
	}
	w.minutes = step
}

// endText says that the session has ended, how long it lasted, and why, as far as that is known: the
// service gives no reason.
func (w *watcher) endText() (string, client.Level) {
	text := "ended"
	if !w.rec.Ended.IsZero() {
		text += " at " + clock(w.rec.Ended)
	}
	if d := w.rec.Age(time.Now()); d > 0 {
		text += " after " + units.Duration(d)
	}
	switch {
	case w.s.poller.endRequested(w.id):
		return text + ", by lenswatch", client.LevelInfo
	case !w.rec.Expires.IsZero() && !w.rec.Ended.IsZero() && !w.rec.Ended.Before(w.rec.Expires.Add(-expirySlack)):
		return text + ": it expired", client.LevelWarn
	}
	return text + " (not by lenswatch; no reason reported). AgentHuman ends a session within 3 minutes of its WebSocket closing, " +
		"the room emptying or its time running out; someone else may have ended it too", client.LevelWarn
}
