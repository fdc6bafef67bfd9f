package requests

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"lenswatch/client"
	"lenswatch/theme"
	"lenswatch/ui/draw"
	"lenswatch/watch"
)

type asked []client.Request

func (a asked) Requests() []client.Request    { return a }
func (a asked) Session(string) *watch.Session { return nil }

// In a small terminal a request that succeeded takes one line, with its whole path; an error_uid is named once.
func TestRequestsTakeOneLineInASmallTerminal(t *testing.T) {
	const id = "lsn-251207a89f948ed4e30d8f80aa0001"
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	d := New(asked{
		{At: at, Service: "archetype", Request: "GET /lens/sessions/info", Status: 200, Took: 38 * time.Millisecond},
		{At: at, Service: "archetype", Session: id, Request: "POST /lens/sessions/metadata", Status: 200, Took: 850 * time.Millisecond},
		{At: at, Service: "prod:archetype", Session: "prod:" + id, Request: "GET /lens/sessions/mailbox/" + id, Status: 200, Took: time.Second},
		{At: at, Service: "archetype", Session: id, Request: "POST /lens/sessions/metadata", Status: 404, UIDs: []string{"err-0123"}, Err: "get session: not found (HTTP 404) [err-0123]"},
	})
	d.SetSize(56, 14)
	c := draw.Context{Theme: theme.New(theme.Options{}), Zone: time.UTC}
	var lines []string
	for _, line := range d.View(&c).Lines {
		lines = append(lines, strings.TrimRight(ansi.Strip(line), " "))
	}
	text := strings.Join(lines, "\n")
	if len(lines) != 5 || !strings.Contains(text, "/mailbox/…\n") || strings.Contains(text, id) || strings.Count(text, "sessions/metadata") != 2 || strings.Count(text, "err-0123") != 1 {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
}
