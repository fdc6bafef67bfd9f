package simulator_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// The examples of the vendor's Python client, unchanged, as processes of their own against a socket. None of the client is
// here: LENSWATCH_SDK names a clone of it, and what it imports has to be found by python3 (PYTHONPATH counts). The table
// in docs/simulator.md says what was seen.
func TestExamplesOfTheVendorsClientRun(t *testing.T) {
	sdk := os.Getenv("LENSWATCH_SDK")
	if sdk == "" {
		t.Skip("LENSWATCH_SDK names no clone of the vendor's Python client")
	}
	listen := func(speed float64) string {
		sim, err := simulator.New(simulator.Config{Speed: speed})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = sim.Close() }) // after the parallel ones
		endpoint, err := sim.Listen("127.0.0.1:0", false)
		if err != nil {
			t.Fatal(err)
		}
		return endpoint
	}
	fast, real := listen(5), listen(1)
	file := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	image, video := file("image.png", "\x89PNG\r\n\x1a\n"), file("site.mp4", strings.Repeat("x", 1<<20))
	rows := file("home.jsonl", strings.Repeat("{\"sensor\": \"door\", \"value\": \"open\"}\n", 30))
	for name, c := range map[string]struct {
		args []string
		says string // a regular expression
	}{
		"files_api":             {[]string{"--filename=" + image}, `'num_files': \d.*image\.png`},
		"lens_status":           {nil, `lens_name: Activity Monitor.*session metadata`},
		"lens_register":         {nil, `lens_id: lns-custom-activity`},
		"lens_clone":            {[]string{"--lens_id=" + simulator.LensActivityMonitor, "--lens_name=Copy", "--focus=cranes", "--instruction=look"}, `Customized Lens:.*lens_name: Copy.*focus: cranes`},
		"lens_modify_session":   {nil, `old_focus: cars.*new_focus: trucks.*SESSION_STATUS_DESTROYED`},
		"lens_image_qa":         {[]string{"--filename=" + image}, ``},
		"lens_sensor_logs":      {[]string{"--filename=" + rows}, `inference\.result.*End of the input.*Reached end of stream.*SESSION_STATUS_DESTROYED`},
		"lens_sensor_logs_rest": {nil, `is_valid': True.*inference\.result.*Reached end of stream.*SESSION_STATUS_DESTROYED`},
		"lens_rtsp_camera":      {[]string{"--rtsp_url=rtsp://127.0.0.1/yard", "--max_run_time_sec=2"}, `inference\.result.*SESSION_STATUS_DESTROYED`},
		"quickstart":            {[]string{"--filename=" + video}, `inference\.result.*Reached end of stream.*SESSION_STATUS_DESTROYED`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			endpoint := fast
			if name == "lens_sensor_logs_rest" {
				endpoint = real // its results are lost if they are there before it has opened the stream
			}
			cmd := exec.CommandContext(ctx, "python3", append([]string{"-m", "examples." + name, "--api_key=" + simulator.DefaultKey, "--api_endpoint=" + endpoint}, c.args...)...)
			cmd.Dir = sdk
			cmd.Env = append(os.Environ(), "PYTHONPATH="+filepath.Join(sdk, "src")+string(os.PathListSeparator)+os.Getenv("PYTHONPATH"))
			out, err := cmd.CombinedOutput()
			if err != nil || !regexp.MustCompile("(?s)"+c.says).Match(out) {
				t.Errorf("%v; it says:\n%s", err, out)
			}
		})
	}
}
