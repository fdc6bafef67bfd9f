package ui

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	alertlist "lenswatch/ui/alerts"
	"lenswatch/ui/draw"
	"lenswatch/ui/layout"
	watchalerts "lenswatch/watch/alerts"
)

// accounts is a screen with the same two sessions in two profiles.
func accounts(t *testing.T, d display, results int) (x *terminal, prod, stage *fake) {
	prod, stage = newFake(), newFake()
	prod.name, stage.name = "prod:archetype", "stage:archetype"
	prod.add("prod:lsn-one-0001", "lns-activity")
	x = start(t, d, Options{Profiles: []draw.Profile{{Name: "prod", Colour: "red", Host: "api.example.com"}, {Name: "stage", Colour: "green", Host: "stage.example.com"}}}, prod, stage)
	x.pass(time.Second)
	stage.add("stage:lsn-one-0001", "lns-activity") // later, so that the order is no matter of chance
	x.pass(12*time.Second + 350*time.Millisecond)
	for i := range results {
		prod.say("prod:lsn-one-0001", client.KindResult, fmt.Sprintf("A worker carries ladder %d", i), nil)
		x.pass(100 * time.Millisecond)
		stage.say("stage:lsn-one-0001", client.KindResult, fmt.Sprintf("A worker carries ladder %d", i), nil)
		x.pass(900 * time.Millisecond)
	}
	return x, prod, stage
}

// Alerts say of which profile the session is.
func TestAlertsNameTheProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		prod, stage := newFake(), newFake()
		prod.name, stage.name = "prod:archetype", "stage:archetype"
		stage.add("stage:lsn-one-0001", "lns-activity")
		x := start(t, display{w: 120, h: 30}, Options{Rules: alertlist.Options{Rules: []watchalerts.Rule{{Name: "worker", Match: []string{"worker"}}}}}, prod, stage)
		x.pass(2 * time.Second)
		stage.say("stage:lsn-one-0001", client.KindResult, "A worker carries a ladder", nil)
		x.pass(2 * time.Second)
		x.want("Alert worker (B lists alerts): stage Activity Monitor 0001")
		x.press("B")
		x.want("worker  stage Activity Monitor 0001  firing")
	})
}

func TestProfilesSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _, stage := accounts(t, medium, 8)
		x.want("lenswatch  prod  api.example.com  stage  stage.example.com", "▎prod Activity Moni… 0001", "▎stage Activity Mon… 0001", "▎prod Ac… 0001", "▎stage A… 0001")
		x.press("s", "s", "t", "a", "g", "e", "enter") // a session is found by its profile
		x.want("Results · Activity Monitor 0001")
		x.press("d")
		x.want("stage:lsn-one-0001")
		x.press("esc", "0", "f", "session:prod:", "enter")
		x.wantNotIn(layout.Results, "▎stage")
		x.press("esc", "c")
		x.want("prod:archetype", "stage:archetype")
		x.press("s", "t", "a", "g", "e", "enter")
		x.pass(time.Second)
		if len(stage.open) != 2 {
			t.Errorf("stage has %d sessions, the new one is elsewhere", len(stage.open))
		}
	})
}

// The header says whose service fails.
func TestTroubleIsOfAProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _, stage := accounts(t, medium, 8)
		stage.mu.Lock()
		stage.listErr = &client.Error{Op: "list sessions", Kind: client.ErrServer, Status: 503}
		stage.mu.Unlock()
		x.pass(12 * time.Second)
		x.want("✗ stage server error (HTTP 503), retrying in")
	})
}

func TestGoldenProfiles(t *testing.T) {
	for _, d := range []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		synctest.Test(t, func(t *testing.T) {
			x, _, _ := accounts(t, d, 0) // a rate depends on what happens first at one moment
			compareGolden(t, fmt.Sprintf("profiles-%dx%d", d.w, d.h), x.cells())
		})
	}
}
