package config

import (
	"strings"
	"testing"
)

func TestShowPrintsNoSecretOfAnEndpoint(t *testing.T) {
	for _, endpoint := range []string{
		"https://user:hunter-2@host/v1", "https://user:hun ter-2@host", "user:hunter-2@host", "https://hunter-2@host", "https://host/?api_key=hunter-2", "https://host?hunter-2",
		"https://host/v1#hunter-2", "https://u:%zzhunter-2@host", "https://u:hunter-2/x@host", "https://u:hunter-2?x@host/", "://u:hunter-2@host", "HTTPS://u:hunter-2@host:99999999", "https://a:b@c:hunter-2@host", "//u:hunter-2@host",
		"https://host/x?a=1&key=hunter-2&b", "https://[::1:hunter-2@host", "host?key=hunter-2",
	} {
		for _, name := range []string{"endpoint", "agenthuman_endpoint"} {
			s, err := load(t, name+" = '"+endpoint+"'\n", nil, nil)
			if err != nil {
				t.Fatalf("%s: %v", endpoint, err)
			}
			for _, line := range s.Lines() {
				if strings.Contains(line.Value, "ter-2") {
					t.Errorf("%s: %s = %s", endpoint, line.Name, line.Value)
				}
			}
		}
	}
	if s, _ := load(t, "endpoint = 'https://api.host:8443/v1'\n", nil, nil); s.Lines()[0].Value != `"https://api.host:8443/v1"` {
		t.Errorf("%+v", s.Lines()[0])
	}
}
