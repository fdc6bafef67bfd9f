package recording

import (
	"bytes"
	"strings"
	"testing"

	"lenswatch/client"
)

// However a payload is made, its line is not much longer than it, and reads as the same payload.
func TestLinesDoNotOutgrowTheirPayloads(t *testing.T) {
	const size = 1 << 20
	for name, unit := range map[string]string{
		"controls": "\x01", "C1": "\u009b", "DEL in JSON": `"` + "\x7f" + `",`, "quotes": `"`, "backslashes": `\\`, "no text": "\xff",
		"line ends": "\n", "separators": "\u2028", "plain": "a", "JSON": `{"a":"b"},`,
	} {
		raw := []byte(strings.Repeat(unit, size/len(unit)))
		if strings.Contains(name, "JSON") {
			raw = append(append([]byte("["), raw...), "0]"...)
		}
		line := AppendEvent(nil, &client.Event{Raw: raw})
		if len(line) > 2*size+1<<10 {
			t.Errorf("%s: a payload of %d bytes has a line of %d", name, size, len(line))
		}
		if got, err := ParseEvent(line); err != nil || name != "DEL in JSON" && !bytes.Equal(got.Raw, raw) {
			t.Errorf("%s: %v, or another payload", name, err)
		}
	}
}
