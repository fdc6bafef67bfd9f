package rest

import (
	"encoding/json"
	"testing"
)

const testKey = "k-3141592653589793"

func TestMaskPayload(t *testing.T) {
	key := NewSecret(testKey)
	for in, want := range map[string]string{
		`{"a":"b"}`:                       `{"a":"b"}`,
		`{"a":"x ` + testKey + ` y"}`:     `{"a":"x [redacted] y"}`,
		`{"api_key": "other\"key","b":1}`: `{"api_key": "[redacted]","b":1}`,
		`{"api_key":null}`:                `{"api_key":null}`,
		`{"api_key":1,"api_key":"x\\\\"}`: `{"api_key":1,"api_key":"[redacted]"}`,
		`{"my_api_key":"b","_key":"c"}`:   `{"my_api_key":"b","_key":"c"}`,
		`{"api_key":"cut`:                 `{"api_key":"[redacted]`,
		`"api_key`:                        `"api_key`,
		`["{\"api_key\":\"cut\\",1]`:      `["{\"api_key\":\"[redacted]",1]`,
		`:"api_key"`:                      `:"api_key"`,
		`{"api_key" :`:                    `{"api_key" :`,
	} {
		if got := string(key.MaskPayload([]byte(in))); got != want {
			t.Errorf("%s became %s", in, got)
		}
	}
	// JSON in a string, in a string of that, and so on.
	quoted, masked := `{"api_key" : "oth\\er\"key\\","b":["c"]}`, `{"api_key" : "[redacted]","b":["c"]}`
	for depth := range 5 {
		if got := string(key.MaskPayload([]byte(quoted + quoted))); got != masked+masked {
			t.Errorf("quoted %d times: %s became %s", depth, quoted, got)
		}
		in, _ := json.Marshal(quoted)
		out, _ := json.Marshal(masked)
		quoted, masked = `{"a":`+string(in)+`}`, `{"a":`+string(out)+`}`
	}
	short := NewSecret("demo")
	if got := string(short.MaskPayload([]byte(`{"a":"demo"}`))); got != `{"a":"demo"}` {
		t.Errorf("a short key was masked: %s", got)
	}
	payload := []byte(`{"a":"b"}`)
	if got := key.MaskPayload(payload); &got[0] != &payload[0] {
		t.Error("a harmless payload was copied")
	}
}

// What is masked is JSON still.
func FuzzMaskPayload(f *testing.F) {
	f.Add(`{"api_key":"a\"b\\"}`)
	f.Add(`{"a":"{\"api_key\" : \"\\\\\"}"}`)
	f.Fuzz(func(t *testing.T, in string) {
		out := Secret{}.MaskPayload([]byte(in))
		if json.Valid([]byte(in)) && !json.Valid(out) {
			t.Fatalf("%s became %s", in, out)
		}
	})
}
