package ui

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/watch/health"
	"lenswatch/watch/history"
)

// walker is a list of events whose selection an inspector moves.
type walker interface {
	// walk selects the event n further down, further up if n is negative, and returns it. It is
	// the same event where the list has no more, and nil if it is empty. The list stops following:
	// what is selected stays so until the next walk.
	walk(n int) *history.Entry
}

// inspector looks inside one event of a list: what it says, its JSON, its bytes.
type inspector struct {
	list  walker
	entry *history.Entry
	part  inspectorPart
	top   int           // the first line shown of a part other than JSON
	page  int           // how many lines of the part were drawn last
	json  *jsonView     // of the entry; nil until it was looked at
	near  *history.View // the session's events, to find the neighbours
	told  tellingKey    // of what text was made
	text  []string

	drift      string // of the entry, "" if there is none to tell
	driftKnown bool
}

// tellingKey is what the part that tells of an event depends on.
type tellingKey struct {
	seq, next history.Seq
	style     uint64
	width     int
	second    int64
}

type inspectorPart uint8

const (
	partText inspectorPart = iota
	partJSON
	partRaw
	partCount
)

var partNames = [partCount]string{"Text", "JSON", "Raw"}

// newInspector opens the list's selected event; nil if there is none.
func newInspector(list walker) *inspector {
	e := list.walk(0)
	if e == nil {
		return nil
	}
	return &inspector{list: list, entry: e}
}

func (d *inspector) mode() Mode                    { return ModeInspect }
func (d *inspector) typed(*Model, tea.Msg) tea.Cmd { return nil }

func (d *inspector) do(m *Model, a Action) tea.Cmd {
	switch a {
	case ActCancel:
		m.dialog = nil
	case ActNextEvent:
		d.walk(m, 1, "That is the newest event of the list.")
	case ActPrevEvent:
		d.walk(m, -1, "That is the oldest event of the list.")
	case ActNextPart:
		d.part, d.top = (d.part+1)%partCount, 0
	case ActPrevPart:
		d.part, d.top = (d.part+partCount-1)%partCount, 0
	case ActCopyText:
		return clip(m, "the text", d.entry.Text)
	case ActCopyJSON:
		return clip(m, "the payload", string(d.entry.Raw))
	case ActFold, ActUnfoldAll, ActFoldAll:
		d.fold(a)
	default:
		d.scroll(a)
	}
	return nil
}

func (d *inspector) walk(m *Model, n int, end string) {
	e := d.list.walk(n)
	if e == nil || e.Seq == d.entry.Seq {
		m.toast.say(m.shared.now, end)
		return
	}
	d.entry, d.json, d.top, d.driftKnown = e, nil, 0, false
}

func (d *inspector) scroll(a Action) {
	const far = 1 << 30
	page := max(d.page-1, 1)
	n := map[Action]int{ActUp: -1, ActDown: 1, ActPageUp: -page, ActPageDown: page, ActTop: -far, ActBottom: far}[a]
	if d.part == partJSON {
		d.tree().move(n)
		return
	}
	d.top = clamp(d.top+n, 0, far)
}

// fold is about the JSON, and does nothing where it is not seen.
func (d *inspector) fold(a Action) {
	if d.part != partJSON {
		return
	}
	switch a {
	case ActFold:
		d.tree().toggle()
	case ActUnfoldAll:
		d.tree().all(false)
	case ActFoldAll:
		d.tree().all(true)
	}
}

// tree is the payload's JSON, read when it is first looked at.
func (d *inspector) tree() *jsonView {
	if d.json == nil {
		d.json = newJSONView(d.entry.Raw)
	}
	return d.json
}

// maxClip is how much a terminal is asked to take, in bytes. It does not say what it can.
const maxClip = 1 << 20

// clip copies text, if there is any and it is not more than a terminal can be asked to take.
func clip(m *Model, what, text string) tea.Cmd {
	n := int64(len(text))
	switch {
	case n == 0:
		m.toast.say(m.shared.now, "There is nothing to copy: the event came without "+what+".")
		return nil
	case n > maxClip:
		m.toast.fail(fmt.Sprintf("Nothing was copied: %s is %s, and a terminal is asked to take at most %s.", what, size(n), size(maxClip)))
		return nil
	}
	return copyOut(what+", "+count(n)+" bytes", text)
}

