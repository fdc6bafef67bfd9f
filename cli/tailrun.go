package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/alerts"
	"lenswatch/watch/health"
)

const (
	// tailBatchInterval is the shortest time between two writes. The first event after a rest is written at once.
	tailBatchInterval = 5 * time.Millisecond
	// reachWithin is how long the first connection may take before tail gives up.
	reachWithin = 30 * time.Second
	// flushAt is how much is collected before it is written, in bytes.
	flushAt = 64 << 10
)

// tailer writes what the followed sessions say. It belongs to one goroutine.
type tailer struct {
	thresholds health.Config   // the zero value is the defaults
	maxWatched int             // of --all; 0: the default
	leftOut    map[string]bool // by service: it was reported that sessions are not followed because so many are
	unread     map[string]int  // by service: records of its newest list that could not be read
	ctx        context.Context
	env        Env
	opts       *tailOptions
	sel        selection
	out        *output // standard output
	side       *output // standard error
	lines      printer
	notices    printer // of notices that go to standard error
	store      *watch.Store
	sinks      *sinks
	rules      []alerts.Rule
	alerts     *alertRun
	named      []string

	buf       []byte
	started   time.Time
	followed  map[string]*followed
	newest    *followed         // of the newest event
	lists     map[string]string // by service: why its newest list failed
	linesLeft int               // lines that may be written still; negative is no limit
	err       error             // why it ends
}

// followed is what tail notes of a session.
type followed struct {
	id        string
	tag       string    // its id in its colour
	noticeTag string    // the same for standard error
	reported  int       // changes of state that were reported
	up        bool      // it was connected once
	stalled   time.Time // since when it is stalled; zero if it is not
}

func newTailer(ctx context.Context, env Env, o *tailOptions, sel selection, ids []string) *tailer {
	t := &tailer{
		ctx: ctx, env: env, opts: o, sel: sel, named: ids, linesLeft: -1,
		sinks: &sinks{}, followed: map[string]*followed{}, lists: map[string]string{}, leftOut: map[string]bool{}, unread: map[string]int{},
	}
	if o.maxEvents > 0 {
		t.linesLeft = o.maxEvents
	}
	t.lines = printer{format: o.output, terminal: isTerminal(env.Stdout), tagged: len(ids) != 1, styles: newTermStyles(env.Stdout, env.Environ)}
	t.notices = printer{terminal: isTerminal(env.Stderr), tagged: true, styles: newTermStyles(env.Stderr, env.Environ)}
	return t
}

// open makes the outputs, whose writes have to be done soon once ctx is done.
func (t *tailer) open(ctx context.Context) {
	t.out, t.side = newOutput(ctx, t.env.Stdout), newOutput(ctx, t.env.Stderr)
	t.out.blocked = func() {
		_, _ = io.WriteString(t.side, "lenswatch: viewer behind: output is blocked, nothing has been read from standard output for 3 s\n")
	}
	t.started = time.Now()
}

func (t *tailer) closeOutputs() {
	t.out.Close()
	t.side.Close()
}

// follow writes what a source says until there is a reason to end.
func (t *tailer) follow(ctx context.Context, src watch.Source) {
	if t.store == nil {
		t.store = watch.NewStore(src.Services(), watch.NoHistory)
		t.store.SetThresholds(t.thresholds)
	}
	watch.Follow(ctx, src, t.store, t.each)
}

// run follows until there is a reason to end, which it returns; nil if the person ended it.
func (t *tailer) run(services []client.Service) error {
	ctx, cancel := limit(t.ctx, t.opts.duration)
	defer cancel()
	t.open(ctx)
	defer t.closeOutputs()
	hub := watch.NewHub(services, watch.Options{
		All: t.opts.all, Shard: t.opts.shard, MaxWatched: t.maxWatched, BatchInterval: tailBatchInterval,
		Crashed: t.env.crashes.add, Log: t.env.log.Logger(),
	})
	defer hub.Close()
	t.store = watch.NewStore(watch.InfoOf(services), watch.NoHistory)
	var err error
	t.store.SetThresholds(t.thresholds)
	if t.sinks, err = t.opts.sinks.start(t.store, t.say); err != nil {
		return err
	}
	t.sinks.log = t.env.log.Logger()
	if t.alerts, err = newAlertRun(t.env, t.rules, true, t.say); err != nil {
		t.sinks.close()
		return err
	}
	hub.Start()
	for _, id := range t.named {
		if err := hub.WatchSince(serviceOf(services, id).Name(), id, t.opts.since); err != nil {
			t.sinks.close()
			t.alerts.close()
			return err
		}
	}
	t.follow(ctx, hub)
	if t.err == nil && t.ctx.Err() == nil && t.linesLeft != 0 && ctx.Err() != nil {
		t.err = t.outcome(time.Now()) // the time of --for is over
	}
	now := time.Now()
	t.store.Tick(now)
	t.sinks.second(now, t.store) // what came of it in the last part of a second
	t.sinks.close()
	t.alerts.close()
	t.reportTroubles()
	return incomplete(t.sinks.recorder, t.err)
}

