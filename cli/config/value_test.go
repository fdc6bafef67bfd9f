package config

import "testing"

// The same sizes are read of flags and of settings.
func TestSizes(t *testing.T) {
	for text, want := range map[string]Bytes{"0": 0, "1000": 1000, "64KiB": 64 << 10, "100 MiB": 100 << 20, "2GiB": 2 << 30, "7B": 7, "1MB": 1e6} {
		var b Bytes
		if err := b.Set(text); err != nil || b != want {
			t.Errorf("%s: %d, %v", text, b, err)
		}
	}
	for _, text := range []string{"", "-1", "x", "9999999999GiB"} {
		var b Bytes
		if err := b.Set(text); err == nil {
			t.Errorf("%s is %d", text, b)
		}
	}
}