// view draws always h lines, so that the box stands still while one walks from event to event.
func (d *inspector) view(s *shared, w, h int) (string, []string) {
	w, h = max(w, 1), max(h, 0)
	out := d.head(s, w)
	if h < 10 {
		out = out[:1]
	}
	d.page = max(h-len(out)-1, 1)
	body, first, all := d.body(s, w)
	out = append(out, d.tabs(s.theme, w, first, len(body), all))
	out = append(out, body...)
	for i, line := range out {
		out[i] = fit(line, w, s.theme.Glyphs.Ellipsis)
	}
	for len(out) < h {
		out = append(out, "")
	}
	return "Event " + s.theme.Glyphs.Dot + " " + d.entry.Received.In(s.zone).Format("15:04:05.000"), out[:h]
}

// head is what the event is, in three lines, whichever part is looked at.
func (d *inspector) head(s *shared, w int) []string {
	th, e := s.theme, d.entry
	dot := th.Dim.Render(" " + th.Glyphs.Dot + " ")
	level := th.Dim
	switch e.Level {
	case client.LevelWarn:
		level = th.Warn
	case client.LevelError:
		level = th.Bad
	}
	kind := th.Strong.Render(e.Kind.String()) + dot + client.Line1(e.Wire) + dot + level.Render(e.Level.String())
	return []string{
		kind,
		s.tag(e.Session, clamp(w/3, 5, 28)) + " " + client.Line1(e.Session),
		th.Dim.Render("SSE id ") + orDash(client.Line1(e.ID)) + dot + size(int64(len(e.Raw))),
	}
}

// tabs names the parts, and says which lines of how many are seen.
func (d *inspector) tabs(th theme.Theme, w, first, shown, all int) string {
	var b strings.Builder
	for p, name := range partNames {
		if inspectorPart(p) == d.part {
			b.WriteString(th.Selected.Render(" " + name + " "))
		} else {
			b.WriteString(th.Dim.Render(" " + name + " "))
		}
	}
	seen := ""
	if shown < all {
		seen = th.Dim.Render(fmt.Sprintf("%s–%s of %s", count(int64(first+1)), count(int64(first+shown)), count(int64(all))))
	}
	return row(b.String(), seen, w, th.Glyphs.Ellipsis)
}

// body draws the lines of the part that are seen: the first of them is the first-th of all.
func (d *inspector) body(s *shared, w int) (lines []string, first, all int) {
	switch {
	case d.part == partText:
		lines = d.telling(s, w)
		all = len(lines)
	case len(d.entry.Raw) == 0:
		why := "The event came without a payload."
		if d.entry.Kind == client.KindNotice {
			why = "lenswatch itself said this: there is no payload."
		}
		return styled(s.theme.Dim, wrap(why, w, "")), 0, 1
	case d.part == partJSON:
		lines = d.tree().lines(s.theme, w, d.page)
		return lines, d.json.top, len(d.json.rows)
	default:
		all = dumpRows(d.entry.Raw, w)
	}
	d.top = clamp(d.top, 0, max(all-d.page, 0))
	end := min(d.top+d.page, all)
	if d.part == partText {
		return lines[d.top:end], d.top, all
	}
	for i := d.top; i < end; i++ {
		lines = append(lines, dumpRow(s.theme, d.entry.Raw, i, w))
	}
	return lines, d.top, all
}

// telling is the part that reads the event to a person: what it says, when, and where the session
// stood.
func (d *inspector) telling(s *shared, w int) []string {
	prev, next := d.neighbours(s)
	key := tellingKey{seq: d.entry.Seq, style: s.style, width: w, second: s.now.Unix()}
	if next != nil {
		key.next = next.Seq
	}
	if d.text != nil && d.told == key {
		return d.text
	}
	th, e := s.theme, d.entry
	style := th.Text
	switch {
	case e.Kind == client.KindError || e.Level == client.LevelError:
		style = th.Bad
	case e.Level == client.LevelWarn:
		style = th.Warn
	}
	out := []string{""}
	out = append(out, styled(style, strings.Split(ansi.Wrap(client.Clean(e.Text), w, ""), "\n"))...)
	out = append(out, d.answer(s, w)...)
	out = append(out, d.timing(s, prev, next, w)...)
	out = append(out, d.moment(s, w)...)
	d.told, d.text = key, out
	return out
}

// neighbours are the events of the same session before and after, nil where there is none.
func (d *inspector) neighbours(s *shared) (prev, next *history.Entry) {
	if d.near == nil || d.near.Query().Session != d.entry.Session {
		d.near = s.book.History().View(history.Query{Session: d.entry.Session})
	}
	d.near.Sync()
	i := d.near.Index(d.entry.Seq)
	if i > 0 {
		prev = d.near.At(i - 1)
	}
	if i < d.near.Len() && d.near.At(i).Seq == d.entry.Seq { // else it was evicted meanwhile
		i++
	}
	if i < d.near.Len() {
		next = d.near.At(i)
	}
	return prev, next
}

