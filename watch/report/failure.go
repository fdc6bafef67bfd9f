package report

import (
	"errors"
	"time"

	"lenswatch/client"
)

func failures(events []client.Event) (out []Failure) {
	for i := range events {
		ev := &events[i]
		f := Failure{At: ev.Received, Text: ev.Text}
		if ev.Notice != nil {
			f.Request, f.Status = ev.Notice.Request, ev.Notice.Status
		}
		if ev.Fault != nil {
			f.Codes, f.UIDs = ev.Fault.Codes, ev.Fault.UIDs
		}
		out = append(out, f)
	}
	return out
}

func failureOf(at time.Time, err error) Failure {
	f := Failure{At: at, Text: client.Line1(err.Error())}
	var e *client.Error
	if errors.As(err, &e) {
		f.Request, f.Status, f.Codes, f.UIDs = e.Request, e.Status, e.Codes, e.UIDs
	}
	return f
}
