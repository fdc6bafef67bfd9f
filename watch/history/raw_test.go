package history

import (
	"strings"
	"testing"

	"lenswatch/client"
	"lenswatch/client/recording"
)

// Whatever matches a filter is found in its encoded form.
func TestFinderMissesNoMatch(t *testing.T) {
	texts := []string{"no camera", "No CAMERA at 5 %", "a pump <b>, \"quoted\" and \\ slashed / é ſtart Kelvin", "", "multi\nline pump"}
	filters := []string{"pump", "camera", "CAMERA", "re:no (camera|signal)", "re:(?i)PUMP", "re:p[ou]mp", "session:lsn-1", "kelvin", "start", "quoted\" and", "<b>", "é", "!pump", "kind:result", ".a > 1", "inference.result", "worn"}
	used := 0
	for _, text := range filters {
		f, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		find := f.Finder()
		if find == nil {
			continue
		}
		used++
		for _, s := range texts {
			for _, label := range []string{"", "worn"} {
				ev := client.Event{Session: "lsn-1", Kind: client.KindResult, Wire: "inference.result", Text: s, Result: &client.Result{Label: label}, Raw: []byte(`{"a":2}`)}
				line := string(recording.AppendEvent(nil, &ev))
				if f.Match(&ev) && find(line, 0) < 0 {
					t.Errorf("%s matches %q and is not found in %s", text, s, line)
				}
			}
		}
	}
	if used < 8 {
		t.Errorf("only %d of the filters have a finder", used)
	}
	if f, _ := ParseFilter("quoted\" and"); f.Finder() != nil {
		t.Error("a text that JSON spells otherwise has a finder")
	}
}

func BenchmarkFinder(b *testing.B) {
	f, err := ParseFilter("no camera")
	if err != nil {
		b.Fatal(err)
	}
	ev := client.Event{Session: "lsn-251207a89f948ed4e30d8f80aaba77", Kind: client.KindResult, Wire: "inference.result", Text: "a common sentence of a lens", Raw: []byte(`{"type":"inference.result","event_data":{"response":["normal",{"normal":0.9,"worn":0.1}]}}`)}
	text := strings.Repeat(string(append(recording.AppendEvent(nil, &ev), '\n')), 2000)
	b.SetBytes(int64(len(text)))
	find := f.Finder()
	for b.Loop() {
		if find(text, 0) >= 0 {
			b.Fatal("found")
		}
	}
}