func inspectorField(th theme.Theme, name, text string, w int) []string {
	return hanging(th.Dim.Render(fit(name, 10, "")), text, w, th)
}

// answer draws what can be drawn of a result: the scores, the embedding, and where it came from.
func (d *inspector) answer(s *shared, w int) (out []string) {
	r, th := d.entry.Result, s.theme
	if r == nil {
		return nil
	}
	out = []string{"", th.Title.Render("Result")}
	total := 0.0
	for _, x := range r.Scores {
		total += math.Abs(x.Value)
	}
	order := slices.SortedStableFunc(slices.Values(r.Scores), func(a, b client.Score) int { return cmp.Compare(b.Value, a.Value) })
	label := clamp(w/4, 8, 24)
	for _, x := range order {
		style := th.Text
		if x.Label == r.Label {
			style = th.Strong
		}
		out = append(out, style.Render(fit(client.Line1(x.Label), label, th.Glyphs.Ellipsis))+" "+
			bar(s, share(x.Value, total), clamp(w-label-10, 2, 40))+" "+figure(x.Value, total, r.Unit))
	}
	if len(r.Shape) > 0 {
		out = append(out, s.embedding(r))
		out = append(out, d.driftLine(s, w)...)
	}
	add := func(name, text string) {
		if text != "" {
			out = append(out, inspectorField(th, name, client.Line1(text), w)...)
		}
	}
	if len(r.Scores) == 0 {
		add("label", r.Label)
	}
	add("query", r.QueryID)
	add("sensor", r.SensorID)
	add("its time", r.SensorTime)
	if r.ReadIndex > 0 {
		add("position", count(r.ReadIndex))
	}
	if len(out) == 2 {
		return nil
	}
	return out
}

// timing is when the event was received, told and surrounded.
func (d *inspector) timing(s *shared, prev, next *history.Entry, w int) []string {
	th, e := s.theme, d.entry
	const clock = "15:04:05.000"
	out := []string{"", th.Title.Render("Timing")}
	add := func(name, text string) { out = append(out, inspectorField(th, name, text, w)...) }
	add("received", e.Received.In(s.zone).Format("2006-01-02 "+clock))
	if !e.Time.IsZero() {
		delay := e.Received.Sub(e.Time)
		how := exact(delay) + " before it was received"
		if delay < 0 {
			how = exact(-delay) + " after it was received: the clocks differ"
		}
		add("service", e.Time.In(s.zone).Format(clock)+", "+how)
	}
	before, after := "none is kept", "none yet"
	if prev != nil {
		before = exact(e.Received.Sub(prev.Received).Abs()) + " before: " + client.Line1(prev.Wire)
	}
	if next != nil {
		after = exact(next.Received.Sub(e.Received).Abs()) + " after: " + client.Line1(next.Wire)
	}
	add("previous", before)
	add("next", after)
	return out
}

// moment is the session when the event was received. Its status and counters are kept as last
// told, not as they were.
func (d *inspector) moment(s *shared, w int) []string {
	th := s.theme
	out := []string{"", th.Title.Render("Session at that moment")}
	add := func(name, text string) { out = append(out, inspectorField(th, name, text, w)...) }
	sess := s.book.Session(d.entry.Session)
	if sess == nil {
		return append(out, th.Dim.Render("It is no longer in the list."))
	}
	if t, ok := stateAt(sess.Health, d.entry.Received); ok {
		l, since := s.look(t.To), ""
		if !t.At.IsZero() {
			since = " since " + t.At.In(s.zone).Format("15:04:05") + ": " + t.Cause
		}
		add("state", l.glyph+" "+l.style.Render(l.word)+since)
	} else {
		add("state", "longer ago than the timeline is kept")
	}
	r := &sess.Record
	add("status", r.Status.String()+th.Dim.Render(", as last told"))
	if r.HasCounters {
		c := r.Counters
		add("counters", fmt.Sprintf("in %s, out %s, events %s", count(c.Inputs), count(c.Outputs), count(c.Events))+th.Dim.Render(", as last told"))
	}
	return out
}

// stateAt is the change of state that held at a time; its At is zero if none had happened. It is
// not known from before the oldest change that is kept.
func stateAt(m *health.Monitor, at time.Time) (health.Transition, bool) {
	changes := m.Timeline()
	for _, t := range slices.Backward(changes) {
		if !t.At.After(at) {
			return t, true
		}
	}
	if len(changes) == 0 {
		return health.Transition{To: m.State(at).Code}, true
	}
	return health.Transition{To: changes[0].From}, m.TimelineLen() == len(changes)
}

