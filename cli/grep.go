package cli

import (
	"bytes"
	"context"
	"errors"
	"unsafe"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/history"
)

// grepRecording writes the events of a recording that match a filter, without playing it: without --kind of all kinds,
// notices too unless what is wanted are payloads. Lines that cannot match are not decoded.
func grepRecording(ctx context.Context, env Env, o *tailOptions, text, path string) (err error) {
	filter, err := history.ParseFilter(text)
	if err != nil {
		return usagef("--grep %q: %w", text, err)
	}
	sel, err := o.selection()
	if err != nil {
		return err
	}
	if len(o.kinds) == 0 {
		if sel.kinds |= client.SetOf(client.KindHeartbeat); o.output != "raw" {
			sel.kinds |= client.SetOf(client.KindNotice)
		}
	}
	r, err := recording.Open(ctx, path)
	if err != nil {
		return fileError(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	t := newTailer(ctx, env, o, sel, nil)
	t.store = watch.NewStore(nil, watch.NoHistory)
	t.open(ctx)
	defer t.closeOutputs()
	find := filter.Finder()
	err = recording.Blocks(r, func(lines []byte) []client.Event {
		f, _ := history.ParseFilter(text) // one of its own: a jq expression counts its failures
		return matching(lines, f, find)
	}, func(events []client.Event) error {
		for i := range events {
			if ev := &events[i]; t.sel.kinds.Has(ev.Kind) && t.sel.filters.Match(ev) && t.running() {
				t.buf = t.lines.append(t.buf, ev, t.note(ev.Session).tag)
				t.linesLeft--
			}
		}
		t.flush()
		if !t.running() {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return t.err
	}
	t.flush()
	if err == nil {
		err = t.err
	}
	if n := r.Skipped(); n > 0 {
		t.say(units.Plural(n, "line") + " could not be read")
	}
	if cut := r.Cut(); cut != nil && err == nil {
		t.say(cut.Error())
	}
	t.reportTroubles()
	return err
}

// errEnough ends reading: as many lines are written as were wanted.
var errEnough = errors.New("enough")

// matching are the events in lines that match a filter. find is where they may be; nil: anywhere.
func matching(lines []byte, f history.Filter, find history.Finder) (out []client.Event) {
	text := unsafe.String(unsafe.SliceData(lines), len(lines)) // read only, and not retained
	for at := 0; at < len(text); {
		if find != nil {
			if at = find(text, at); at < 0 {
				return out
			}
			at = bytes.LastIndexByte(lines[:at], '\n') + 1
		}
		line := lines[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		at += len(line) + 1
		if ev, ok := eventOf(line); ok && f.Match(&ev) {
			out = append(out, ev)
		}
	}
	return out
}

// eventOf is the event of a line; false for any other line.
func eventOf(line []byte) (client.Event, bool) {
	if recording.IsEvent(line) {
		ev, err := recording.ParseEvent(line)
		return ev, err == nil
	}
	it, err := recording.Parse(line)
	ev, ok := it.Entry.(recording.Event)
	return ev.Event, ok && err == nil
}
