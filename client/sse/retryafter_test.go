package sse

import (
	"net/http"
	"testing"
	"time"
)

// A date is measured by the clock of the answer, whatever this machine's says.
func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-3": 0, "2.5": 2500 * time.Millisecond, " 4 ": 4 * time.Second, "NaN": 0,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Minute).Format(http.TimeFormat): 0,
		now.Add(90 * time.Second).Format(time.ANSIC): 90 * time.Second, "999999999": 999999999 * time.Second,
	} {
		if got := RetryAfter(http.Header{"Retry-After": {value}, "Date": {now.Format(http.TimeFormat)}}); got != want {
			t.Errorf("%q is %v, want %v", value, got, want)
		}
	}
	for _, huge := range []string{"1e300", "1e999", "99999999999999999999999"} {
		if got := RetryAfter(http.Header{"Retry-After": {huge}}); got < time.Hour {
			t.Errorf("%s is %v", huge, got)
		}
	}
}
