package cli

import (
	"bytes"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/theme"
)

// How the time of an event is written: for a person who looks, and for a file.
const (
	stampScreen = "15:04:05.000"
	stampFile   = "2006-01-02T15:04:05.000Z07:00"
)

// kindWidth is the width of the longest word for a kind.
const kindWidth = len("heartbeat")

// printer turns events into lines. It allocates nothing for an event.
type printer struct {
	format   string // text, json or raw
	terminal bool   // lines are read by a person, not stored
	tagged   bool   // each line names its session
	styles   theme.Theme
}

// append adds the line of an event; nothing, for the raw form of an event without a payload.
func (p *printer) append(buf []byte, ev *client.Event, tag string) []byte {
	switch p.format {
	case "raw":
		return p.raw(buf, ev.Raw)
	case "json":
		return append(recording.AppendEvent(buf, ev), '\n')
	}
	return p.text(buf, ev, tag)
}

// text is time, session, kind and what a person reads.
func (p *printer) text(buf []byte, ev *client.Event, tag string) []byte {
	stamp := stampFile
	if p.terminal {
		stamp = stampScreen
	}
	buf = append(buf, p.styles.Dim...)
	buf = ev.Received.Local().AppendFormat(buf, stamp)
	buf = append(append(buf, p.styles.Dim.End()...), ' ')
	if p.tagged {
		buf = append(append(buf, tag...), ' ')
	}
	style := p.style(ev)
	kind := ev.Kind.String()
	buf = append(append(buf, style...), kind...)
	for n := len(kind); n <= kindWidth; n++ {
		buf = append(buf, ' ')
	}
	if ev.Kind == client.KindOther && ev.Wire != ev.Text && ev.Wire != "" {
		buf = append(append(buf, ev.Wire...), ' ')
	}
	buf = appendOneLine(buf, ev.Text)
	return append(append(buf, style.End()...), '\n')
}

// style is how much an event stands out.
func (p *printer) style(ev *client.Event) theme.Style {
	switch {
	case ev.Kind == client.KindError || ev.Level == client.LevelError:
		return p.styles.Bad
	case ev.Level == client.LevelWarn:
		return p.styles.Warn
	case ev.Kind == client.KindNotice:
		return p.styles.Busy
	case ev.Kind == client.KindResult, ev.Kind == client.KindLog && ev.Level != client.LevelDebug:
		return p.styles.Text
	}
	return p.styles.Dim
}

// raw is the payload as it was received, with a blank for each line end: JSON means the same with
// it. Nothing in it reaches a terminal as a control.
func (p *printer) raw(buf, payload []byte) []byte {
	if len(payload) == 0 {
		return buf
	}
	if p.terminal {
		return append(append(buf, client.Line1(string(payload))...), '\n')
	}
	return append(appendOneLine(buf, payload), '\n')
}

// appendOneLine adds a text with a blank for each line end.
func appendOneLine[T string | []byte](buf []byte, text T) []byte {
	from := len(buf)
	buf = append(buf, text...)
	for _, end := range []byte("\n\r") {
		rest := buf[from:]
		for i := bytes.IndexByte(rest, end); i >= 0; i = bytes.IndexByte(rest, end) {
			rest[i] = ' '
			rest = rest[i+1:]
		}
	}
	return buf
}

// stateChange is a change of state as an event, so that it is written like one.
func stateChange(service, session, text string, at time.Time, level client.Level) client.Event {
	return client.Event{
		Service: service, Session: session, Kind: client.KindNotice, Level: level, Wire: "notice", Received: at,
		Text: text, Notice: &client.Notice{Code: noticeState},
	}
}

// noticeState is the code of a change of state among the notices that tail writes.
const noticeState client.NoticeCode = "state"