// How far back the previous result is looked for, in events, and how large a payload may be to be
// read for its vector, in bytes.
const (
	driftReach = 1000
	driftBytes = 1 << 20
)

// driftLine says how far an embedding lies from the result before it, if that is one too.
func (d *inspector) driftLine(s *shared, w int) []string {
	if !d.driftKnown {
		d.driftKnown = true
		d.drift = d.measureDrift(s)
	}
	if d.drift == "" {
		return nil
	}
	return inspectorField(s.theme, "drift", d.drift, w)
}

func (d *inspector) measureDrift(s *shared) string {
	i := d.near.Index(d.entry.Seq) - 1
	for stop := max(i-driftReach, 0); i >= stop; i-- {
		if e := d.near.At(i); e.Kind == client.KindResult {
			x, ok := cosineDistance(&e.Event, &d.entry.Event)
			if !ok {
				return ""
			}
			return fmt.Sprintf("%.4f, the cosine distance to the result of %s", x, e.Received.In(s.zone).Format("15:04:05"))
		}
	}
	return ""
}

// cosineDistance is 1 minus the cosine of the angle between two embeddings of one shape: 0 for the
// same direction, 1 for a right angle, 2 for the opposite.
func cosineDistance(a, b *client.Event) (float64, bool) {
	if a.Result == nil || b.Result == nil || !slices.Equal(a.Result.Shape, b.Result.Shape) {
		return 0, false
	}
	x, y := vectorOf(a), vectorOf(b)
	norms := a.Result.Norm * b.Result.Norm
	if x == nil || y == nil || norms == 0 || math.IsInf(norms, 0) {
		return 0, false
	}
	dot := 0.0
	for i := range x {
		dot += x[i] * y[i]
	}
	return max(1-dot/norms, 0), true
}

// vectorOf finds an embedding in its event's payload: the array of as many numbers as the shape
// says, of the length that was measured. It is nil if there is none.
func vectorOf(ev *client.Event) []float64 {
	want := 1
	for _, n := range ev.Result.Shape {
		want *= n
	}
	if len(ev.Raw) > driftBytes || want <= 0 || want > len(ev.Raw) {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(ev.Raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var found []float64
	square, outer := 0.0, 0 // outer is the depth of the array that is collected, 0 if none is
	for {
		t, err := dec.ReadToken()
		if err != nil {
			return nil
		}
		switch k := t.Kind(); {
		case k == '[' && outer == 0:
			found, square, outer = found[:0], 0, dec.StackDepth()
		case k == '[', k == ']' && dec.StackDepth() >= outer:
		case outer > 0 && (k == '0' || k == 'n'):
			f := 0.0
			if k == '0' {
				f, _ = t.Float()
			}
			found, square = append(found, f), square+f*f
		case k == ']' && len(found) == want && math.Abs(math.Sqrt(square)-ev.Result.Norm) <= 1e-6*ev.Result.Norm:
			return found
		default:
			outer = 0
		}
	}
}

// maxDump is how many bytes of a payload can be seen in hexadecimal.
const maxDump = 1 << 20

// dumpWidth is how many bytes stand in a row of w cells.
func dumpWidth(w int) int {
	for _, n := range []int{32, 16, 8, 4, 2} {
		if 4*n+9 <= w {
			return n
		}
	}
	return 1
}

// dumpRows is how many rows the bytes take, with one for what is not shown.
func dumpRows(raw []byte, w int) int {
	each := dumpWidth(w)
	rows := (min(len(raw), maxDump) + each - 1) / each
	if len(raw) > maxDump {
		rows++
	}
	return rows
}

// dumpRow is a row of bytes: where they stand, in hexadecimal with control characters marked, and
// as ASCII with a dot for what is not printable.
func dumpRow(th theme.Theme, raw []byte, i, w int) string {
	each := dumpWidth(w)
	from := i * each
	if from >= maxDump {
		return th.Dim.Render(th.Glyphs.Ellipsis + " and " + count(int64(len(raw)-maxDump)) + " bytes more")
	}
	var hex, ascii strings.Builder
	for _, c := range raw[from:min(from+each, len(raw))] {
		text := fmt.Sprintf("%02x", c)
		switch {
		case c < ' ' || c == 0x7f:
			hex.WriteString(th.Warn.Render(text) + " ")
			ascii.WriteByte('.')
		case c > 0x7f:
			hex.WriteString(text + " ")
			ascii.WriteByte('.')
		default:
			hex.WriteString(text + " ")
			ascii.WriteByte(c)
		}
	}
	return th.Dim.Render(fmt.Sprintf("%06x  ", from)) + fit(hex.String(), 3*each+1, "") + ascii.String()
}
