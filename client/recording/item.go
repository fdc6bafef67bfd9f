package recording

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"lenswatch/client"
)

// Item is an entry and its time: when it was received, seen or done.
type Item struct {
	At    time.Time
	Entry Entry
}

// Events are events to be written, one line each, each by its own time of receipt. They are not
// changed, and must not be until they are written. A reader gives each as an [Event].
type Events []client.Event

// Type implements [Entry].
func (Events) Type() string { return Event{}.Type() }

// What an item is taken to need while it waits. The records of a list, and an event besides its
// payload and texts, need about this much.
const (
	costOfEntry  = 256
	costOfRecord = 512
	costOfEvent  = 400
)

func costOf(e Entry) int64 {
	switch e := e.(type) {
	case Events:
		n := int64(len(e)) * costOfEvent
		for i := range e {
			n += int64(len(e[i].Raw) + len(e[i].Text))
		}
		return n
	case List:
		return costOfEntry + costOfRecord*int64(len(e.Sessions))
	case Lenses:
		return costOfEntry + costOfRecord*int64(len(e.Lenses))
	}
	return costOfEntry
}

// appendLine appends an event as a line, with its line end. start is what t counts from.
func appendLine(dst []byte, start time.Time, ev *client.Event) []byte {
	begin, t := len(dst), since(start, ev.Received)
	stamped := *ev
	stamped.Received = start.Add(t)
	dst = append(strconv.AppendInt(append(dst, `{"type":"event","t":`...), int64(t), 10), ',')
	dst = append(appendEventMembers(dst, &stamped), '}')
	return append(escapeControls(dst, begin), '\n')
}

// appendEntry appends any other item as a line.
func appendEntry(dst []byte, start time.Time, it Item) ([]byte, error) {
	members, err := JSON(it.Entry)
	if err != nil {
		return dst, err
	}
	begin := len(dst)
	t := since(start, it.At)
	dst = append(append(append(dst, `{"type":"`...), it.Entry.Type()...), `","t":`...)
	dst = appendTime(append(strconv.AppendInt(dst, int64(t), 10), `,"time":`...), start.Add(t))
	if len(members) > len("{}") {
		dst = append(append(dst, ','), members[1:len(members)-1]...)
	}
	dst = append(dst, '}')
	return append(escapeControls(dst, begin), '\n'), nil
}

// clockSet is from which difference on the wall clock is taken to have been set since the start, or the
// host to have slept. Below it is what passes between reading one clock and the other.
const clockSet = 100 * time.Millisecond

// since is the time from start to at, so that a reader comes to the moment that was seen live.
func since(start, at time.Time) time.Duration {
	return elapsed(at.Sub(start), at.Round(0).Sub(start.Round(0)))
}

// elapsed is the time by the wall clock, or where that was set by the clock that never is.
func elapsed(steady, wall time.Duration) time.Duration {
	if (wall - steady).Abs() < clockSet {
		return wall
	}
	return steady
}

// lineStart is what every line begins with.
type lineStart struct {
	Type string    `json:"type"`
	T    int64     `json:"t"`
	Time time.Time `json:"time"`
}

// parsers read the members of each type.
var parsers = map[string]func([]byte) (Entry, error){
	"header":  parse[Header],
	"batch":   parse[Batch],
	"session": parse[Sample],
	"list":    parse[List],
	"lenses":  parse[Lenses],
	"opened":  parse[StreamOpened],
	"over":    parse[StreamEnded],
	"probe":   parse[Probe],
	"usage":   parse[Usage],
	"line":    parse[Connection],
	"request": parse[Request],
	"state":   parse[State],
	"verdict": parse[Verdict],
	"lost":    parse[Lost],
	"end":     parse[End],
}

// parseEntry reads what appendEntry wrote. It returns nil for a type that it does not know.
func parseEntry(kind string, b []byte) (Entry, error) {
	switch parser := parsers[kind]; {
	case kind == Event{}.Type():
		ev, err := ParseEvent(b)
		return Event{ev}, err
	case kind == Tick{}.Type():
		return Tick{}, nil
	case parser != nil:
		return parser(b)
	}
	return nil, nil
}

func parse[E Entry](b []byte) (Entry, error) {
	var e E
	err := json.Unmarshal(b, &e, reading)
	return e, err
}
