package cli

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
)

// The format for lnav names fields that recordings have.
func TestLnavFormatNamesFieldsOfRecordings(t *testing.T) {
	data, err := os.ReadFile("../docs/lenswatch-lnav.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Format struct {
			Timestamp string                     `json:"timestamp-field"`
			Level     string                     `json:"level-field"`
			Body      string                     `json:"body-field"`
			Session   string                     `json:"opid-field"`
			Levels    map[string]string          `json:"level"`
			Values    map[string]json.RawMessage `json:"value"`
		} `json:"lenswatch_recording"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	now := time.Now()
	line := recording.AppendEvent(nil, &client.Event{Session: "lsn-1", Received: now, Time: now, Text: "x", Raw: []byte("{}"), Result: &client.Result{}, Notice: &client.Notice{}})
	if err := json.Unmarshal(line, &fields); err != nil {
		t.Fatal(err)
	}
	fields["type"], fields["t"] = "event", 0
	f := &file.Format
	names := []string{f.Timestamp, f.Level, f.Body, f.Session}
	for name := range f.Values {
		names = append(names, name)
	}
	for _, name := range names {
		if _, ok := fields[name]; !ok {
			t.Errorf("recordings have no field %q", name)
		}
	}
	if len(f.Levels) != len(client.Levels()) {
		t.Errorf("levels %v", f.Levels)
	}
}
