package ui

import (
	"maps"
	"testing"
	"testing/synctest"

	"lenswatch/client"
)

// A lens that needs parameters is created by a form.
func TestFormAsksForWhatIsNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.lenses[0].Fields = []client.Field{
			{Name: "avatar", Label: "Avatar", Hint: "avat_ and more", Required: true},
			{Name: "aspect_ratio", Label: "Aspect ratio", Options: []string{"4:3", "3:4", "1:1"}, Default: "4:3"},
			{Name: "room_token", Label: "Room token", Secret: true},
		}
		x := start(t, medium, Options{Title: "test"}, f)
		x.press("c", "activity", "enter")
		x.want("Create: Activity Monitor", "avat_ and more", "Avatar *", "[4:3]", "Room token")
		x.press("enter", "right", "tab", "s3cret", "enter")
		x.want("Avatar is required.")
		x.wantNot("s3cret")
		x.press("avat_1", "enter", "enter", "enter")
		x.want("Created Activity Monitor")
		want := map[string]string{"avatar": "avat_1", "aspect_ratio": "3:4", "room_token": "s3cret"}
		if !maps.Equal(f.inputs, want) {
			t.Fatalf("created with %v", f.inputs)
		}
		x.wantNot("s3cret")
	})
}

// Sessions of two services stand in one list, those of the second marked, and each is asked at its own.
func TestTwoServicesInOneList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newFake(), newFake()
		two.name = "second"
		one.add("lsn-one-0001", "lns-activity")
		two.add("sess-two-0002", "lns-machine")
		x := start(t, display{w: 200, h: 60}, Options{Title: "test"}, one, two)
		x.want("Activity Monitor 0001 ", "Machine State 0002 second")
		x.press("c")
		x.want("fake        SSE", "second      SSE")
		x.press("second machine", "enter")
		x.want("Created Machine State")
		if len(two.open) != 2 || len(one.open) != 1 {
			t.Fatalf("%d and %d sessions", len(one.open), len(two.open))
		}
	})
}
