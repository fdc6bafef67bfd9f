package cli

import (
	"strings"
	"testing"
	"time"

	"lenswatch/client"
)

// placed is a service at an endpoint.
type placed struct {
	client.Service
	endpoint string
}

func (p placed) Endpoint() string { return p.endpoint }

// A key that goes unencrypted to another machine is warned of; one that stays on this machine, or is encrypted, is not.
func TestDoctorWarnsOfAKeyInClear(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"http://lens.example/v0.5": true, "http://192.0.2.7:8080": true, "http://[2001:db8::1]": true,
		"https://lens.example/v0.5": false, "http://127.0.0.1:9000": false, "http://localhost:9000": false, "http://[::1%25lo]:9000": false,
	} {
		warned := false
		for _, r := range doctorRoute(placed{endpoint: endpoint}) {
			warned = warned || r.warn && strings.Contains(r.found, "unencrypted")
		}
		if warned != want {
			t.Errorf("%s: warned is %v", endpoint, warned)
		}
	}
}

// A step that was not taken is not said to have taken no time, and with several services each line says whose it is.
func TestDoctorSaysOnlyTheStepsThatWereTaken(t *testing.T) {
	for want, timing := range map[string]client.Timing{
		"connect 1 ms, first byte 3 ms":                     {Connect: time.Millisecond, FirstByte: 3 * time.Millisecond},
		"DNS 1 ms, connect 2 ms, TLS 3 ms, first byte 4 ms": {DNS: time.Millisecond, Connect: 2 * time.Millisecond, TLS: 3 * time.Millisecond, FirstByte: 4 * time.Millisecond},
	} {
		if got := steps(timing); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
