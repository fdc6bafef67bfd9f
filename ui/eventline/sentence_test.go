package eventline

import (
	"testing"

	"lenswatch/client"
)

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"words":                                 "words",
		`{"frame_id":1,"fps":2.5}`:              "processed frame 1, 2.5 fps",
		`{"status_text":"all good","type":"x"}`: "processed status text all good",
		`{"a":{"b":1},"c":null}`:                "processed a {…}, c null",
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}`: "processed a 1, b 1, c 1, d 1, e 1, f 1, g 1, h 1, and 2 more",
		`{"processing_time_sec":"soon"}`:                                "processed processing time sec soon",
		`{"broken":`:                                                    `{"broken":`,
		`{}`:                                                            `{}`,
		`{"a":"\u001b[31mred"}`:                                         "processed a " + client.Line1("\x1b[31mred"),
	} {
		if got := sentence(&client.Event{Kind: client.KindProgress, Wire: "frame.processed", Text: text}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestAlertsOfALensStandOut(t *testing.T) {
	for text, want := range map[string]int{
		"Alert: nobody stands behind it.": 6, "ALERT! Fire.": 6, "alert:": 6, "Alerted by noise": 0, "Alert": 0, "No alert: calm": 0, "": 0,
	} {
		if got := alertWord(&client.Event{Kind: client.KindResult, Text: text}); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	if alertWord(&client.Event{Kind: client.KindLog, Text: "Alert: x"}) != 0 {
		t.Error("a log has its level for that")
	}
}