// each takes a batch, or the passing of a second. It reports whether to continue.
func (t *tailer) each(now time.Time, b *watch.Batch) bool {
	t.alerts.each(now, t.store, b)
	if b != nil {
		t.sinks.batch(b)
	} else {
		t.sinks.second(now, t.store)
	}
	reported := b == nil || len(b.Lists) > 0 // else changes of state come with notices
	if b != nil {
		for i := 0; i < len(b.Events) && t.running(); i++ {
			t.event(&b.Events[i])
			reported = reported || b.Events[i].Kind == client.KindNotice
		}
	}
	if b != nil {
		t.reportLeftOut(b.Lists)
	}
	over := len(t.named) > 0 && allOver(t.store, t.named)
	if reported || over || !t.running() {
		t.states(now)
		t.listings()
	}
	t.flush()
	switch {
	case !t.running():
		return false
	case over:
		t.err = t.outcome(now)
		return false
	case b == nil && isReaderGone(t.env.Stdout):
		return false
	case b == nil:
		t.stalls(now)
		t.unreached(now)
	}
	return t.err == nil
}

// reportLeftOut reports that more sessions are listed than are followed, or that records could not be read: once, until none is
// left out.
func (t *tailer) reportLeftOut(lists []watch.Listing) {
	for _, l := range lists {
		if l.Unread > 0 && t.unread[l.Service] == 0 {
			t.notice(fmt.Appendf(nil, "lenswatch: %s: list of sessions: %s\n", l.Service, client.UnreadText(l.Unread)))
		}
		t.unread[l.Service] = l.Unread
		if l.NotWatched > 0 && !t.leftOut[l.Service] {
			t.notice(fmt.Appendf(nil, "lenswatch: the limit is reached (--max-watched): %d more sessions are listed and not followed; --shard divides them among machines\n", l.NotWatched))
		}
		t.leftOut[l.Service] = l.NotWatched > 0
	}
}

// running reports whether there may be more to write.
func (t *tailer) running() bool { return t.err == nil && t.linesLeft != 0 }

// event writes an event, if it is wanted; a notice to standard error, if it is not wanted in line.
func (t *tailer) event(ev *client.Event) {
	f := t.newest
	if f == nil || f.id != ev.Session {
		f = t.note(ev.Session)
	}
	if ev.Kind != client.KindNotice || ev.Notice.Code == client.NoticeConnected {
		f.up = true
	}
	if t.sel.matches(ev) {
		if t.linesLeft == 0 {
			return
		}
		before := len(t.buf)
		t.buf = t.lines.append(t.buf, ev, f.tag)
		if len(t.buf) > before && t.linesLeft > 0 {
			t.linesLeft--
		}
		if len(t.buf) >= flushAt {
			t.flush()
		}
		return
	}
	if ev.Kind == client.KindNotice {
		t.notice(t.notices.append(nil, ev, f.noticeTag))
	}
}

// note finds what is noted of a session, or begins to note it.
func (t *tailer) note(id string) *followed {
	f := t.followed[id]
	if f == nil {
		f = &followed{id: id, tag: id, noticeTag: id}
		if s := t.store.Session(id); s != nil {
			f.tag = t.lines.styles.Session(s.Hue).Render(id)
			f.noticeTag = t.notices.styles.Session(s.Hue).Render(id)
		}
		t.followed[id] = f
	}
	t.newest = f
	return f
}

// flush writes what was collected.
func (t *tailer) flush() {
	if len(t.buf) == 0 || t.err != nil {
		return
	}
	if _, t.err = t.out.Write(t.buf); t.err != nil {
		t.buf = nil // it may still be on its way
		return
	}
	if cap(t.buf) > 16*flushAt {
		t.buf = nil // one very large event
	}
	t.buf = t.buf[:0]
}

