package rest

import (
	"net/http"
	"testing"
	"time"
)

const testKey = "k-3141592653589793"

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-3": 0, "2.5": 2500 * time.Millisecond, " 4 ": 4 * time.Second, "NaN": 0,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := RetryAfter(value, now); got != want {
			t.Errorf("%q is %v, want %v", value, got, want)
		}
	}
	if got := RetryAfter("1e300", now); got <= 0 {
		t.Errorf("a huge wait is %v", got)
	}
}

func TestMaskPayload(t *testing.T) {
	key := NewSecret(testKey)
	for in, want := range map[string]string{
		`{"a":"b"}`:                       `{"a":"b"}`,
		`{"a":"x ` + testKey + ` y"}`:     `{"a":"x [redacted] y"}`,
		`{"api_key": "other\"key","b":1}`: `{"api_key": "[redacted]","b":1}`,
		`{"api_key":null}`:                `{"api_key":null}`,
	} {
		if got := string(key.MaskPayload([]byte(in))); got != want {
			t.Errorf("%s became %s", in, got)
		}
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
