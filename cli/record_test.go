package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lenswatch/cli/console"
)

// What a screen records is played on the screen.
func TestScreenRecordsAndReplays(t *testing.T) {
	t.Parallel()
	bin, file := program.Path(t), filepath.Join(t.TempDir(), "demo.ndjson.zst")
	c := console.Open(t, nil, bin, "demo", "--speed", "4", "--record", file)
	c.Wait("lenswatch demo", "REC", "Activity Monitor", "/s")
	c.Wait("connected")
	c.Press("q")
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Stderr())
	}
	if said := c.Stderr(); !strings.Contains(said, "Recorded ") || !strings.Contains(said, file) {
		t.Errorf("it said of the recording: %q", said)
	}

	c = console.Open(t, nil, bin, "replay", file, "--max")
	c.Wait("lenswatch replay demo.ndjson.zst", "end", "Activity Monitor", "connected")
	c.Press("c")
	c.Wait("Not available while replaying.")
	if err := c.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Stderr())
	}

	c = console.Open(t, nil, bin, "demo", "--record", file)
	if err := c.Ended(); err == nil || !strings.Contains(c.Stderr(), "--record") {
		t.Errorf("a file that exists: %v, %q", err, c.Stderr())
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the recording: %v, %v", info, err)
	}
}