// notice writes to standard error, in its place between the lines. There is nobody to notify if that fails.
func (t *tailer) notice(text []byte) {
	t.flush()
	_, _ = t.side.Write(text)
}

func (t *tailer) say(text string) { t.notice(fmt.Appendf(nil, "lenswatch: %s\n", client.Line1(text))) }

// states reports the changes of state that were not reported yet.
func (t *tailer) states(now time.Time) {
	for _, s := range t.store.Known() {
		if s.Connection == nil {
			continue // listed, not followed
		}
		f := t.note(s.Record.ID)
		s.Health.State(now) // settles what the passing of time has changed
		changes, total := s.Health.TimelineAfter(f.reported)
		f.reported = total
		for _, x := range changes {
			level := client.LevelInfo
			if x.To == health.Quiet || x.To == health.Silent || x.To == health.Failed {
				level = client.LevelWarn
			}
			ev := stateChange(s.Record.Service, s.Record.ID, x.To.String()+": "+x.Cause, x.At, level)
			t.event(&ev)
		}
	}
	for id := range t.followed {
		if t.store.Session(id) == nil {
			delete(t.followed, id)
		}
	}
}

// listings reports when listing sessions begins to fail, and when it works again.
func (t *tailer) listings() {
	if !t.opts.all {
		return
	}
	refused := 0
	for _, st := range t.store.Services() {
		why := ""
		if st.List.Err != nil {
			why = st.List.Err.Error()
		}
		if why != t.lists[st.Name] {
			t.lists[st.Name] = why
			if why == "" {
				why = "list sessions: recovered"
			}
			t.say(st.Name + ": " + why)
		}
		if ExitCode(st.List.Err) == ExitRefused {
			refused++
		}
	}
	if n := len(t.store.Services()); n > 0 && refused == n && t.err == nil {
		t.err = t.store.Services()[0].List.Err
	}
}

// outcome is the gravest of what became of the named sessions, and of a service that never
// answered.
func (t *tailer) outcome(now time.Time) (worst error) {
	waited := now.Sub(t.started)
	for _, id := range t.named {
		s := t.store.Session(id)
		switch {
		case s == nil:
		case s.Ended:
			worst = graver(worst, s.EndErr)
		case !t.note(id).up:
			worst = graver(worst, notReached(id, verdictError(s.Health.Verdict(now)), waited))
		}
	}
	if t.opts.all {
		for _, st := range t.store.Services() {
			if st.Listed {
				return nil
			}
			err := st.List.Err
			if err == nil {
				err = &client.Error{Op: "list sessions", Kind: client.ErrNetwork, Message: "no response within " + units.Duration(waited)}
			}
			worst = graver(worst, err)
		}
	}
	return worst
}

// unreached ends the command if no connection could be made for too long.
func (t *tailer) unreached(now time.Time) {
	if now.Sub(t.started) < reachWithin {
		return
	}
	for _, id := range t.named {
		if s := t.store.Session(id); s != nil && (s.Ended || t.note(id).up) {
			return
		}
	}
	t.err = t.outcome(now)
}

// stalls ends the command if a session has been stalled for longer than the person wants to wait.
func (t *tailer) stalls(now time.Time) {
	if t.opts.stallExit == 0 {
		return
	}
	for _, s := range t.store.Known() {
		if !s.Watched || s.Ended {
			continue
		}
		f, v := t.note(s.Record.ID), s.Health.Verdict(now)
		if v.Severity < health.Warning || s.Health.State(now).Code.Final() {
			f.stalled = time.Time{}
			continue
		}
		if f.stalled.IsZero() {
			f.stalled = now
		}
		if waited := now.Sub(f.stalled); waited < t.opts.stallExit {
			continue
		} else if !f.up {
			t.err = notReached(s.Record.ID, verdictError(v), waited)
			return
		}
		var text bytes.Buffer
		_ = writeDiagnosis(&text, s, now, false) // a buffer takes all
		t.notice(text.Bytes())
		t.err = diagnosed{v.Sentence, errStalled}
		return
	}
}

// reportTroubles reports filters that could not be run on some events.
func (t *tailer) reportTroubles() {
	for _, f := range t.sel.filters {
		if n, last := f.Trouble(); n > 0 {
			_, _ = io.WriteString(t.side, fmt.Sprintf("lenswatch: --filter %s failed on %d events (skipped): %v\n", client.Line1(f.String()), n, last))
		}
	}
}
