package cli

import (
	"strings"
	"testing"

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
